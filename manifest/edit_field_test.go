package manifest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/manifest"
)

func TestEditOfFields(t *testing.T) {
	text := vs("  - name: main # the entry\n    timeout: '1s' # short\n    route:\n" +
		"    - destination: {host: a, subset: v1}\n      weight: 60 # 60%\n    - destination: {host: a, subset: v2}\n" +
		"      weight: 40\n    headers: {request: {remove: [x]}}\n    corsPolicy:\n")
	set := func(path string, value any) manifest.Change {
		return manifest.SetField{Object: mockRoute, Path: path, Value: value}
	}
	remove := func(path string) manifest.Change { return manifest.RemoveField{Object: mockRoute, Path: path} }
	for name, test := range map[string]struct {
		changes []manifest.Change
		old     []string // pairs: what is replaced by what
	}{
		"text": {[]manifest.Change{set("spec.http[0].timeout", "2s")}, []string{"'1s'", "'2s'"}},
		"numbers": {[]manifest.Change{set("spec.http[0].route[0].weight", 50),
			set("spec.http[0].route[1].weight", 50)}, []string{"60 #", "50 #", "weight: 40", "weight: 50"}},
		"what it is already": {[]manifest.Change{set("spec.http[0].timeout", "1s"),
			set("spec.http[0].headers", map[string]any{"request": map[string]any{"remove": []string{"x"}}})}, nil},
		"a key": {[]manifest.Change{set("spec.http[0].retries", map[string]any{"attempts": 2})},
			[]string{"    corsPolicy:\n", "    corsPolicy:\n    retries:\n      attempts: 2\n"}},
		"keys around": {[]manifest.Change{set("metadata.annotations[a.b/c]", "x")},
			[]string{"  name: mock\n", "  name: mock\n  annotations:\n    a.b/c: x\n"}},
		"a key that says nothing": {[]manifest.Change{set("spec.http[0].corsPolicy.maxAge", "1s")},
			[]string{"corsPolicy:\n", "corsPolicy:\n      maxAge: 1s\n"}},
		"an item": {[]manifest.Change{set("spec.hosts[1]", "b"),
			set("spec.http[0].match[0].uri.prefix", "/")},
			[]string{"hosts: [mock]", "hosts: [mock, b]", "    corsPolicy:\n",
				"    corsPolicy:\n    match:\n    - uri:\n        prefix: /\n"}},
		"an item of lines": {[]manifest.Change{set("spec.http[1]",
			map[string]any{"redirect": map[string]any{"uri": "/x"}})},
			[]string{"    corsPolicy:\n", "    corsPolicy:\n  - redirect:\n      uri: /x\n"}},
		"a list anew": {[]manifest.Change{set("spec.hosts", []string{"b", "c"})},
			[]string{"hosts: [mock]", "hosts:\n  - b\n  - c"}},
		"a first key": {[]manifest.Change{remove("spec.http[0].name")},
			[]string{"name: main # the entry\n    timeout", "timeout"}},
		"a value in brackets": {[]manifest.Change{set("spec.http[0].headers.request.remove[0]", "z")},
			[]string{"[x]", "[z]"}},
		"the only item": {[]manifest.Change{remove("spec.http[0].headers.request.remove[0]")},
			[]string{"[x]", "[]"}},
		"the only key": {[]manifest.Change{remove("spec.http[0].headers.request")},
			[]string{"{request: {remove: [x]}}", "{}"}},
		"an item that goes": {[]manifest.Change{set("spec.http[0].route[0].weight", 100),
			remove("spec.http[0].route[1]")},
			[]string{"weight: 60", "weight: 100", "    - destination: {host: a, subset: v2}\n      weight: 40\n", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, ending := range []string{"\n", "\r\n"} {
				text := strings.ReplaceAll(text, "\n", ending)
				want := text
				for i := 0; i < len(test.old); i += 2 {
					old := strings.ReplaceAll(test.old[i], "\n", ending)
					require.Contains(t, want, old)
					want = strings.Replace(want, old, strings.ReplaceAll(test.old[i+1], "\n", ending), 1)
				}
				edit, err := setOf(t, text).Edit(test.changes...)
				require.NoError(t, err)
				if want == text {
					require.Empty(t, edit.Files)
					continue
				}
				require.Equal(t, want, string(edit.Files[0].After))
			}
		})
	}
	edit, err := setOf(t, text).Edit(set("spec.http[0].route[0].weight", 50), set("spec.http[0].route[1].weight", 50))
	require.NoError(t, err)
	require.Len(t, edit.Outdated, 1)
}

