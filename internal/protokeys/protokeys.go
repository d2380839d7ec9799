// Package protokeys compares JSON with the descriptors of protobuf messages, as Istio reads them.
// Keys may be in the JSON spelling or in that of the protobuf file, numbers and enums may be
// strings, and durations are Go's.
package protokeys

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Walker walks JSON and reports keys and values that a message cannot have. Found must be set.
type Walker struct {
	// Found is called for each finding. The findings of a mapping come in the order of its keys.
	Found func(Finding)
	// Further reports whether a key is valid although the message lacks it. Nil means that no such
	// key exists.
	Further func(message protoreflect.FullName, key string) bool
	// Quoted is called for each number that is written as a string although protobuf's JSON does
	// not write it so: numbers of up to 32 bits, and fractions. Istio reads them. Quoted may be
	// nil. The path is valid only during the call.
	Quoted func(path []Step)

	path []Step
}

// Walk compares v with a message. V is what encoding/json decodes with UseNumber. Walk renames the
// keys in v from the spelling of the protobuf file to the JSON spelling. If a field has both, the
// value in the JSON spelling is kept.
func (w Walker) Walk(v any, d protoreflect.MessageDescriptor) { w.message(v, d) }

func (w *Walker) found(kind Kind, f Finding) {
	f.Kind, f.Path = kind, w.path
	w.Found(f)
}

func (w *Walker) refuse(v any, want string) { w.found(WrongType, Finding{want: want, value: v}) }

func (w *Walker) message(v any, d protoreflect.MessageDescriptor) {
	if d.FullName() == "google.protobuf.Duration" {
		if s, ok := v.(string); !ok || !isDuration(s) {
			w.refuse(v, "a duration")
		}
		return
	}
	if d.FullName().Parent() == "google.protobuf" { // they have special forms
		return
	}
	object, ok := v.(map[string]any)
	if !ok {
		w.refuse(v, "a mapping")
		return
	}
	var chosen map[protoreflect.FullName]string // by oneof, the key that sets it
	for _, key := range slices.Sorted(maps.Keys(object)) {
		value := object[key]
		w.path = append(w.path, Step{Key: key, Index: -1})
		field := d.Fields().ByJSONName(key)
		if field == nil {
			field = d.Fields().ByTextName(key)
		}
		switch {
		case field != nil:
			w.rename(object, key, field)
			w.field(value, field)
			if choice := field.ContainingOneof(); choice != nil && value != nil {
				if first, found := chosen[choice.FullName()]; found {
					w.found(OneOf, Finding{Other: first})
				}
				if chosen == nil {
					chosen = map[protoreflect.FullName]string{}
				}
				chosen[choice.FullName()] = key
			}
		case w.Further == nil || !w.Further(d.FullName(), key):
			w.found(UnknownKey, Finding{message: d.Name()})
		}
		w.path = w.path[:len(w.path)-1]
	}
}

// rename gives a key its JSON spelling, or deletes it if both spellings exist.
func (w *Walker) rename(object map[string]any, key string, field protoreflect.FieldDescriptor) {
	name := field.JSONName()
	if name == key {
		return
	}
	if _, twice := object[name]; twice {
		w.found(Twice, Finding{Other: name})
	} else {
		object[name] = object[key]
	}
	delete(object, key)
}

func (w *Walker) field(v any, field protoreflect.FieldDescriptor) {
	switch {
	case v == nil:
	case field.IsMap():
		object, ok := v.(map[string]any)
		if !ok {
			w.refuse(v, "a mapping")
			return
		}
		for _, key := range slices.Sorted(maps.Keys(object)) {
			w.path = append(w.path, Step{Key: key, Index: -1, OfMap: true})
			w.value(object[key], field.MapValue())
			w.path = w.path[:len(w.path)-1]
		}
	case field.IsList():
		list, ok := v.([]any)
		if !ok {
			w.refuse(v, "a list")
			return
		}
		for i, item := range list {
			w.path = append(w.path, Step{Index: i})
			w.value(item, field)
			w.path = w.path[:len(w.path)-1]
		}
	default:
		w.value(v, field)
	}
}

func (w *Walker) value(v any, field protoreflect.FieldDescriptor) {
	switch field.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		w.message(v, field.Message())
	case protoreflect.StringKind:
		if _, ok := v.(string); !ok {
			w.refuse(v, "a string")
		}
	case protoreflect.BytesKind:
		if s, ok := v.(string); !ok || !isBase64(s) {
			w.refuse(v, "a string in base64")
		}
	case protoreflect.BoolKind:
		if _, ok := v.(bool); !ok {
			w.refuse(v, "true or false")
		}
	case protoreflect.EnumKind:
		name, _ := v.(string)
		_, isNumber := v.(json.Number)
		if !isNumber && field.Enum().Values().ByName(protoreflect.Name(name)) == nil {
			w.refuse(v, "a value of Istio's "+string(field.Enum().Name()))
		}
	default:
		if !isNumber(v, field.Kind()) {
			w.refuse(v, "a number of the type "+field.Kind().String())
		} else if _, quoted := v.(string); quoted && w.Quoted != nil && !is64(field.Kind()) {
			w.Quoted(w.path)
		}
	}
}

// isDuration reports whether Istio reads a text as a duration.
func isDuration(s string) bool {
	_, err := time.ParseDuration(s)
	return err == nil
}

func isBase64(s string) bool {
	_, err := base64.StdEncoding.DecodeString(s)
	return err == nil
}

// is64 reports whether a kind is an integer of 64 bits.
func is64(kind protoreflect.Kind) bool {
	switch kind {
	case protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind, protoreflect.Uint64Kind,
		protoreflect.Fixed64Kind:
		return true
	}
	return false
}

// isNumber reports whether Istio reads a value as a number: a number or a string with one.
func isNumber(v any, kind protoreflect.Kind) bool {
	s, ok := v.(string)
	if n, isNumber := v.(json.Number); isNumber {
		s, ok = n.String(), true
	}
	if !ok {
		return false
	}
	var err error
	switch kind {
	case protoreflect.Int32Kind:
		_, err = strconv.ParseInt(s, 10, 32)
	case protoreflect.Int64Kind:
		_, err = strconv.ParseInt(s, 10, 64)
	case protoreflect.Uint32Kind:
		_, err = strconv.ParseUint(s, 10, 32)
	case protoreflect.Uint64Kind:
		_, err = strconv.ParseUint(s, 10, 64)
	default:
		_, err = strconv.ParseFloat(s, 64)
	}
	return err == nil
}
