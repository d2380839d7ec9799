// Package strictyaml reads the YAML texts that objects hold as strings.
package strictyaml

import (
	"errors"

	strictjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/internal/jsonerr"
)

// Unmarshal reads a YAML or JSON text into a value by its JSON names. Unknown and duplicate keys
// are errors. The error names all duplicate keys, or without any, all unknown keys.
func Unmarshal(text string, into any) error {
	data, err := yaml.YAMLToJSONStrict([]byte(text))
	if err != nil {
		return err
	}
	faults, err := strictjson.UnmarshalStrict(data, into)
	return errors.Join(append(faults, jsonerr.Plain(err))...)
}
