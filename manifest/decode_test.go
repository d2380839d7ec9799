package manifest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// configMap returns a small document.
func configMap(name string) string {
	return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name + "\n"
}

// places returns "name:line" of every object.
func places(objects []manifest.Object) []string {
	var out []string
	for _, o := range objects {
		out = append(out, fmt.Sprintf("%s:%d", o.Ref.Name, o.Line))
	}
	return out
}

func TestDecodeFindsEveryDocument(t *testing.T) {
	a, b := configMap("a"), configMap("b")
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"nothing":                {"", nil},
		"comments":               {"# one\n---\n# two\n", nil},
		"one":                    {a, []string{"a:1"}},
		"two":                    {a + "---\n" + b, []string{"a:1", "b:6"}},
		"marker first":           {"---\n" + a, []string{"a:2"}},
		"marker with a comment":  {a + "--- # next\n" + b, []string{"a:1", "b:6"}},
		"many markers":           {"---\n---\n\n" + a + "---\n---\n" + b + "---\n", []string{"a:4", "b:10"}},
		"end marker":             {a + "...\n---\n" + b, []string{"a:1", "b:7"}},
		"comment first":          {"# about a\n\n" + a, []string{"a:3"}},
		"crlf":                   {strings.ReplaceAll(a+"---\n"+b, "\n", "\r\n"), []string{"a:1", "b:6"}},
		"no final newline":       {strings.TrimSuffix(a+"---\n"+b, "\n"), []string{"a:1", "b:6"}},
		"json":                   {`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}`, []string{"a:1"}},
		"marker-like in a block": {a + "data:\n  x: |\n    ---\n    y\n", []string{"a:1"}},
		"four dashes":            {a + "data:\n  x: >\n   ----\n", []string{"a:1"}},
		"null":                   {"null\n---\n~\n---\n" + a, []string{"a:5"}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, places(decode(t, test.text)))
		})
	}
}

func TestDecodeGivesTheKindItsType(t *testing.T) {
	objects := decode(t, `
apiVersion: apps/v1
kind: Deployment
metadata: {name: a}
---
apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLane
metadata: {name: v1, namespace: ignored}
---
apiVersion: example.com/v1
kind: Deployment
metadata: {name: other, namespace: x}
spec: {any: thing}
`)
	require.IsType(t, &appsv1.Deployment{}, objects[0].Value)
	require.Equal(t, "Deployment default/a", objects[0].Ref.String())
	require.IsType(t, &lanes.ASMSwimLane{}, objects[1].Value)
	require.Equal(t, "ASMSwimLane v1", objects[1].Ref.String(), "cluster-scoped, whatever is written")
	require.IsType(t, &unstructured.Unstructured{}, objects[2].Value)
	require.Equal(t, "Deployment x/other", objects[2].Ref.String())
	require.Equal(t, "example.com", objects[2].Ref.Group)
}

// Every document that is not YAML is named, by the line at which it begins.
func TestDecodeNamesEveryBrokenDocument(t *testing.T) {
	text := strings.Join([]string{configMap("a"), "a: [\n", configMap("b"), "a: *nobody\n", "\xff\n"}, "---\n")
	set, err := manifest.Decode(manifest.File{Name: "good.yaml", Data: []byte(configMap("a"))},
		manifest.File{Name: "in.yaml", Data: []byte(text)}, manifest.File{Name: "x.yaml", Data: []byte("]")})
	require.Equal(t, []string{"a:1", "a:1", "b:8"}, places(set.All()), "what could be read")
	joined, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok)
	var places []string
	for _, e := range joined.Unwrap() {
		var fault *manifest.DecodeError
		require.ErrorAs(t, e, &fault)
		require.Error(t, errors.Unwrap(fault))
		place := fmt.Sprintf("%s:%d", fault.File, fault.Line)
		require.True(t, strings.HasPrefix(e.Error(), place+": "))
		places = append(places, place)
	}
	require.Equal(t, []string{"in.yaml:6", "in.yaml:13", "in.yaml:15", "x.yaml:1"}, places)
}

func TestDecodeKeepsTheOrderOfFiles(t *testing.T) {
	set, err := manifest.Decode(manifest.File{Name: "b.yaml", Data: []byte(configMap("b"))},
		manifest.File{Name: "a/a.yaml", Data: []byte(configMap("a"))})
	require.NoError(t, err)
	require.Equal(t, []string{"b:1", "a:1"}, places(set.All()))
	require.Equal(t, "a/a.yaml", set.All()[1].File)
}

func TestEncodeAndDecodeAgree(t *testing.T) {
	set := mockSet(t)
	text, err := set.YAML()
	require.NoError(t, err)
	objects := decode(t, string(text))
	require.Len(t, objects, set.Len())
	for i, want := range set.All() {
		requireSame(t, want, objects[i])
	}
	again, err := manifest.NewSet(objects...).YAML()
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
}

// FuzzDecode holds that no input makes the reader panic, and that everything it reads is the same
// after it is written and read again.
func FuzzDecode(f *testing.F) {
	text, err := mockSet(f).YAML()
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte(configMap("a") + "---\n" + configMap("b")))
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("--- {}\n...\n"))
	f.Add([]byte("apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: x}\n" +
		"spec: {http: [{timeout: 500ms, retries: {}}]}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 64<<10 {
			return
		}
		set, err := manifest.Decode(manifest.File{Name: "in.yaml", Data: data})
		if err != nil || len(set.Faults()) > 0 || set.Len() == 0 {
			return
		}
		text, err := set.YAML()
		if err != nil {
			return // fields that only ASM knows
		}
		again, err := manifest.Decode(manifest.File{Name: "in.yaml", Data: text})
		require.NoError(t, err, "%s", text)
		require.Empty(t, again.Faults(), "%s", text)
		require.Equal(t, set.Len(), again.Len())
		for i, o := range set.All() {
			requireSame(t, o, again.All()[i])
		}
	})
}
