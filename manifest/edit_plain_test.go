package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

// deployment returns a Deployment with the lines of its selector and of its pods'
// labels.
func deployment(name, selector, labels string) string {
	return "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: " + name + "\nspec:\n  selector:\n    " +
		selector +
		"\n  template:\n    metadata:\n" + labels +
		"    spec:\n      containers:\n      - name: app\n        image: app:1\n"
}

func podsOf(name string) manifest.Ref {
	return manifest.Ref{Group: "apps", Kind: "Deployment", Namespace: "default", Name: name}
}

// A directory without lanes gets them by these changes.
func TestEditOfWhatIsWrittenWithoutLanes(t *testing.T) {
	block := vs("  - route:\n    - destination:\n        host: a # it\n      timeout: 1s\n")
	block = strings.Replace(block, "      timeout: 1s\n", "    timeout: 1s\n", 1)
	flow := vs("  - {route: [{destination: {host: a}}]}\n")
	named := vs("  - name: main\n    route:\n    - destination: {host: a, subset: v1}\n      weight: 100\n")
	two := vs("  - route:\n    - destination: {host: a, subset: \"old\"}\n      weight: 50\n" +
		"    - destination: {host: b}\n      weight: 50\n")
	pods := deployment("a", "matchLabels: {app: a}", "      labels:\n        app: a\n")
	for name, test := range map[string]struct {
		text     string
		change   manifest.Change
		old, new string // what is replaced by what; nothing when the text stays
	}{
		"subset": {block, manifest.SetSubset{Object: mockRoute, To: "v1"}, "host: a # it\n",
			"host: a # it\n        subset: v1\n"},
		"subset that is no word": {block, manifest.SetSubset{Object: mockRoute, To: "2024"}, "host: a # it\n",
			"host: a # it\n        subset: '2024'\n"},
		"subset in flow": {flow, manifest.SetSubset{Object: mockRoute, To: "v1"}, "{host: a}",
			"{host: a, subset: v1}"},
		"subset in the place of": {two, manifest.SetSubset{Object: mockRoute, From: "old", To: "new"}, `"old"`,
			`"new"`},
		"subset by host": {two, manifest.SetSubset{Object: mockRoute, Host: "b", To: "v1"}, "host: b",
			"host: b, subset: v1"},
		"the same subset": {named, manifest.SetSubset{Object: mockRoute, Route: "main", From: "v1", To: "v1"},
			"", ""},
		"name": {block, manifest.NameRoute{Object: mockRoute, Name: "main"}, "  - route:",
			"  - name: main\n    route:"},
		"name in flow": {flow, manifest.NameRoute{Object: mockRoute, Name: "main"}, "{route:",
			"{name: main, route:"},
		"name that is no word": {block, manifest.NameRoute{Object: mockRoute, Name: "to: a"}, "  - route:",
			"  - name: 'to: a'\n    route:"},
		"name in the place of none": {strings.Replace(named, "name: main", `name: ""`, 1),
			manifest.NameRoute{Object: mockRoute, Name: "main"}, `name: ""`, `name: "main"`},
		"the same name": {named, manifest.NameRoute{Object: mockRoute, Name: "main"}, "", ""},
		"weight": {block, manifest.WriteWeight{Object: mockRoute}, "host: a # it\n",
			"host: a # it\n      weight: 100\n"},
		"weight in flow": {flow, manifest.WriteWeight{Object: mockRoute}, "{host: a}",
			"{host: a}, weight: 100"},
		"the same weight": {named, manifest.WriteWeight{Object: mockRoute, Route: "main"}, "", ""},
		"label": {pods, manifest.SetPodLabel{Object: podsOf("a"), Key: "version", Value: "v1"},
			"        app: a\n", "        app: a\n        version: v1\n"},
		"label that is no word": {pods, manifest.SetPodLabel{Object: podsOf("a"), Key: "version", Value: "1.0"},
			"        app: a\n", "        app: a\n        version: '1.0'\n"},
		"label without any": {deployment("a", "{}", "      annotations: {a: b}\n"),
			manifest.SetPodLabel{Object: podsOf("a"), Key: "version", Value: "v1"}, "annotations: {a: b}\n",
			"annotations: {a: b}\n      labels:\n        version: v1\n"},
		"other value of a label": {deployment("a", "matchLabels: {app: a}",
			"      labels: {app: a, version: \"v1\"}\n"),
			manifest.SetPodLabel{Object: podsOf("a"), Key: "version", Value: "v2"}, `"v1"`, `"v2"`},
		"the same label": {pods, manifest.SetPodLabel{Object: podsOf("a"), Key: "app", Value: "a"}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if test.old == "" {
				edit, err := setOf(t, test.text).Edit(test.change)
				require.NoError(t, err)
				require.Empty(t, edit.Files)
				return
			}
			require.Contains(t, test.text, test.old)
			want := strings.Replace(test.text, test.old, test.new, 1)
			require.Equal(t, want, edited(t, test.text, test.change))
			crlf := strings.ReplaceAll(test.text, "\n", "\r\n")
			require.Equal(t, strings.ReplaceAll(want, "\n", "\r\n"), edited(t, crlf, test.change))
			again, err := setOf(t, want).Edit(test.change)
			if _, ok := test.change.(manifest.SetSubset); !ok { // its From is not there any more
				require.NoError(t, err)
				require.Empty(t, again.Files)
			}
		})
	}
}

