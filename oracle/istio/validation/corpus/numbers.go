package corpus

import (
	"encoding/json"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// JSON returns a spec as files have it. Protobuf's JSON writes numbers of 64 bits as strings, which
// CRDs refuse.
func JSON(spec proto.Message) ([]byte, error) {
	text, err := protojson.Marshal(spec)
	if err != nil {
		return nil, err
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, err
	}
	return json.Marshal(numbers(value, spec.ProtoReflect().Descriptor()))
}

// numbers turns the numbers of 64 bits in the JSON of a message from strings into numbers.
func numbers(value any, of protoreflect.MessageDescriptor) any {
	switch v := value.(type) {
	case []any:
		for i := range v {
			v[i] = numbers(v[i], of)
		}
	case map[string]any:
		for key, value := range v {
			f := of.Fields().ByJSONName(key)
			switch {
			case f == nil: // a type with a special JSON
			case f.IsMap() && f.MapValue().Message() != nil:
				if m, ok := value.(map[string]any); ok {
					for k := range m {
						m[k] = numbers(m[k], f.MapValue().Message())
					}
				}
			case f.IsMap():
			case f.Message() != nil:
				if f.Message().ParentFile().Package() != "google.protobuf" {
					v[key] = numbers(value, f.Message())
				}
			case f.Kind() == protoreflect.Int64Kind || f.Kind() == protoreflect.Uint64Kind:
				if text, ok := value.(string); ok {
					v[key] = json.Number(text)
				}
			}
		}
	}
	return value
}