func TestEditOfFieldsIsRefused(t *testing.T) {
	text := vs("  - &r\n    timeout: *x\n    route:\n    - destination: {host: a, subset: v1}\n      weight: 100\n")
	text = strings.Replace(text, "  name: mock\n", "  name: mock\n  annotations:\n    a: &x 1s\n    b: >\n      x\n", 1)
	plain := vs(twoLanes)
	pods := deployment("a", "matchLabels: {app: a}", "      labels:\n        app: a\n")
	lane := "apiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLane\n" +
		"metadata: {name: v1, labels: {swimlane-group: mock}}\nspec:\n  labelSelector: {version: v1}\n" +
		"  ingressWeight: {weight: 100}\n"
	for name, test := range map[string]struct {
		text string
		ref  manifest.Ref
		path string
		set  any // nil removes
		kind error
		want string
	}{
		"no path":   {plain, mockRoute, "", 1, manifest.ErrValue, "must have a path"},
		"no object": {plain, podsOf("a"), "spec", 1, manifest.ErrNotFound, "must be in the set"},
		"no value": {plain, mockRoute, "spec.x", func() {}, manifest.ErrValue,
			"must be a value that JSON has"},
		"template": {plain, mockRoute, "metadata.labels.x", "{{ x }}", manifest.ErrValue, "must not hold {{"},
		"no such item": {plain, mockRoute, "spec.http[2].timeout", "1s", manifest.ErrNotFound,
			"in.yaml:7: must have an item 2: there are 1"},
		"no such list": {plain, mockRoute, "spec.gateways[1]", "x", manifest.ErrNotFound,
			"must have a list for the item 1"},
		"in a scalar":       {plain, mockRoute, "spec.hosts[0].x", "x", manifest.ErrWrongKind, `not in "mock"`},
		"nothing to remove": {plain, mockRoute, "spec.gateways", nil, manifest.ErrNotFound, "must have spec.gateways"},
		"anchor": {text, mockRoute, "spec.http[0].route[0].weight", 100, manifest.ErrAnchor,
			"without an anchor"},
		"alias": {strings.Replace(text, "- &r\n    timeout", "- timeout", 1), mockRoute,
			"spec.http[0].timeout", "2s", manifest.ErrAnchor, "without an alias"},
		"name": {plain, mockRoute, "metadata.name", "other", manifest.ErrUnsafe,
			"must not change anything else"},
		"unknown key": {plain, mockRoute, "spec.htp", "x", manifest.ErrUnsafe, "must not make the files faulty"},
		"sum": {plain, mockRoute, "spec.http[0].route[0].weight", 61, manifest.ErrSum,
			"in.yaml:8: must have weights that sum to 100, not 101"},
		"sum of what is new": {plain, mockRoute, "spec.http[1]",
			map[string]any{"route": []any{map[string]any{"weight": 50, "destination": map[string]any{"host": "a"}}}},
			manifest.ErrSum, "not 50"},
		"sum of a lane": {lane, manifest.Ref{Group: "istio.alibabacloud.com", Kind: "ASMSwimLane", Name: "v1"},
			"spec.ingressWeight.weight", 50, manifest.ErrSum,
			"lane group mock: must have lanes with weights that sum to 100, not 50"},
		"selector": {pods, podsOf("a"), "spec.selector.matchLabels.app", "b", manifest.ErrUnsafe,
			"selector of a Deployment"},
	} {
		t.Run(name, func(t *testing.T) {
			var change manifest.Change = manifest.SetField{Object: test.ref, Path: test.path, Value: test.set}
			if test.set == nil {
				change = manifest.RemoveField{Object: test.ref, Path: test.path}
			}
			_, err := setOf(t, test.text).Edit(change)
			require.ErrorContains(t, err, test.want)
			require.ErrorIs(t, err, test.kind)
			require.NotEmpty(t, manifest.EditErrors(err))
		})
	}
}

// tree draws a JSON value.
func treeOf(depth int) *rapid.Generator[any] {
	scalar := rapid.SampledFrom([]any{"x", "it's", "1", "yes", "", "a: b", "# c", 1.0, -2.5, true, "two\nlines\n",
		" blank ", nil})
	if depth == 0 {
		return scalar
	}
	return rapid.OneOf(scalar,
		rapid.Map(rapid.SliceOfN(treeOf(depth-1), 0, 3), func(l []any) any { return l }),
		rapid.Map(rapid.MapOfN(rapid.SampledFrom([]string{"a", "b", "c.d/e", "on", "7"}), treeOf(depth-1), 0, 3),
			func(m map[string]any) any { return m }))
}