func TestEditOfWhatIsWrittenWithoutLanesIsRefused(t *testing.T) {
	two := vs("  - route:\n    - destination: {host: a}\n      weight: 50\n    - destination: {host: a, subset: v1}\n" +
		"      weight: 50\n  - name: other\n    route: [{destination: {host: b}, weight: 50}]\n")
	plain := vs("  - route:\n    - destination: {host: a}\n    - destination: {host: a}\n")
	anchored := vs("  - &r\n    route: &l\n    - destination: {host: a}\n")
	pods := deployment("a", "matchLabels: {app: a}", "      labels:\n        app: a\n") + "---\n" +
		deployment("b", "matchLabels: {app: a, track: canary}", "      labels: {app: a, track: canary}\n")
	for name, test := range map[string]struct {
		text   string
		change manifest.Change
		want   string
	}{
		"no such subset": {plain, manifest.SetSubset{Object: mockRoute, From: "v7", To: "v1"},
			"mock at in.yaml:8: must have one destination with host \"\" and subset \"v7\": there are 0"},
		"two that fit": {plain, manifest.SetSubset{Object: mockRoute, To: "v1"}, "there are 2"},
		"subset that is there": {strings.Split(two, "  - name: other")[0],
			manifest.SetSubset{Object: mockRoute, To: "v1"}, "in.yaml:11: must not have subset v1 of host a already"},
		"no subset":            {plain, manifest.SetSubset{Object: mockRoute}, "subset must be text of one line"},
		"subset behind anchor": {anchored, manifest.SetSubset{Object: mockRoute, To: "v1"}, "without an anchor"},
		"no such route": {two, manifest.NameRoute{Object: mockRoute, Index: 2, Name: "main"},
			"in.yaml:7: must have an HTTP route 2, from 0: there are 2"},
		"name that is there": {two, manifest.NameRoute{Object: mockRoute, Name: "other"},
			`must not have another route called "other": it is route 1`},
		"other name": {two, manifest.NameRoute{Object: mockRoute, Index: 1, Name: "main"},
			`in.yaml:13: route 1 must have no other name: it is "other"`},
		"template of a name":    {two, manifest.NameRoute{Object: mockRoute, Name: "{{ .Name }}"}, "without {{"},
		"name behind an anchor": {anchored, manifest.NameRoute{Object: mockRoute, Name: "main"}, "without an anchor"},
		"weight of two": {plain, manifest.WriteWeight{Object: mockRoute},
			"must have one destination to give it all the weight: there are 2"},
		"weight of other sum": {two, manifest.WriteWeight{Object: mockRoute, Route: "other"},
			"must have weights that sum to 100, not 50"},
		"label of the selector": {pods, manifest.SetPodLabel{Object: podsOf("a"), Key: "app", Value: "b"},
			"in.yaml:11: label app=b of the pods must fit the selector app=a, which cannot be changed"},
		"label of another's": {pods, manifest.SetPodLabel{Object: podsOf("a"), Key: "track", Value: "canary"},
			"must not make Deployment default/b select them"},
		"label of several lines": {pods, manifest.SetPodLabel{Object: podsOf("a"), Key: "x", Value: "a\nb"},
			"text of one line"},
		"label of no key": {pods, manifest.SetPodLabel{Object: podsOf("a")}, "text of one line"},
		"label of no Deployment": {two, manifest.SetPodLabel{Object: mockRoute, Key: "a", Value: "b"},
			"must be a Deployment"},
		"name of no route": {pods, manifest.NameRoute{Object: podsOf("a"), Name: "b"}, "must be a VirtualService"},
	} {
		t.Run(name, func(t *testing.T) {
			edit, err := setOf(t, test.text).Edit(test.change)
			require.ErrorContains(t, err, test.want)
			require.Empty(t, edit.Files)
		})
	}
}
