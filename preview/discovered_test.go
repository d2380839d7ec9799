package preview_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/preview"
)

func TestCallsAreDiscovered(t *testing.T) {
	for value, want := range map[string]string{
		"http://b:8000/":                            "a@v1 -> b@v1",
		"http://b":                                  "a@v1 -> b@v1",
		"http://B.default/x?y=z#w":                  "a@v1 -> b@v1",
		"http://user:secret@b.default.svc:8000":     "a@v1 -> b@v1",
		"grpc://b.default.svc.cluster.local.:8000/": "a@v1 -> b@v1",
		"dns:///b:8000":                             "a@v1 -> b@v1",
		"b:8000":                                    "a@v1 -> b@v1",
		"b":                                         "a@v1 -> b@v1",
		"b/path":                                    "a@v1 -> b@v1",
		"b.default":                                 "a@v1 -> b@v1",
		"'b:8000'":                                  "a@v1 -> b@v1",
		"[b:8000, c:8000]":                          "a@v1 -> [b@v1, c@v1]",
		"b, b:8000;http://b.default/ c":             "a@v1 -> [b@v1, c@v1]",
		"c|b":                                       "a@v1 -> [c@v1, b@v1]",
		"http://b:9000/":                            "a@v1 -> b (no port)",
		"b:http":                                    "a@v1",
		"b:70000":                                   "a@v1",
		"a http://a:8000/":                          "a@v1", // itself
		"b.other":                                   "a@v1",
		"http://b.example.com/":                     "a@v1",
		"bb":                                        "a@v1",
		"http:///":                                  "a@v1",
		"://":                                       "a@v1",
		"x-b":                                       "a@v1",
		"/b":                                        "a@v1",
		"":                                          "a@v1",
	} {
		for _, plain := range []bool{false, true} {
			set := []string{service("a"), service("b"), service("c"), deployment("b", "v1"), deployment("c", "v1"),
				gateway,
				strings.Replace(deployment("a", "v1"), "value: a}", fmt.Sprintf("value: %q}", value), 1), marked,
				rule("a", "v1")}
			if !plain {
				set = append(set, group, lane("v1"))
			}
			set = change(t, set, `
    - destination: {host: a.default.svc.cluster.local, subset: v2}
      weight: 40
      headers: {request: {set: {x-lane: v2}}}`, "")
			require.Equal(t, want, trace(t, decode(t, set...), mockRequest).Outcomes[0].String(), "%q", value)
		}
	}
}

// v1 may call others than v2 does; a workload of another kind calls as well.
func TestCallsAreDiscoveredInEachWorkload(t *testing.T) {
	set := in(t, strict(), "name: a-v2", "http://b:8000/", "http://c:8000/")
	require.Equal(t, "60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 -> c@v2\nisolated: no call leaves its lane\n",
		trace(t, decode(t, set...), mockRequest).String())
	set = in(t, strict(), "name: a-v2", "kind: Deployment", "kind: StatefulSet")
	require.Equal(t, "60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 -> b@v2 -> c@v2\nisolated: no call leaves its lane\n",
		trace(t, decode(t, set...), mockRequest).String())
	more := strings.Replace(strings.Replace(deployment("a", "v2", "c"), "name: a-v2", "name: a-v2-more", 1),
		"replicas: 1", "replicas: 3", 1)
	require.Equal(t,
		"60.0%  a@v1 -> b@v1 -> c@v1\n30.0%  a@v2 -> c@v2\n10.0%  a@v2 -> b@v2 -> c@v2\n"+
			"isolated: no call leaves its lane\n", trace(t, decode(t, append(strict(), more)...), mockRequest).String())
	pod := "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {app: a, version: v1}}\n" +
		"spec: {containers: [{name: c, image: i, env: [{name: U, value: c}, {name: F, valueFrom: {}}]}]}"
	require.Equal(t,
		"40.0%  a@v2 -> b@v2 -> c@v2\n30.0%  a@v1 -> b@v1 -> c@v1\n30.0%  a@v1 -> c@v1\n"+
			"isolated: no call leaves its lane\n", trace(t, decode(t, append(strict(), pod)...), mockRequest).String())
}

func TestCallsAreGiven(t *testing.T) {
	for name, test := range map[string]struct {
		calls map[string][]string
		want  string
	}{
		"none":             {map[string][]string{}, "a@v1"},
		"a chain":          {map[string][]string{"a": {"b"}, "b": {"c"}}, "a@v1 -> b@v1 -> c@v1"},
		"a fan":            {map[string][]string{"a": {"c", "b"}}, "a@v1 -> [c@v1, b@v1]"},
		"a tree":           {map[string][]string{"a": {"b", "c"}, "b": {"c"}}, "a@v1 -> [b@v1 -> c@v1, c@v1]"},
		"in full":          {map[string][]string{"default/a": {"default/b"}}, "a@v1 -> b@v1"},
		"in full first":    {map[string][]string{"default/a": {"b"}, "a": {"c"}}, "a@v1 -> b@v1"},
		"a cycle":          {map[string][]string{"a": {"b"}, "b": {"a"}}, "a@v1 -> b@v1 -> a@v1 (cycle)"},
		"itself":           {map[string][]string{"a": {"a"}}, "a@v1 -> a@v1 (cycle)"},
		"who is not there": {map[string][]string{"a": {"z"}}, "a@v1 -> z (no service)"},
		"in another place": {map[string][]string{"a": {"other/b"}}, "a@v1 -> b.other (no service)"},
		"of those unheard": {map[string][]string{"z": {"a"}}, "a@v1"},
		"a cycle in the middle": {map[string][]string{"a": {"b"}, "b": {"c"}, "c": {"b"}},
			"a@v1 -> b@v1 -> c@v1 -> b@v1 (cycle)"},
	} {
		t.Run(name, func(t *testing.T) {
			result := trace(t, decode(t, strict()...), preview.Request{Path: "/mock", Calls: test.calls})
			require.Equal(t, test.want, result.Outcomes[0].String())
		})
	}
	result := trace(t, decode(t, strict()...),
		preview.Request{Path: "/mock", Calls: map[string][]string{"a": {"b"}, "b": {"a", "c"}, "c": {"b"}}})
	require.Equal(t, [][]string{{"a", "b", "a"}, {"b", "c", "b"}}, result.Cycles)
	require.Equal(t, []string{"cycle, not followed: a -> b -> a", "cycle, not followed: b -> c -> b"}, result.Remarks())
}
