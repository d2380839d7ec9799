package manifest_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// faultLines returns "LINE Kind message" of every fault of a text.
func faultLines(text string) []string {
	set, _ := decodeText(manifest.Reader{}, text)
	var out []string
	for _, f := range set.Faults() {
		out = append(out, fmt.Sprintf("%d %s %s", f.Line, f.Kind, f.Message))
	}
	return out
}

const json2 = `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}` + "\n" +
	`{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "b"}}` + "\n"

// No part of a file is dropped in silence: it is read, or there is a fault at its line.
func TestDecodeDropsNothingInSilence(t *testing.T) {
	a, b := configMap("a"), configMap("b")
	const (
		passed  = "Misread must come after a line ---: Kubernetes' reader skips it and everything after it"
		refused = "Misread must begin below its marker: Kubernetes' reader refuses text after --- on one line"
	)
	flow := func(name string) string {
		return "{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + "}}\n"
	}
	for name, test := range map[string]struct {
		text   string
		want   []string
		faults []string
	}{
		"JSON objects":           {json2, []string{"a:1", "b:2"}, nil},
		"JSON objects, one line": {strings.ReplaceAll(json2, "\n", ""), []string{"a:1", "b:1"}, nil},
		"JSON, then YAML":        {strings.SplitAfter(json2, "\n")[0] + "---\n" + b, []string{"a:1", "b:3"}, nil},
		"JSON objects, then YAML": {json2 + "---\n" + configMap("c"), []string{"a:1", "b:2", "c:4"},
			[]string{"3 Misread must be JSON: Kubernetes' reader refuses what follows the JSON"}},
		"JSON, then text": {strings.SplitAfter(json2, "\n")[0] + "text\n", []string{"a:1"},
			[]string{
				"2 NotAnObject must be a Kubernetes object, with apiVersion, kind and metadata.name: must be a mapping, not a string"}},
		"flow mappings": {flow("a") + flow("b"), []string{"a:1"}, []string{"2 " + passed}},
		"text after":    {flow("a") + "\ntext\n", []string{"a:1"}, []string{"3 " + passed}},
		"less indented after": {"  a: b\n  c: d\ne: f\n", nil,
			[]string{"1 NotAnObject must be a Kubernetes object, with apiVersion, kind and metadata.name", "3 " +
				passed}},
		"end marker alone": {a + "...\n" + b, []string{"a:1"}, []string{"6 " + passed}},
		"end marker first": {"...\n" + a, nil,
			[]string{"1 Unreadable must be YAML: did not find expected node content"}},
		"end marker first, then a document": {"...\n---\n" + a, []string{"a:3"},
			[]string{"1 Unreadable must be YAML: did not find expected node content"}},
		"on the marker's line": {a + "--- " + flow("b"), []string{"a:1", "b:5"}, []string{"5 " + refused}},
		"CR line ends":         {strings.ReplaceAll(a+"---\n"+b, "\n", "\r"), []string{"a:1"}, []string{"6 " + passed}},
		"no marker": {a + "---x\n", []string{}, []string{
			"5 Misread must not begin a line with ---: Kubernetes' reader reads it as the end of the document",
			"5 Unreadable must be YAML: could not find expected ':'"}},
		"no marker in a text": {"\"\n---x\n\"\n", nil,
			[]string{
				"1 NotAnObject must be a Kubernetes object, with apiVersion, kind and metadata.name: must be a mapping, not a string",
				"2 Misread must not begin a line with ---: Kubernetes' reader reads it as the end of the document"}},
	} {
		t.Run(name, func(t *testing.T) {
			set, _ := decodeText(manifest.Reader{}, test.text)
			require.ElementsMatch(t, test.want, places(set.All()))
			require.Equal(t, test.faults, faultLines(test.text))
		})
	}
}

