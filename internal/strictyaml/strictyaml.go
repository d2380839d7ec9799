// Package strictyaml reads YAML texts that are inside of objects.
package strictyaml

import (
	"errors"

	strictjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// Unmarshal reads a YAML or JSON text into a value by its JSON names. Unknown and
// duplicate keys are errors; the error names all of them.
func Unmarshal(text string, into any) error {
	data, err := yaml.YAMLToJSONStrict([]byte(text))
	if err != nil {
		return err
	}
	faults, err := strictjson.UnmarshalStrict(data, into)
	return errors.Join(append(faults, err)...)
}
