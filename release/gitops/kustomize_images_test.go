package gitops_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/validate"
)

const sampleImage = "registry.cn-beijing.aliyuncs.com/aliacs-app-catalog/go-http-sample"

// The commit that adds the candidate gives its entry the image of the plan, and changes nothing
// else of the entry. A roll back leaves the entry.
func TestKustomizeImageOfTheCandidate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ plan, entry, want string }{
		"a tag": {"shop/new:2", "{name: shop/new, newTag: '1'} # ours",
			"{name: shop/new, newTag: '2'} # ours"},
		"a digest": {"host:5000/new@sha256:bb", "{name: 'host:5000/new', digest: 'sha256:aa'}",
			"{name: 'host:5000/new', digest: 'sha256:bb'}"},
		"a digest for a tag": {"shop/new@sha256:bb", "{name: shop/new, newTag: '1'}",
			"{name: shop/new, digest: sha256:bb}"},
		"a tag for a digest": {"shop/new:2", "\n  name: shop/new\n  digest: sha256:aa # pinned",
			"\n  name: shop/new\n  newTag: \"2\""},
		"both": {"shop/new:2@sha256:bb", "{name: shop/new, newTag: '1'}",
			"{name: shop/new, newTag: '2', digest: sha256:bb}"},
		"another name": {"shop/new:2", "{name: shop/new, newName: mirror/new, newTag: '2'}",
			"{name: shop/new, newName: shop/new, newTag: '2'}"},
		"a suffix besides": {"shop/new:2", "{name: shop/new, newTag: '1', tagSuffix: -a}",
			"{name: shop/new, newTag: '2', tagSuffix: -a}"},
		"a name that is a scheme": {"shop/new:2", "{name: shop/.*, newTag: '2'}", "{name: shop/.*, newTag: '2'}"},
		"as it is":                {"shop/new:2", "{name: shop/new, newTag: '2'}", "{name: shop/new, newTag: '2'}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := sampleTree(t, false).kustomized("images:\n- " + strings.TrimPrefix(test.entry, "\n  ") + "\n")
			d.replace(t, "release.yaml", sampleImage+":1.1", test.plan)
			d.do(t, "Prepare")
			require.True(t, strings.HasSuffix(d["kustomization.yaml"], "images:\n- "+
				strings.TrimPrefix(test.want, "\n  ")+"\n"), d["kustomization.yaml"])
			require.Empty(t, gitops.Check(d.set(t), validate.Checker{}))
			o, err := command(d.open(t), "Prepare")
			require.NoError(t, err)
			require.Empty(t, o.Files)
			prepared := maps.Clone(d)
			d.do(t, "Start", "RollBack", "CleanUp")
			require.Contains(t, d["kustomization.yaml"], strings.TrimPrefix(test.want, "\n  "))
			prepared.do(t, finished()[1:]...)
		})
	}
}

// The image of an existing candidate is the image of the build. Its entry is edited, or the
// Deployment if no entry is for it.
func TestKustomizeImageThatDiffers(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false).kustomized("")
	d.do(t, "Prepare")
	d.replace(t, "mock-v3.yaml", sampleImage+":1.1", "candidate")
	d["kustomization.yaml"] += "images:\n- {name: candidate, newName: " + sampleImage + ", newTag: '1.0'}\n"
	d.replace(t, "kustomization.yaml", "# what is deployed\n", "")
	found := gitops.Check(d.set(t), validate.Checker{})
	require.Len(t, found, 1)
	require.Equal(t, "container default must run the image of the plan, "+sampleImage+":1.1, not "+sampleImage+":1.0",
		found[0].Message)
	o, err := command(d.open(t), "Prepare")
	require.NoError(t, err)
	require.Len(t, o.Files, 1)
	d.write(o, 1)
	require.Contains(t, d["kustomization.yaml"], "- {name: candidate, newName: "+sampleImage+", newTag: '1.1'}\n")
	require.Empty(t, gitops.Check(d.set(t), validate.Checker{}))

	d.replace(t, "kustomization.yaml", "name: candidate", "name: someone")
	o, err = command(d.open(t), "Prepare")
	require.NoError(t, err)
	require.Len(t, o.Files, 1)
	require.Equal(t, "mock-v3.yaml", o.Files[0].Name)
	require.Contains(t, string(o.Files[0].After), "image: "+sampleImage+":1.1\n")
}

