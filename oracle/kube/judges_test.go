package kube_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// The functions that judge the server's answers are tested too.
func TestLacks(t *testing.T) {
	want := map[string]any{"a": int64(1), "b": []any{map[string]any{"c": "x"}, "y"}, "d": map[string]any{}, "e": nil}
	set := func(change func(got map[string]any)) map[string]any {
		got := map[string]any{"a": int64(1), "b": []any{map[string]any{"c": "x", "more": true}, "y"},
			"d": map[string]any{}, "more": "z"}
		change(got)
		return got
	}
	for name, test := range map[string]struct {
		got  any
		want []string
	}{
		"nothing":      {set(func(map[string]any) {}), nil},
		"other number": {set(func(got map[string]any) { got["a"] = int64(2) }), []string{".a: 2 is not 1"}},
		"no number":    {set(func(got map[string]any) { delete(got, "a") }), []string{".a: <nil> is not 1"}},
		"longer list": {set(func(got map[string]any) { got["b"] = []any{map[string]any{"c": "x"}, "y", "z"} }),
			[]string{".b: [map[c:x] y z] is not [map[c:x] y]"}},
		"other in list": {set(func(got map[string]any) { got["b"] = []any{map[string]any{"c": "x"}, "z"} }),
			[]string{".b[1]: z is not y"}},
		"no key in list": {set(func(got map[string]any) { got["b"] = []any{map[string]any{}, "y"} }),
			[]string{".b[0].c: <nil> is not x"}},
		"no empty map": {set(func(got map[string]any) { delete(got, "d") }), []string{".d: <nil> is not map[]"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := lacks("", want, test.got)
			slices.Sort(got)
			require.Equal(t, test.want, got)
		})
	}
}

func TestSameField(t *testing.T) {
	for _, test := range []struct {
		theirs, ours string
		same         bool
	}{
		{"spec.replicas", "spec.replicas", true},
		{`spec.containers[name="a"].env[name="B",x="y"].value`, "spec.containers[0].env[1].value", true},
		{"spec.match.headers.x-user", "spec.match.headers[x-user]", true},
		{"metadata.labels", "metadata.labels[a-b]", true},
		{"spec", "spec.template.spec", false},
		{"spec.replicas", "spec.replica", false},
		{"spec.template.spec", "spec", false},
	} {
		require.Equal(t, test.same, sameField(test.theirs, test.ours), test)
	}
}
