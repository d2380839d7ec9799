package jsonschema_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/jsonschema"
)

const schema = `{"$ref": "#/$defs/Report", "$defs": {
	"Report": {"type": "object", "required": ["result"], "additionalProperties": false, "properties": {
		"result": {"type": "string", "enum": ["done", "refused"]},
		"stage": {"type": "integer"},
		"share": {"type": "number"},
		"next": {"anyOf": [{"$ref": "#/$defs/Report"}, {"type": "null"}]},
		"notes": {"type": "array", "items": {"type": "string"}},
		"perPod": {"type": "object", "additionalProperties": {"type": "boolean"}}}}}}`

func TestFaults(t *testing.T) {
	file := filepath.Join(t.TempDir(), "schema.json")
	require.NoError(t, os.WriteFile(file, []byte(schema), 0o644))
	s := jsonschema.Read(t, file)
	const good = `{"result": "done", "stage": 2, "share": 2, "notes": ["a"], "next": {"result": "refused"}, ` +
		`"perPod": {"a": true}}`
	require.Empty(t, s.Faults(good))
	require.Empty(t, s.Faults(strings.Replace(good, `{"result": "refused"}`, "null", 1)))
	for text, want := range map[string]string{
		strings.Replace(good, `"done"`, `"perhaps"`, 1):        `value.result: must be one of ["done" "refused"], not "perhaps"`,
		strings.Replace(good, `"done"`, `1`, 1):                "value.result: must be of type string, not number",
		strings.Replace(good, `"result": "done",`, "", 1):      "value: must have result",
		strings.Replace(good, `"stage"`, `"more"`, 1):          "value: must not have more",
		strings.Replace(good, `["a"]`, "null", 1):              "value.notes: must be of type array, not null",
		strings.Replace(good, `["a"]`, "[false]", 1):           "value.notes[0]: must be of type string, not boolean",
		strings.Replace(good, `"stage": 2`, `"stage": 2.5`, 1): "value.stage: must be of type integer, not number",
		strings.Replace(good, `"refused"`, "[]", 1):            "value.next.result: must be of type string, not array",
		strings.Replace(good, "true", "{}", 1):                 "value.perPod.a: must be of type boolean, not object",
		good + good:                                            "must be one value",
		"{":                                                    "unexpected EOF",
	} {
		require.Contains(t, s.Faults(text), want, text)
	}
}
