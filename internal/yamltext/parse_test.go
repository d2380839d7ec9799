package yamltext_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// last returns the last document of a text.
func last(t *testing.T, text string) *yamltext.Document {
	t.Helper()
	docs := yamltext.Split("f", []byte(text), 9)
	require.NotEmpty(t, docs)
	return docs[len(docs)-1]
}

// requireAt holds that an error is an [*yamltext.Error]: "line LINE: MESSAGE".
func requireAt(t *testing.T, err error, want string, args ...any) {
	t.Helper()
	var at *yamltext.Error
	require.ErrorAs(t, err, &at, args...)
	require.Equal(t, want, fmt.Sprintf("line %d: %s", at.Line, at.Message), args...)
}

// The readers count lines from 0 or 1, within the document, or not at all.
func TestParseSaysTheLineOfTheFile(t *testing.T) {
	for text, want := range map[string]yamltext.Error{
		"a: 1\n---\nb: [\n":                  {3, "must be YAML: did not find expected node content"},
		"a: 1\n---\nb: 1\n  c: 2\nd: 3\n":    {4, "must be YAML: mapping values are not allowed in this context"},
		"a: 1\n---\nb: 1\nc\nd: 1\n":         {5, "must be YAML: could not find expected ':'"},
		"a: 1\n---\nb:\n\t- c\n":             {4, "must be YAML: found character that cannot start any token"},
		"a: 1\r\n---\r\nb: 1\r\nc: *x\r\n":   {4, "must be YAML: unknown anchor 'x' referenced"},
		"a: 1\n---\nb: 1\nc: \ufffe\nd: 1\n": {4, "must be YAML: control characters are not allowed"},
		"a: 1\n---\nb:\t1\nc: \x01\n":        {4, "must be YAML: control characters are not allowed"},
		"a: 1\n---\nb: 1\nc: \xff\n":         {4, "must be UTF-8"},
		"a: 1\n---\né: 1\n\xc3":              {4, "must be UTF-8"},
	} {
		d := last(t, text)
		err := d.Parse()
		var got *yamltext.Error
		require.ErrorAs(t, err, &got, "%q", text)
		require.Equal(t, want, *got, "%q", text)
		require.EqualError(t, err, want.Message)
		require.Nil(t, d.Root())
	}
}

// A text that Kubernetes' reader passes over, refuses or reads as something else is told apart from
// a text that it reads as written.
func TestMisread(t *testing.T) {
	const (
		oneLine = "must begin below its marker: Kubernetes' reader refuses text after --- on one line"
		mark    = "must not begin with a byte order mark: Kubernetes' reader reads it as text"
		dashes  = "must not begin a line with ---: Kubernetes' reader reads it as the end of the document"
		after   = "must come after a line ---: Kubernetes' reader skips it and everything after it"
		json    = "must be JSON: Kubernetes' reader refuses what follows the JSON"
	)
	for text, want := range map[string]*yamltext.Error{
		"a: 1\n--- # c\nb: 1\n":           nil,
		"a: 1\n--- {b: 1}\n":              {2, oneLine},
		"---\n\ufeffa: 1\n":               {2, mark},
		"a: 1\n---\n\ufeffb: 1\n":         nil,
		"a: 1\n---\nb: |\n  x\n---x: 1\n": {5, dashes},
		"a: |\n  x\n---x: 1\n---y: 1\n":   {3, dashes},
		"a: 1\n...\nb: 1\n":               {3, after},
		"a: 1\n...\nb: [\n":               {3, after},
		"a: 1\n...\n":                     nil,
		"{a: 1}\n\n{b: 1}\n":              {3, after},
	} {
		d := last(t, text)
		require.NoError(t, d.Parse(), "%q", text)
		require.Equal(t, want, d.Misread, "%q", text)
	}
	for text, want := range map[string]*yamltext.Error{
		"{\"a\": 1}\nb: 1\n":           nil,
		"{\"a\": 1}\n{\"a\": 1}\nb: 1": {3, json},
		"{\"a\": 1}\nb:":               {2, json},
		"{\"a\": 1}\néb: 1":            {2, json},
	} {
		docs := yamltext.Split("f", []byte(text), 9)
		require.Equal(t, want, docs[len(docs)-2].Misread, "%q", text)
	}
}

func TestJSONIsWhatKubernetesReads(t *testing.T) {
	for text, want := range map[string]string{
		"a: yes":                   `{"a":true}`,
		"a: |\r\n  b\r\r\n  c\r\n": `{"a":"b\nc\n"}`,
		"a: |\n  b":                `{"a":"b\n"}`,
		"{\"a\": [1]}\n":           `{"a": [1]}`,
		"# c\na: {b: on, c: 07}\n": `{"a":{"b":true,"c":7}}`,
	} {
		got, err := last(t, text).JSON()
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
	for text, want := range map[string]yamltext.Error{
		"a: 1\n---\nb:\n c: 1\n c: 2\n  d: 1": {6, "must be YAML: mapping values are not allowed in this context"},
		"a: 1\n---\nb: 1\nc: {<<: 1}\n": {3,
			"must be YAML: map merge requires map or sequence of maps as the value"},
		"a: 1\n---\nb: .nan\n": {3, "json: unsupported value: NaN"},
	} {
		_, err := last(t, text).JSON()
		var got *yamltext.Error
		require.ErrorAs(t, err, &got)
		require.Equal(t, want, *got)
	}
}

func TestDocumentsKnowTheirPlace(t *testing.T) {
	docs := yamltext.Split("f", []byte("# c\na: 1\n---\n\nb:\n- c: 1\n"), 9)
	_, first := docs[0].Top()
	require.True(t, first)
	_, first = docs[1].Top()
	require.False(t, first)
	require.NoError(t, docs[1].Parse())
	require.Equal(t, 6, docs[1].LineOf(yamltext.Child(docs[1].Root(), "b").Content[0]))
	_, first = last(t, "---\na: 1\n").Top()
	require.False(t, first, "its marker comes before it")

	require.Equal(t, "# c\na: 1\n", apply(t, "# c\na: 1\n---\n\nb:\n- c: 1\n", docs[1].Remove()),
		"the marker goes with the document")
	require.Equal(t, "---\n\nb:\n- c: 1\n", apply(t, "# c\na: 1\n---\n\nb:\n- c: 1\n", docs[0].Remove()))
}
