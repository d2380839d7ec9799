package yamltext

import (
	"testing"

	"github.com/stretchr/testify/require"
	k8syaml "sigs.k8s.io/yaml"
)

// clearly returns a text as JSON when it is clear.
func clearly(text []byte) ([]byte, bool) {
	docs := Split("f", text, 9)
	if len(docs) != 1 || docs[0].json != nil || docs[0].Parse() != nil || docs[0].Root() == nil ||
		!isClear(docs[0].Body()) {
		return nil, false
	}
	return appendClear(nil, docs[0].Root())
}

// The texts that people write are clear. Texts that readers of YAML read differently are not.
func TestClearTexts(t *testing.T) {
	for text, want := range map[string]string{
		"b: 1\na: [x, 'y', \"z\\n\"]\n":       `{"a":["x","y","z\n"],"b":1}`,
		"a: true\nb: null\nc:\nd: 0\ne: {}\n": `{"a":true,"b":null,"c":null,"d":0,"e":{}}`,
		"a: |\n  b: <c>\n  é\n":               `{"a":"b: \u003cc\u003e\né\n"}`,
		"# 版本\na: http-sample:1.1 # 注\n":      `{"a":"http-sample:1.1"}`,
		"- a.b/c: x-\n- 123456789012345\n":    `[{"a.b/c":"x-"},123456789012345]`,
		"a: 500ms\nb: 1m\nc: 10Gi\n":          `{"a":"500ms","b":"1m","c":"10Gi"}`,
		"a: y\n":                              "",
		"a: Yes\n":                            "",
		"y: a\n":                              "",
		"a: 010\n":                            "",
		"a: 1e3\n":                            "",
		"a: 1.0\n":                            "",
		"a: -1\n":                             "",
		"a: 12345678901234567890\n":           "",
		"a: &b 1\n":                           "",
		"a: &b {c: 1}\nd: *b\n":               "",
		"a: !!str 1\n":                        "",
		"a: 1\na: 2\n":                        "",
		"<<: {a: 1}\n":                        "",
		"1: a\n":                              "",
		"? [a]\n: b\n":                        "",
		"a: ! 10\n":                           "",
		"a: 1":                                "",
		"a:\t1\n":                             "",
		"a: 1\r\n":                            "",
		"a: \"\u0085\"\n":                     "",
		"%YAML 1.1\n---\na: 1\n":              "",
	} {
		got, clear := clearly([]byte(text))
		require.Equal(t, want != "", clear, "%q", text)
		if clear {
			require.Equal(t, want, string(got), "%q", text)
			theirs, err := k8syaml.YAMLToJSON([]byte(text))
			require.NoError(t, err)
			require.Equal(t, string(theirs), string(got), "%q", text)
		}
	}
}

// FuzzJSON holds that Kubernetes' reader reads a clear text alike.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		"a: {b: [c, 'd', \"e\"], f: 1}\n", "a: |\n  b\n\n  c\nd: >-\n  e\n   f\n", "- a\n-  - b\n   - c: d\n",
		"a: b\n  c\n", "{a: b, c: [d]}\n",
		"a: 'b\n\n  c'\nd: \"e\\\n  f\\x41\"\n", "a: # c\n  # d\n  b: e\n", "a: 2001-12-14t21:59:43.10-05:00\n",
		"a: 190:20:30\n", "a: {b: c:d, e:f: g}\n", "\"a\" : b\n? c\n", "a: |1-\n  b\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, clear := clearly(text)
		if !clear {
			return
		}
		theirs, err := k8syaml.YAMLToJSON(text)
		require.NoError(t, err)
		require.Equal(t, string(theirs), string(got))
	})
}
