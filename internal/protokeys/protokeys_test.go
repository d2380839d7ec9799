package protokeys_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/reflect/protoreflect"
	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/protokeys"
)

func decoded(t testing.TB, text string) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var v any
	require.NoError(t, d.Decode(&v))
	return v
}

func pathOf(steps []protokeys.Step) string {
	out := ""
	for _, s := range steps {
		switch {
		case s.Index >= 0:
			out += fmt.Sprintf("[%d]", s.Index)
		case s.OfMap:
			out += "[" + s.Key + "]"
		default:
			out += "." + s.Key
		}
	}
	return out
}

func walked(v any, w protokeys.Walker) (found []string) {
	w.Found = func(f protokeys.Finding) { found = append(found, pathOf(f.Path)+" "+f.Must()) }
	w.Walk(v, (&networking.VirtualService{}).ProtoReflect().Descriptor())
	return found
}

func TestWalkFinds(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"nothing": {`{}`, nil},
		"good": {
			`{"hosts": ["a"], "http": [{"timeout": "1m30s", "match": [{"uri": {"exact": "/"}, "ignoreUriCase": true, "headers": {"x": {"regex": ".*"}}}],
			"route": [{"destination": {"host": "a", "port": {"number": "80"}}, "weight": 100}], "fault": {"abort": {"percentage": {"value": 1.5}}},
			"directResponse": {"status": 200, "body": {"bytes": "YWJj"}}, "corsPolicy": {"allowCredentials": null, "unmatchedPreflights": "IGNORE"}}]}`,
			nil},
		"no mapping": {`[]`, []string{` must be a mapping, not a list`}},
		"unknown": {`{"hosts": [], "host": 1, "http": [{"timeOut": "1s"}]}`,
			[]string{`.host must be a key of Istio's VirtualService`,
				`.http[0].timeOut must be a key of Istio's HTTPRoute`}},
		"scalars": {
			`{"hosts": [1], "http": [{"match": [{"ignoreUriCase": "yes"}], "timeout": 5, "corsPolicy": {"unmatchedPreflights": "x"}}]}`,
			[]string{`.hosts[0] must be a string, not the number 1`,
				`.http[0].corsPolicy.unmatchedPreflights must be a value of Istio's UnmatchedPreflights, not the string "x"`,
				`.http[0].match[0].ignoreUriCase must be true or false, not the string "yes"`,
				`.http[0].timeout must be a duration, not the number 5`}},
		"duration": {`{"http": [{"timeout": "1 s"}]}`,
			[]string{`.http[0].timeout must be a duration, not the string "1 s"`}},
		"bytes": {
			`{"http": [{"directResponse": {"body": {"bytes": "a!"}}}, {"directResponse": {"body": {"bytes": 5}}}]}`,
			[]string{`.http[0].directResponse.body.bytes must be a string in base64, not the string "a!"`,
				`.http[1].directResponse.body.bytes must be a string in base64, not the number 5`}},
		"numbers": {
			`{"http": [{"route": [{"weight": 2147483648}, {"weight": 1.5}, {"weight": "1"}, {"weight": true}]}]}`,
			[]string{`.http[0].route[0].weight must be a number of the type int32, not the number 2147483648`,
				`.http[0].route[1].weight must be a number of the type int32, not the number 1.5`,
				`.http[0].route[3].weight must be a number of the type int32, not true`}},
		"containers": {`{"hosts": {}, "http": [{"match": [{"headers": []}]}]}`,
			[]string{`.hosts must be a list, not a mapping`,
				`.http[0].match[0].headers must be a mapping, not a list`}},
		"null of a map": {`{"http": [{"headers": {"request": {"set": {"x": null}}}}]}`,
			[]string{`.http[0].headers.request.set[x] must be a string, not null`}},
		"in a map": {`{"http": [{"match": [{"headers": {"x.y": {"exac": "1"}}}]}]}`,
			[]string{`.http[0].match[0].headers[x.y].exac must be a key of Istio's StringMatch`}},
		"one of": {`{"http": [{"match": [{"uri": {"exact": "/", "prefix": "/"}}]}]}`,
			[]string{`.http[0].match[0].uri.prefix must not be set beside exact: only one of them may be set`}},
		"one of, and null": {`{"http": [{"match": [{"uri": {"exact": null, "prefix": "/"}}]}]}`, nil},
		"two spellings": {`{"http": [{"corsPolicy": {}, "cors_policy": {}}]}`,
			[]string{`.http[0].cors_policy must appear once: corsPolicy is the same`}},
		"protobuf's own": {`{"http": [{"corsPolicy": {"allowCredentials": {"x": 1}}}]}`, nil}, // the decoder checks it
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, walked(decoded(t, test.text), protokeys.Walker{}))
		})
	}
}

func TestWalkTakesFurtherKeys(t *testing.T) {
	further := func(message protoreflect.FullName, key string) bool {
		return message.Name() == "HTTPRoute" && key == "more"
	}
	require.Equal(t, []string{`.more must be a key of Istio's VirtualService`},
		walked(decoded(t, `{"more": 1, "http": [{"more": {"any": "thing"}}]}`), protokeys.Walker{Further: further}))
}

// The keys get their JSON spelling, and a second walk finds nothing.
func TestWalkRenamesKeys(t *testing.T) {
	v := decoded(t,
		`{"export_to": ["."], "http": [{"cors_policy": {"max_age": "1s"}, "corsPolicy": {}, "direct_response": null}]}`)
	require.Len(t, walked(v, protokeys.Walker{}), 1)
	text, err := json.Marshal(v)
	require.NoError(t, err)
	require.JSONEq(t, `{"exportTo": ["."], "http": [{"corsPolicy": {}, "directResponse": null}]}`, string(text))
	require.Empty(t, walked(v, protokeys.Walker{}))
}

// Nothing panics, and a second walk finds no more than the first.
func FuzzWalk(f *testing.F) {
	f.Add(`{"hosts": ["a"], "http": [{"timeout": "1s", "route": [{"destination": {"host": "a"}, "weight": "5"}]}]}`)
	f.Add(`{"http": [{"cors_policy": {}, "corsPolicy": 1, "fault": {"delay": {"percentage": {"value": "NaN"}}}}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		d := json.NewDecoder(bytes.NewReader([]byte(text)))
		d.UseNumber()
		var v any
		if d.Decode(&v) != nil {
			return
		}
		first, second := walked(v, protokeys.Walker{}), walked(v, protokeys.Walker{})
		require.LessOrEqual(t, len(second), len(first))
		require.Equal(t, second, walked(v, protokeys.Walker{}))
	})
}