// An error names the line of the file, for all line ends and all text before it.
func TestDecodeNamesTheLineOfTheFile(t *testing.T) {
	for text, want := range map[string]string{
		"a: b\nc: [\n":                                  "2: must be YAML: did not find expected node content",
		"a: b\n---\n# x\n\na: b\n c: d\ne: f\n":         "6: must be YAML: mapping values are not allowed in this context",
		configMap("a") + "---\na: b\nc\nd: e\n":         "8: must be YAML: could not find expected ':'",
		configMap("a") + "---\na:\n- b\n  c\nd: 'e\n\n": "9: must be YAML: found unexpected end of stream",
		configMap("a") + "---\na:\n  - b\n - c\nd: e\n": "8: must be YAML: did not find expected key",
		configMap("a") + "---\na: b\nc: *none\n":        "7: must be YAML: unknown anchor 'none' referenced",
		configMap("a") + "---\na: b\nc: \"\x01\"\n":     "7: must be YAML: control characters are not allowed",
		configMap("a") + "---\na: b\nc: \xff\n":         "7: must be UTF-8",
		configMap("a") +
			"---\na: b\n\tc: d\n": "7: must be YAML: found a tab character that violates indentation",
		configMap("a") + "---\n? [a]\n: b\n":              `6: must be YAML: invalid map key: []interface {}{"a"}`,
		configMap("a") + "---\na: {b: c, d: [e, f}\ng: h": "6: must be YAML: did not find expected ',' or ']'",
	} {
		for _, ending := range []string{"\n", "\r\n", "\r"} {
			if ending == "\r" && strings.Contains(text, "---") {
				continue // no separate document for Kubernetes' reader
			}
			_, err := decodeText(manifest.Reader{}, strings.ReplaceAll(text, "\n", ending))
			require.EqualError(t, err, "in.yaml:"+want, "%q", text)
		}
	}
	// Line ends that are mixed count once each.
	_, err := decodeText(manifest.Reader{}, "# a\r# b\r\n# c\n---\r\n"+"a: b\rc: [\n")
	require.ErrorContains(t, err, "in.yaml:6: ")
}

// A document that cannot be read is a fault, and the rest of the set is there. The same holds for
// files.
func TestDecodeReadsWhatItCan(t *testing.T) {
	r := manifest.Reader{MaxFileSize: 100, MaxDocuments: 2}
	set, err := r.Decode(file("a.yaml", configMap("a")), file("large.yaml", strings.Repeat("#", 101)),
		file("many.yaml", "a: 1\n---\nb: 1\n---\nc: 1\n"), file("z.yaml", "a: [\n---\n"+configMap("z")))
	require.EqualError(t, err,
		"large.yaml: must not be larger than 100 bytes\nmany.yaml:5: must not hold more than 2 documents\n"+
			"z.yaml:1: must be YAML: did not find expected node content")
	require.Equal(t, []string{"a:1", "z:3"}, places(set.All()))
	var faults []string
	for _, f := range set.Faults() {
		faults = append(faults, fmt.Sprintf("%s:%d %s", f.File, f.Line, f.Kind))
	}
	require.Equal(t, []string{"large.yaml:0 Unreadable", "many.yaml:5 Unreadable", "z.yaml:1 Unreadable"}, faults)

	// A last marker begins no document, nor does one with nothing before it.
	for _, text := range []string{"a: 1\n---\nb: 1\n---\n", "---\na: 1\n---\nb: 1\n",
		"---\n---\na: 1\n---\n\n---\nb: 1\n---"} {
		_, err = r.Decode(file("in.yaml", text))
		require.NoError(t, err, "%q", text)
	}
}

// A file with too many documents costs no more than the allowed number.
func TestDecodeRefusesManyDocumentsBeforeItReadsThem(t *testing.T) {
	in := manifest.File{Name: "in.yaml", Data: []byte(strings.Repeat("#\n---\n", 2_500_000))}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := manifest.Decode(in)
	runtime.ReadMemStats(&after)
	require.ErrorContains(t, err, "in.yaml:20001: must not hold more than 10000 documents")
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20))
}