// styled writes a value as YAML of a drawn style.
func styled(t *rapid.T, value any) string {
	data, err := json.Marshal(value)
	require.NoError(t, err)
	var node yaml.Node
	require.NoError(t, yaml.Unmarshal(data, &node))
	var walk func(n *yaml.Node, flow bool)
	walk = func(n *yaml.Node, flow bool) {
		if n.Kind != yaml.ScalarNode {
			flow = flow || len(n.Content) == 0 || n.Kind != yaml.DocumentNode &&
				rapid.IntRange(0, 3).Draw(t, "flow") == 0
			n.Style = 0
			if flow && n.Kind != yaml.DocumentNode {
				n.Style = yaml.FlowStyle
			}
		} else if !flow && strings.Contains(n.Value, "\n") {
			n.Style = yaml.LiteralStyle
		}
		for _, c := range n.Content {
			walk(c, flow)
		}
	}
	walk(&node, false)
	text, err := yaml.Marshal(&node)
	require.NoError(t, err)
	return string(text)
}

// pathsOf returns the paths of a value and of all values below it.
func pathsOf(path string, value any) []string {
	out := []string{path}
	switch v := value.(type) {
	case map[string]any:
		for _, key := range []string{"a", "b", "c.d/e", "on", "7"} {
			if child, found := v[key]; found {
				out = append(out, pathsOf(path+"["+key+"]", child)...)
			} else {
				out = append(out, path+"["+key+"]")
			}
		}
	case []any:
		for i, child := range v {
			out = append(out, pathsOf(fmt.Sprintf("%s[%d]", path, i), child)...)
		}
		out = append(out, fmt.Sprintf("%s[%d]", path, len(v)))
	}
	return out
}

// change returns a value in which the value at the steps is set to another, or removed.
func changed(value any, steps []string, set bool, to any) any {
	if len(steps) == 0 {
		return to
	}
	switch v := value.(type) {
	case map[string]any:
		if len(steps) == 1 && !set {
			delete(v, steps[0])
		} else {
			v[steps[0]] = changed(v[steps[0]], steps[1:], set, to)
		}
		return v
	case []any:
		var i int
		_, _ = fmt.Sscan(steps[0], &i)
		switch {
		case i == len(v):
			return append(v, to)
		case len(steps) == 1 && !set:
			return append(v[:i], v[i+1:]...)
		}
		v[i] = changed(v[i], steps[1:], set, to)
		return v
	}
	panic("no collection")
}

// After an edit, the decoded object is the old one with the change, and nothing else differs. An
// edit is refused only for a value that its text cannot hold.
func TestFieldsMeanTheChange(t *testing.T) {
	made := 0
	rapid.Check(t, func(t *rapid.T) {
		object := map[string]any{"apiVersion": "example.com/v1", "kind": "Thing",
			"metadata": map[string]any{"name": "a", "namespace": "n"},
			"spec":     map[string]any{"a": treeOf(3).Draw(t, "a"), "b": treeOf(2).Draw(t, "b")}}
		text := styled(t, object)
		set := setOf(t, text)
		ref := set.All()[0].Ref
		for range rapid.IntRange(1, 4).Draw(t, "changes") {
			path := rapid.SampledFrom(pathsOf("spec", object["spec"])[1:]).Draw(t, "path")
			to := treeOf(2).Draw(t, "to")
			isSet := rapid.Bool().Draw(t, "set")
			var change manifest.Change = manifest.SetField{Object: ref, Path: path, Value: to}
			if !isSet {
				change = manifest.RemoveField{Object: ref, Path: path}
			}
			edit, err := set.Edit(change)
			if err != nil {
				require.NotEmpty(t, manifest.EditErrors(err))
				if !isSet {
					continue
				}
				require.NotErrorIs(t, err, manifest.ErrUnsafe, "%s\n%s", path, text)
				continue
			}
			made++
			data, err := json.Marshal(object)
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(data, &object)) // a copy
			steps := strings.FieldsFunc(strings.TrimPrefix(path, "spec"),
				func(r rune) bool { return r == '[' || r == ']' })
			object["spec"] = changed(object["spec"], steps, isSet, to)
			want, err := json.Marshal(object)
			require.NoError(t, err)
			got, err := json.Marshal(edit.After.All()[0].Value.(*unstructured.Unstructured).Object)
			require.NoError(t, err)
			require.JSONEq(t, string(want), string(got), "%s of\n%s", path, text)
			set = edit.After
			require.Equal(t, 1, set.Len())
		}
	})
	require.Greater(t, made, 50)
}
