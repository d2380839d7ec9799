package manifest

import (
	"encoding"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	strictjson "sigs.k8s.io/json"

	"github.com/swimlane-go/swimlane/internal/protokeys"
)

// decodeGo decodes data strictly into the value that value points to. It returns a fault for every
// key that the Go type lacks, and for every value of a wrong type. The decoder itself stops at the
// first, and does not say at which item of a list.
func decodeGo(data []byte, value any, at *trail) faultList { return walker{}.decode(data, value, at) }

func (w walker) decode(data []byte, value any, at *trail) faultList {
	unknown, err := strictjson.UnmarshalStrict(data, value, strictjson.DisallowUnknownFields)
	if err == nil && len(unknown) == 0 {
		return faultList{}
	}
	w.goValue(tree(data), reflect.TypeOf(value).Elem(), at)
	if err != nil && !slices.ContainsFunc(w.found.list, isWrongType) { // there is no typed view, whatever the reason
		w.found.add(Fault{Kind: WrongType, Field: at.String(), Message: err.Error()})
	}
	return w.found
}

// walker compares values with Go types.
type walker struct {
	found faultList
	named bool // faults of unknown keys list the known ones
}

func (w *walker) refuse(v any, path *trail, want string) {
	if w.found.room() {
		w.found.add(Fault{Kind: WrongType, Field: path.String(), Message: "must be " + want + ", not " +
			protokeys.Shown(v)})
	}
}

// goValue compares a value with a Go type.
func (w *walker) goValue(v any, t reflect.Type, path *trail) {
	switch {
	case v == nil: // as if it were not there
	case reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()): // written in a special form
		w.goScalar(v, t, path, "of type "+t.Name())
	case reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		w.goText(v, t, path)
	case t.Kind() == reflect.Pointer:
		w.goValue(v, t.Elem(), path)
	case t.Kind() == reflect.Struct:
		w.goStruct(v, t, path)
	case t.Kind() == reflect.Map:
		object, ok := v.(map[string]any)
		if !ok {
			w.refuse(v, path, "a mapping")
			return
		}
		for _, key := range slices.Sorted(maps.Keys(object)) {
			w.goValue(object[key], t.Elem(), path.at(key))
		}
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		w.goScalar(v, t, path, "a string in base64")
	case t.Kind() == reflect.Slice:
		list, ok := v.([]any)
		if !ok {
			w.refuse(v, path, "a list")
			return
		}
		for i, item := range list {
			w.goValue(item, t.Elem(), path.item(i))
		}
	case t.Kind() == reflect.String:
		w.goScalar(v, t, path, "a string")
	case t.Kind() == reflect.Bool:
		w.goScalar(v, t, path, "true or false")
	case t.Kind() == reflect.Float32, t.Kind() == reflect.Float64:
		w.goScalar(v, t, path, "a number")
	default:
		w.goScalar(v, t, path, "a whole number")
	}
}

// goText compares a value with a type that is written as text. The fault has the message of the
// type.
func (w *walker) goText(v any, t reflect.Type, path *trail) {
	text, ok := v.(string)
	if !ok {
		w.refuse(v, path, "a string")
		return
	}
	into := reflect.New(t).Interface().(encoding.TextUnmarshaler)
	if err := into.UnmarshalText([]byte(text)); err != nil && w.found.room() {
		w.found.add(Fault{Kind: WrongType, Field: path.String(), Message: err.Error()})
	}
}

func (w *walker) goStruct(v any, t reflect.Type, path *trail) {
	object, ok := v.(map[string]any)
	if !ok {
		w.refuse(v, path, "a mapping")
		return
	}
	fields := map[string]reflect.Type{}
	goFields(fields, t)
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if field, known := fields[key]; known {
			w.goValue(object[key], field, path.at(key))
		} else if w.found.room() {
			message := "must be a key of the kind"
			if w.named {
				message = "must be one of " + strings.Join(slices.Sorted(maps.Keys(fields)), ", ")
			}
			w.found.add(Fault{Kind: UnknownKey, Field: path.at(key).String(), Message: message})
		}
	}
}

// goFields gathers the fields of a struct, those of embedded ones included, by
// their JSON names.
func goFields(out map[string]reflect.Type, t reflect.Type) {
	for field := range t.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case name == "" && field.Anonymous:
			goFields(out, field.Type)
		default:
			out[name] = field.Type
		}
	}
}

// goScalar compares a scalar with a Go type by decoding it.
func (w *walker) goScalar(v any, t reflect.Type, path *trail, want string) {
	data, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(data, reflect.New(t).Interface())
	}
	if err != nil {
		w.refuse(v, path, want)
	}
}