// A file of numbers, keys or brackets is refused before it is parsed. A file of several documents
// holds none that is much larger than allowed.
func TestDecodeRefusesHostileFilesBeforeItReadsThem(t *testing.T) {
	documents := func(n int, text string) string { return strings.Repeat(text+"\n---\n", n) }
	for name, text := range map[string]string{
		"numbers":       "[" + strings.Repeat("1,", 7_500_000) + "1]",
		"lines":         strings.Repeat("- 1\n", 3_750_000),
		"lists":         strings.Repeat(strings.Repeat("[", 50)+strings.Repeat("]", 50)+",", 150_000),
		"dashes":        strings.Repeat(strings.Repeat("- ", 50)+"1\n", 150_000),
		"after another": "a: b\n---\n{" + strings.Repeat("1,", 7_000_000) + "}",

		"keys":          documents(6, "{"+strings.Repeat("a,", 1_250_000)+"a}"),
		"keys on lines": documents(4, "{"+strings.Repeat("a,\n", 1_250_000)+"a}"),
		"keys in lists": documents(5, "["+strings.Repeat("a: ,", 700_000)+"a]"),
		"keys of lines": documents(4, strings.Repeat("a:\n", 1_200_000)),
		"keys of items": documents(4, strings.Repeat("- a:\n", 750_000)),
		"mappings in mappings": documents(2, "["+
			strings.Repeat(strings.Repeat("{a: ", 90)+strings.Repeat("}", 90)+",", 15_000)+"]"),
		"question marks": documents(4, strings.Repeat(strings.Repeat("? ", 90)+"a\n", 20_000)),
	} {
		t.Run(name, func(t *testing.T) {
			in := manifest.File{Name: "in.yaml", Data: []byte(text)}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := manifest.Decode(in)
			runtime.ReadMemStats(&after)
			require.ErrorContains(t, err, "must not be larger than 33554432 bytes")
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20))
		})
	}
}

const hook = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  generateName: migrate-\n" +
	"  annotations: {argocd.argoproj.io/hook: PreSync}\n"

// Argo CD makes a hook again in each sync: its name may be generated. Nothing can refer to such an
// object.
func TestDecodeTakesHooksWithoutAName(t *testing.T) {
	objects := decode(t, hook+"---\n"+hook+"---\n"+configMap("a"))
	require.Equal(t, []string{"Job ", "Job ", "ConfigMap a"}, refs(objects))
	set := manifest.NewSet(objects...)
	_, found := set.Get(objects[0].Ref)
	require.False(t, found)
	require.Len(t, set.Kind("Job"), 2)
	require.Empty(t, manifest.Diff(set, manifest.NewSet()).String()[len("- ConfigMap a\n"):])
	text, err := set.YAML()
	require.NoError(t, err)
	require.Equal(t, refs(objects), refs(decode(t, string(text))))

	for _, spoiled := range []string{strings.Replace(hook, "hook:", "other:", 1),
		strings.Replace(hook, "migrate-", `""`, 1), strings.Replace(hook, "generateName", "name2", 1)} {
		set, err := decodeText(manifest.Reader{}, spoiled)
		require.NoError(t, err)
		require.Equal(t, manifest.NotAnObject, set.Faults()[0].Kind)
		require.Contains(t, set.Faults()[0].Message, "must be a Kubernetes object")
	}
	for _, metadata := range []map[string]any{
		{"generateName": "a-"}, {"annotations": map[string]any{"argocd.argoproj.io/hook": "Sync"}},
	} {
		_, err := manifest.NewObject(&unstructured.Unstructured{Object: map[string]any{"apiVersion": "batch/v1",
			"kind": "Job", "metadata": metadata}}, "")
		require.ErrorContains(t, err, "must have all three")
	}
}

// An edit beside hooks is made: they stay as they are.
func TestEditBesideHooks(t *testing.T) {
	text := hook + "---\n" + vs(twoLanes)
	require.Equal(t, hook+"---\n"+
		strings.Replace(vs(twoLanes), "  name: mock\n", "  name: mock\n  annotations:\n    a: 'b'\n", 1),
		edited(t, text, manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "b"}))
}