// If overlays build separately, the entries of each get the image.
func TestKustomizeImageOfTwoOverlays(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false).kustomized("").inDir("base")
	d.replace(t, "base/release.yaml", sampleImage+":1.1", "shop/new:3")
	d["dev/kustomization.yaml"] = "resources: [../base]\nimages: [{name: shop/new, newTag: '1'}]\n"
	d["prod/kustomization.yaml"] = "resources: [../base]\nimages: [{name: shop/new, newTag: '2'}]\n"
	d.do(t, "Prepare")
	for _, dir := range []string{"dev", "prod"} {
		require.Equal(t, "resources: [../base]\nimages: [{name: shop/new, newTag: '3'}]\n",
			d[dir+"/kustomization.yaml"])
	}
	delete(d, "prod/kustomization.yaml")
	d["prod/kustomization.yaml"] = "resources: [../base]\n"
	d.do(t, "Start", "RollBack", "CleanUp")
}

// Entries that cannot give the candidate its image are refused, with nothing written.
func TestKustomizeImagesThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ more, want string }{
		"of another version": {"images:\n- {name: '.*/go-http-sample', newTag: '2'}\n",
			"kustomization.yaml:10: images must not replace shop/go-http-sample:2, which the plan gives the candidate: the entry is of other versions too, such as Deployment default/mocka-v1"},
		"of two entries": {"images:\n- {name: shop/go-http-sample, newTag: '3'}\n" +
			"- {name: shop/go-http-sample, newTag: '4'}\n",
			"kustomization.yaml:11: images must not replace shop/go-http-sample:2, which the plan gives the candidate: the entry comes after that at kustomization.yaml:10"},
		"of an alias":       {"images:\n- {name: shop/go-http-sample, newTag: &tag '3'}\n", "kustomization.yaml:10: "},
		"of an older field": {"imageTags:\n- {name: shop/go-http-sample, newTag: '3'}\n", ""},
		"a suffix alone":    {"images:\n- {name: shop/go-http-sample, tagSuffix: -a}\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := sampleTree(t, false).kustomized(test.more)
			d.replace(t, "release.yaml", sampleImage+":1.1", "shop/go-http-sample:2")
			o, err := command(d.open(t), "Prepare")
			if test.want == "" {
				require.NoError(t, err)
				d.write(o, len(o.Files))
				require.Contains(t, d["kustomization.yaml"], "{name: shop/go-http-sample, ")
				require.Contains(t, d["kustomization.yaml"], "newTag: ")
				return
			}
			require.ErrorContains(t, err, test.want)
			require.Empty(t, o.Files)
		})
	}
}

// Only an entry of a kustomization can be edited. The error says what cannot.
func TestSetKustomizeFieldRefuses(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false).kustomized("images: [{name: a, newTag: '1'}]\n")
	for _, c := range []manifest.SetKustomizeField{
		{Kustomization: "no.yaml", Path: "images[0].newTag", Value: "2"},
		{Kustomization: "kustomization.yaml", Path: "images[0].digest"},
		{Kustomization: "kustomization.yaml", Path: "images[2].digest", Value: "2"},
		{Kustomization: "kustomization.yaml", Path: "images[0].newTag", Value: "{{ 2 }}"},
		{Kustomization: "kustomization.yaml", Path: "images[0].newTag", Value: "2\n"},
	} {
		_, err := d.set(t).Edit(c)
		require.Error(t, err, c)
	}
	e, err := d.set(t).Edit(manifest.SetKustomizeField{Kustomization: "kustomization.yaml", Path: "images[0].newTag"})
	require.NoError(t, err)
	require.True(t, strings.HasSuffix(string(e.Files[0].After), "images: [{name: a}]\n"))
}
