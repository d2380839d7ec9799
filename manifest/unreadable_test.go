package manifest_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
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
		configMap("a") + "---\n? [a]\n: b\n":              "6: must be YAML: a list or mapping cannot be a key, and {{ begins a mapping",
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

func TestDecodeTakesBytesInBase64(t *testing.T) {
	require.Empty(t, faultsIn(t, route("v1", `{directResponse: {status: 200, body: {bytes: aGVsbG8=}}}`)))
	objects := decode(t, route("v1", `{directResponse: {status: 200, body: {bytes: aGVsbG8=}}}`))
	require.Equal(t, "hello", string(objects[0].VirtualService().Http[0].DirectResponse.Body.GetBytes()))
	for _, body := range []string{"a", "7", "[1]", "a_b-"} {
		require.Equal(t, []string{"7 WrongType spec.http[0].directResponse.body.bytes"},
			faultsIn(t, route("v1", `{directResponse: {status: 200, body: {bytes: `+body+`}}}`)))
	}
}