func TestDecodeTakesBytesInBase64(t *testing.T) {
	require.Empty(t, faultsIn(t, route("v1", `{directResponse: {status: 200, body: {bytes: aGVsbG8=}}}`)))
	objects := decode(t, route("v1", `{directResponse: {status: 200, body: {bytes: aGVsbG8=}}}`))
	require.Equal(t, "hello", string(objects[0].VirtualService().Http[0].DirectResponse.Body.GetBytes()))
	for _, body := range []string{"a", "7", "[1]", "a_b-"} {
		require.Equal(t, []string{"7 WrongType spec.http[0].directResponse.body.bytes"},
			faultsIn(t, route("v1", `{directResponse: {status: 200, body: {bytes: `+body+`}}}`)))
	}
}

// The objects of a document that is not read again know their new lines.
func TestEditMovesWhatItDoesNotReadAgain(t *testing.T) {
	text := vs(twoLanes) + "---\n" + strings.ReplaceAll(vs(twoLanes), "name: mock", "name: other")
	first, err := setOf(t, text).Edit(manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "b"})
	require.NoError(t, err)
	fresh := setOf(t, string(first.Files[0].After))
	for i, o := range first.After.All() {
		require.Equal(t, fresh.All()[i].Line, o.Line)
		require.Equal(t, fresh.All()[i].LineOf("spec.http[0].route[1].weight"),
			o.LineOf("spec.http[0].route[1].weight"))
	}
	other := mockRoute
	other.Name = "other"
	weights := manifest.SetWeights{Object: other, Weights: rollout.Weights{w("v1", 1), w("v2", 99)}}
	second, err := first.After.Edit(weights)
	require.NoError(t, err)
	want, err := fresh.Edit(weights)
	require.NoError(t, err)
	require.Equal(t, string(want.Files[0].After), string(second.Files[0].After))
}

// A document can be added to a set without files too.
func TestEditAddsToASetOfNoFile(t *testing.T) {
	add := manifest.AddDocument{File: "new.yaml", Value: setOf(t, configMap("a")).All()[0].Value}
	for _, set := range []manifest.Set{{}, manifest.NewSet()} {
		edit, err := set.Edit(add)
		require.NoError(t, err)
		require.Len(t, edit.Files, 1)
		require.Equal(t, configMap("a"), string(edit.Files[0].After))
	}
}

// A good file stays good, and a faulty one gets no worse.
func TestEditRefusesToMakeFilesFaulty(t *testing.T) {
	typo := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": map[string]any{"name": "typo"},
		"spec": map[string]any{"host": "a"},
	}}
	for _, text := range []string{configMap("a"), configMap("a") + "---\n- 1\n"} {
		set, err := decodeText(manifest.Reader{}, text)
		require.NoError(t, err)
		edit, err := set.Edit(manifest.AddDocument{File: "new.yaml", Value: typo})
		require.ErrorContains(t, err, "must not make the files faulty")
		require.Empty(t, edit.Files)
	}
}

// Both markers part the documents of this file. Kubernetes' own reader takes it after two
// clean-ups.
func TestRemoveDocumentsPartedByBothMarkers(t *testing.T) {
	text := "---\n" + configMap("a") + "...\n---\n" + configMap("b") + "...\n---\n" + configMap("c")
	for range 2 {
		set := setOf(t, text)
		require.Empty(t, set.Faults())
		edit, err := set.Edit(manifest.RemoveDocument{Object: set.All()[0].Ref})
		require.NoError(t, err)
		text = string(edit.Files[0].After)
		objects, err := seen([]byte(text))
		require.NoError(t, err)
		require.Len(t, objects, set.Len()-1)
	}
	require.Equal(t, "---\n"+configMap("c"), text)
}

// An edit reads the documents that change, not the others.
func TestEditReadsOnlyWhatChanges(t *testing.T) {
	cost := func(documents int) float64 {
		set, err := manifest.Decode(file("in.yaml", string(long(1))),
			file("other.yaml", string(long(documents))[:len(long(documents))-len(vs(twoLanes))]+configMap("last")))
		require.NoError(t, err)
		return testing.AllocsPerRun(3, func() {
			if _, err := set.Edit(manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "b"}); err != nil {
				panic(err)
			}
		})
	}
	require.Less(t, (cost(1000)-cost(10))/990, 10.0, "a document costs some 300 to read")
}
