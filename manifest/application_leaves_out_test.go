package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

func TestApplicationLeavesOut(t *testing.T) {
	set, err := manifest.Decode(file("app.yaml", app("a", "shop", "x", ", directory: {exclude: 'old*'}")),
		file("other/b.yaml", cart),
		file("shop/a.yaml", cart), file("shop/old.yaml", "nothing: here\n"), file("shop/sub/a.yaml", cart))
	require.NoError(t, err)
	require.Equal(t, map[string]string{"shop/a.yaml": "x", "other/b.yaml": "default"}, placesOf(set))
	require.Equal(t, []manifest.Skip{
		{Name: "shop/old.yaml", Reason: "Argo CD Application a leaves it out: directory.exclude names it"},
		{Name: "shop/sub/a.yaml", Reason: "Argo CD Application a leaves it out: directory.recurse is not set"},
	}, set.Skipped())
	require.Empty(t, set.Faults())
	require.Equal(t, "default", set.Namespace(""), "there are two")

	// Other tools render what is not a plain directory, and say which files they read.
	for _, more := range []string{"shop/kustomization.yaml", "shop/Chart.yaml"} {
		set, err := manifest.Decode(file("app.yaml", app("a", "shop", "x", "")),
			file(more, "resources: [sub/a.yaml]\n"), file("shop/sub/a.yaml", cart))
		require.NoError(t, err)
		require.Equal(t, map[string]string{"shop/sub/a.yaml": "x"}, placesOf(set), more)
	}
	// An Application with a directory around all files leaves nothing out.
	set, err = manifest.Reader{Dir: "/ci/shop/sub"}.Decode(file("app.yaml", app("a", "shop", "x", "")),
		file("a.yaml", cart))
	require.NoError(t, err)
	require.Equal(t, map[string]string{"a.yaml": "default"}, placesOf(set))
}

func TestGlobs(t *testing.T) {
	for _, test := range []struct {
		glob, name string
		want       bool
	}{
		{"*.yaml", "a.yaml", true}, {"*.yaml", "sub/a.yaml", true}, {"*.yaml", "a.yml", false},
		{"{a,b}.yaml", "b.yaml", true}, {"{a,b}.yaml", "c.yaml", false},
		{"{config.yaml,env-*/*}", "env-x/a.yaml", true},
		{"{a,{b,c}d}.yaml", "cd.yaml", true}, {"a,b", "a,b", true}, {"a}", "a}", true},
		{"?.yaml", "a.yaml", true}, {"?.yaml", "ab.yaml", false}, {"a.yaml", "aXyaml", false},
		{"[ab].yaml", "b.yaml", true}, {"[!ab].yaml", "b.yaml", false}, {"[a-c].yaml", "b.yaml", true},
		{"[^a].yaml", "^.yaml", true},
		{`\*.yaml`, "*.yaml", true}, {`\*.yaml`, "a.yaml", false}, {"ä*", "äb", true},
		{"[", "[", false}, {"[]", "a", false}, {"[!]", "a", false}, {"{a", "a", false}, {"[b-a]", "a", false},
		{strings.Repeat("{", 5000), "a", false},
	} {
		set, err := manifest.Decode(file("app.yaml",
			app("a", "shop", "x", ", directory: {recurse: true, include: '"+test.glob+"'}")),
			file("shop/"+test.name, cart))
		require.NoError(t, err)
		require.Equal(t, test.want, set.Kind("Service") != nil, "%.40s %s", test.glob, test.name)
	}
}

func TestApplicationsThatDiffer(t *testing.T) {
	files := []manifest.File{file("one.yaml", app("a", "shop", "x", "")),
		file("two.yaml", "# b\n"+app("b", "shop", "y", "")), file("shop/a.yaml", cart),
		file("shop/b.yaml", configMap("b"))}
	set, err := manifest.Decode(files...)
	require.ErrorIs(t, err, manifest.ErrApplications)
	require.EqualError(t, err,
		"two.yaml:2: the Argo CD Applications must say one thing: Application b must give the directory shop the namespace and the files that Application a does at one.yaml:1")
	require.Equal(t, manifest.Unreadable, set.Faults()[0].Kind)
	_, err = manifest.Reader{Namespace: "z"}.Decode(files...)
	require.NoError(t, err, "it does not count")
	_, err = manifest.Decode(files[:2]...)
	require.NoError(t, err, "nothing of the directory is read")
	files[1] = file("two.yaml", app("b", "shop", "x", ", directory: {recurse: true}"))
	_, err = manifest.Reader{Namespace: "z"}.Decode(files...)
	require.ErrorIs(t, err, manifest.ErrApplications)

	given := manifest.Reader{Applications: []manifest.Application{{Name: "a", File: "app.yaml", Line: 3,
		Sources: []manifest.ApplicationSource{{Path: "pay"}}}}}
	_, err = given.Decode(files[2])
	require.ErrorIs(t, err, manifest.ErrApplications)
	require.ErrorContains(t, err, "app.yaml:3: ")
	given.Stdin = strings.NewReader(cart)
	given.Applications[0].Namespace = "x"
	read, _, err := given.ReadPaths("-")
	require.NoError(t, err)
	set, err = given.Decode(read...)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"stdin": "x"}, placesOf(set), "it is what the only one deploys")
}
