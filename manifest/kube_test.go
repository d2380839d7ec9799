package manifest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	kubeyaml "k8s.io/apimachinery/pkg/util/yaml"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/manifest"
)

// seen returns the objects that Kubernetes' own reader finds in a text, the items of
// lists apart, as kubectl and Argo CD use it.
func seen(text []byte) ([]*unstructured.Unstructured, error) {
	var out []*unstructured.Unstructured
	decoder := kubeyaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	for {
		var data json.RawMessage
		err := decoder.Decode(&data)
		switch {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return out, err
		case len(data) == 0 || string(data) == "null":
			continue
		}
		items := []json.RawMessage{data}
		var list struct {
			APIVersion, Kind string
			Items            []json.RawMessage
		}
		if json.Unmarshal(data, &list) == nil && list.APIVersion == "v1" && list.Kind == "List" {
			items = list.Items
		}
		for _, item := range items {
			u := &unstructured.Unstructured{}
			if err := u.UnmarshalJSON(item); err != nil {
				return out, err
			}
			out = append(out, u)
		}
	}
}

// requireSeen holds that Kubernetes' own reader finds the same objects in a text without faults,
// each with the same content. It reports whether the text has no fault.
func requireSeen(t require.TestingT, text []byte) bool {
	set, err := manifest.Decode(manifest.File{Name: "in.yaml", Data: text})
	if err != nil || len(set.Faults()) > 0 {
		return false
	}
	requireAlike(t, set, text)
	return true
}

func requireAlike(t require.TestingT, set manifest.Set, text []byte) {
	want, err := seen(text)
	require.NoError(t, err, "%q", text)
	require.Len(t, set.All(), len(want), "%q", text)
	for i, o := range set.All() {
		require.Equal(t, want[i].GetName(), o.Ref.Name, "%q", text)
		require.Equal(t, want[i].GetKind(), o.Ref.Kind, "%q", text)
		if u, ok := o.Value.(*unstructured.Unstructured); ok {
			require.Equal(t, want[i].Object, u.Object, "%q", text)
		}
	}
}

// drawStream returns a text of documents in all the forms that people and programs write. Between
// them are all kinds of lines that part documents, and lines that only look so.
func drawStream(t *rapid.T) string {
	pieces := []string{
		"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n",
		"  apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n",
		"{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}",
		`{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"n": 1e2, "s": "a\/b` +
			"\u2028" + `"}}`,
		`{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "d"}}]}`,
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: e}\ndata:\n  t: |+\n    x\n\n    ---\n\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: e}\ndata:\n  t: |\n    x",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: e}\ndata: {yes: on, n: 012, f: 1.0, d: 2020-01-01}\n",
		"---\n", "--- \n", "--- # next\n", "---", "---\t#", "...\n", "---x\n", "---#\n", "----\n", "--- {a: b}\n",
		"---\r", "# c\n", "\n", "\r\n", "\r", " ",
		"\t", "null\n", "~", "text\n", "[]\n", "%YAML 1.1\n", "\ufeff", "\u0085", "\u2028", "{}", "5",
		strings.Repeat(" ", 4096) + "\n",
	}
	text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 7).Draw(t, "pieces"),
		rapid.SampledFrom([]string{"", "", "\n", "\n---\n"}).Draw(t, "between"))
	return strings.ReplaceAll(text, "\n",
		rapid.SampledFrom([]string{"\n", "\n", "\n", "\r\n", "\r"}).Draw(t, "line end"))
}

func TestDecodeSeesWhatKubernetesSees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { requireSeen(t, []byte(drawStream(t))) })
}

// Kubernetes' reader reads these texts otherwise than a reader of YAML.
func TestDecodeSeesTheTextsThatKubernetesSees(t *testing.T) {
	with := func(data string) string {
		return strings.Replace(configMap("a"), "ConfigMap", "Secret", 1) + "data: " + data
	}
	inJSON := `{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": {"n": 1e2, "s": "a` +
		"\u2028" + ` b"}}`
	for _, text := range []string{
		with("{yes: on, n: 012, f: 1.0, d: 2020-01-01}\n"),
		with("\n  t: |\n    x"),              // the reader ends every line
		with("\n  t: |\n    x\r\r\n    y\n"), // the reader makes \r\n one line end
		inJSON, inJSON + inJSON, inJSON + "\n---\n" + with("{a: b}\n"), "--- # next\n" + inJSON, inJSON + "---\n",
	} {
		require.True(t, requireSeen(t, []byte(text)), "%q", text)
	}
	for _, text := range []string{
		inJSON + "---", strings.Repeat(" ", 4096) + inJSON + inJSON, "--- # c\rfoo: bar\n" + configMap("a"),
		"--- # \u2028foo: bar\n", "--- # \xff\n", "--- # \x01\n", "---\n\ufeff" + configMap("a"),
	} {
		require.False(t, requireSeen(t, []byte(text)), "%q", text)
	}
	// The same text is JSON where it is first, and YAML behind another.
	set := setOf(t, configMap("first")+"---\n"+inJSON)
	edit, err := set.Edit(manifest.RemoveDocument{Object: set.All()[0].Ref})
	require.NoError(t, err)
	requireAlike(t, edit.After, edit.Files[0].After)
}

func FuzzKubernetesReader(f *testing.F) {
	for _, text := range []string{
		configMap("a") + "---\n" + configMap("b"), configMap("a") + "...\n" + configMap("b"), "--- {}\n", "...\n" +
			configMap("a"),
		`{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "b"}}` + "\n---\n" + configMap("c"),
		"{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n" +
			"{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n",
		configMap("a") + "---\r" + configMap("b"),
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) <= 64<<10 {
			requireSeen(t, data)
		}
	})
}
