package manifest_test

import (
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// added returns the text that a document gets in a separate file, like the first object of others.
func added(t require.TestingT, text string, value runtime.Object, words map[string]string) string {
	set := setOf(t, text)
	edit, err := set.Edit(manifest.AddDocument{File: "new.yaml", Value: value, Like: set.All()[0].Ref, Words: words})
	require.NoError(t, err, "%s", text)
	require.Len(t, edit.Files, 1)
	return string(edit.Files[0].After)
}

// encoded returns an object as the encoder writes it.
func encoded(t require.TestingT, value runtime.Object) string {
	out, err := manifest.Encode(value)
	require.NoError(t, err)
	return string(out)
}

// valueOf returns the first object of a text.
func valueOf(t require.TestingT, text string) runtime.Object { return setOf(t, text).All()[0].Value }

const byHand = `# Licence

# mocka-v1 is the first version, v1
apiVersion: apps/v1
kind: Deployment
metadata:
    labels: {version: "v1", app: 'mocka'}   # of v1
    name: mocka-v1
spec:
    replicas: 2   # two are enough

    template:
        metadata:
            labels:
                version: v1
                app: mocka
        spec:
            containers:
                # the service itself
                - name: default
                  image: "mock:1.0"   # renovate: docker
                  args: [--serve,
                         --version=v1]
                  command:
                      - sh
                      - -c
                      - |
                        # of v1
                        exec mock
    selector:
        matchLabels: {version: v1, app: mocka}
    # nothing else of v1.
`

func derived(t require.TestingT, text string, scaled bool) runtime.Object {
	set := setOf(t, text)
	out, err := lanes.DerivedDeployment{From: set.All()[0].Deployment(), Version: "v2",
		Images: map[string]string{"default": "mock:2.0"}, Scaled: scaled}.Build()
	require.NoError(t, err)
	return out
}

// A careful person does the same: the text of the other version, with the values of this one.
func TestAddDocumentLikeAnother(t *testing.T) {
	t.Parallel()
	words := map[string]string{"v1": "v2", "mocka-v1": "mocka-v2"}
	_, own, _ := strings.Cut(byHand, "# Licence\n\n")
	want := strings.NewReplacer("v1", "v2", "mock:1.0", "mock:2.0", "apps/v1", "apps/v1", "--version=v1",
		"--version=v1", "# of v1\n                        exec", "# of v1\n                        exec").Replace(own)
	require.Equal(t, want, added(t, byHand, derived(t, byHand, false), words))
	crlf := func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
	require.Equal(t, crlf(want), added(t, crlf(byHand), derived(t, crlf(byHand), false), words))

	without := strings.Replace(want, "    replicas: 2   # two are enough\n", "", 1)
	require.Equal(t, without, added(t, byHand, derived(t, byHand, true), words))
	unworded := strings.NewReplacer("# mocka-v2 is the first version, v2", "# mocka-v1 is the first version, v1",
		"# of v2\n    name", "# of v1\n    name", "nothing else of v2.", "nothing else of v1.").Replace(want)
	require.Equal(t, unworded, added(t, byHand, derived(t, byHand, false), nil))

	set := setOf(t, crlf(configMap("a")+"---\n"+byHand))
	edit, err := set.Edit(manifest.AddDocument{File: "in.yaml", Value: derived(t, byHand, false),
		Like: set.All()[1].Ref, Words: words})
	require.NoError(t, err)
	require.Equal(t, crlf(configMap("a")+"---\n"+byHand+"---\n"+want), string(edit.Files[0].After))

	_, err = setOf(t, byHand).Edit(manifest.AddDocument{File: "new.yaml", Value: derived(t, byHand, false),
		Like: manifest.Ref{Kind: "Pod", Name: "b"}})
	require.ErrorContains(t, err,
		"Deployment default/mocka-v2 at new.yaml: must be like an object of the set, not like Pod b")
}

// Where the text cannot be copied safely, the encoder writes.
func TestAddDocumentLikeWhatCannotBeCopied(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ old, replacement string }{
		"an anchor":            {"matchLabels: {version: v1, app: mocka}", "matchLabels: &a {version: v1, app: mocka}"},
		"a tag":                {"version: v1\n", "version: !!str v1\n"},
		"a template":           {"# nothing", "# {{ nothing }}"},
		"an unknown key":       {"    replicas", "    replica: 1\n    replicas"},
		"several lines":        {"version: v1\n", "version: >-\n                    v1\n"},
		"a key that is quoted": {"    selector:", "    \"sele\\x63tor\":"}, // is found, and stays
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, byHand, test.old)
			text := strings.Replace(byHand, test.old, test.replacement, 1)
			value := derived(t, text, false)
			got := added(t, text, value, nil)
			if name == "a key that is quoted" {
				require.Contains(t, got, test.replacement)
			} else {
				require.Equal(t, encoded(t, value), got)
			}
		})
	}
	value := derived(t, byHand, false)
	require.Equal(t, encoded(t, value),
		added(t, "apiVersion: v1\nkind: List\nitems:\n- "+
			strings.ReplaceAll(strings.TrimPrefix(byHand, "# Licence\n\n"), "\n", "\n  "), value, nil))
	require.Equal(t, encoded(t, value),
		added(t, `{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "mocka-v1"}, "spec": {}}`, value,
			nil))
}

// Comments are not reworded if that would change the document: the end of a block is unknown if its
// header holds its indentation.
func TestWordsChangeNoText(t *testing.T) {
	text := configMap("a") + "data:\n  x: |2\n      # of v1\n"
	value := valueOf(t, strings.Replace(text, "name: a", "name: b", 1))
	require.Equal(t, encoded(t, value), added(t, text, value, map[string]string{"v1": "v2"}))
	require.Equal(t, strings.Replace(text, "name: a", "name: b", 1), added(t, text, value, nil))
}

// The encoder's text of a Deployment has a comment on every line. Its copy is the encoder's text of
// the other one, with the comments.
func TestDerivedDeploymentsAreCopies(t *testing.T) {
	t.Parallel()
	block := regexp.MustCompile(`[|>][-+]?\n`)
	var copies, all atomic.Int64
	rapid.Check(t, func(t *rapid.T) {
		app := gen.App(t)
		version := app.Versions[0]
		service := app.Services[0]
		for _, s := range app.Services {
			if version.Has(s.Name) {
				service = s
			}
		}
		from, err := app.Deployment(version, service).Build()
		require.NoError(t, err)
		images := map[string]string{}
		for i := range from.Spec.Template.Spec.Containers {
			images[from.Spec.Template.Spec.Containers[i].Name] = rapid.SampledFrom([]string{"a:1",
				"registry.example/a@sha256:ab", "yes"}).Draw(t, "image")
		}
		to, err := lanes.DerivedDeployment{From: from, Version: "new", Images: images,
			Scaled: rapid.Bool().Draw(t, "scaled")}.Build()
		require.NoError(t, err)
		text := encoded(t, from)
		if !block.MatchString(text) {
			text = strings.ReplaceAll(text, "\n", " # here\n")
		}
		got := added(t, text, to, nil)
		require.Equal(t, plainly(encoded(t, to)), plainly(strings.ReplaceAll(got, " # here\n", "\n")))
		if all.Add(1); strings.Contains(got, "# here") {
			copies.Add(1)
		}
	})
	require.Greater(t, 2*copies.Load(), all.Load(), "most are copies")
}

// plainly returns a text without quotes.
func plainly(text string) string { return strings.NewReplacer(`"`, "", `'`, "").Replace(text) }
