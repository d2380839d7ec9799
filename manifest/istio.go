package manifest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// decodeIstio decodes an object of Istio's as Istio does, which passes over keys
// that it does not know; those are found by walking the message's descriptor.
// asm says that there are fields which ASM adds and the typed view lacks.
func decodeIstio(data []byte, value runtime.Object) (faults faultList, asm bool) {
	root := map[string]json.RawMessage{}
	if err := json.Unmarshal(data, &root); err != nil {
		return faultsOf(Fault{Kind: WrongType, Message: err.Error()}), false
	}
	for _, key := range slices.Sorted(maps.Keys(root)) {
		if !slices.Contains([]string{"apiVersion", "kind", "metadata", "spec", "status"}, key) && faults.room() {
			faults.add(Fault{Kind: UnknownKey, Field: key, Message: "must be a key of the kind"})
		}
	}
	var top *trail
	metadata := decodeGo(root["metadata"], &metav1.ObjectMeta{}, top.at("metadata"))
	faults.join(metadata)
	if slices.ContainsFunc(metadata.list, isWrongType) {
		return faults, false
	}
	w := walker{}
	if spec := specOf(value); root["spec"] != nil {
		w.message(tree(root["spec"]), spec.ProtoReflect().Descriptor(), top.at("spec"))
	}
	if !slices.ContainsFunc(w.found.list, isWrongType) {
		if err := json.Unmarshal(data, value); err != nil { // added whether or not there is room: it says that there is no typed view
			w.found.add(Fault{Kind: WrongType, Field: "spec", Message: err.Error()})
		}
	}
	faults.list, faults.more = append(faults.list, w.found.list...), faults.more+w.found.more
	return faults, w.asm
}

// specOf returns the message of an Istio object's spec.
func specOf(value runtime.Object) proto.Message {
	o := Object{Value: value}
	if vs := o.VirtualService(); vs != nil {
		return vs
	}
	if gw := o.Gateway(); gw != nil {
		return gw
	}
	if dr := o.DestinationRule(); dr != nil {
		return dr
	}
	return nil
}

// tree returns JSON as maps, slices and scalars, its numbers as written.
func tree(data []byte) any {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil
	}
	return v
}

// asmField reports whether a key is one of the fields that ASM adds to
// Istio's messages: kept, and no typos. Source: ASM's fork of istio.io/api, "Use an ASM fallback mechanism".
func asmField(message protoreflect.FullName, key string) bool {
	switch message.Name() {
	case "HTTPRouteDestination":
		return key == "fallback"
	case "HTTPRoute":
		return key == "headerToDynamicSubsetKey" || key == "header_to_dynamic_subset_key"
	case "LoadBalancerSettings":
		return key == "dynamicSubset" || key == "dynamic_subset"
	}
	return false
}

// walker compares values with the descriptors of messages.
type walker struct {
	found faultList
	asm   bool // a field was met that ASM adds
}

func (w *walker) message(v any, d protoreflect.MessageDescriptor, path *trail) {
	if d.FullName() == "google.protobuf.Duration" {
		if s, ok := v.(string); !ok || !isDuration(s) {
			w.refuse(v, path, "a duration")
		}
		return
	}
	if d.FullName().Parent() == "google.protobuf" { // written in a form of their own
		return
	}
	object, ok := v.(map[string]any)
	if !ok {
		w.refuse(v, path, "a mapping")
		return
	}
	var chosen map[protoreflect.FullName]string // by choice, the key that makes it
	for _, key := range slices.Sorted(maps.Keys(object)) {
		field := d.Fields().ByJSONName(key)
		if field == nil {
			field = d.Fields().ByTextName(key)
		}
		switch {
		case field != nil:
			w.field(object[key], field, path.at(key))
			if choice := field.ContainingOneof(); choice != nil && object[key] != nil {
				if first, found := chosen[choice.FullName()]; found && w.found.room() {
					w.found.add(Fault{Kind: WrongType, Field: path.String(), Message: fmt.Sprintf("must set one of %s and %s", first, key)})
				}
				if chosen == nil {
					chosen = map[protoreflect.FullName]string{}
				}
				chosen[choice.FullName()] = key
			}
		case asmField(d.FullName(), key):
			w.asm = true
		case w.found.room():
			w.found.add(Fault{Kind: UnknownKey, Field: path.at(key).String(),
				Message: "must be a key of Istio's " + string(d.Name())})
		}
	}
}

func (w *walker) field(v any, field protoreflect.FieldDescriptor, path *trail) {
	switch {
	case v == nil:
	case field.IsMap():
		object, ok := v.(map[string]any)
		if !ok {
			w.refuse(v, path, "a mapping")
			return
		}
		for _, key := range slices.Sorted(maps.Keys(object)) {
			w.value(object[key], field.MapValue(), path.at(key))
		}
	case field.IsList():
		list, ok := v.([]any)
		if !ok {
			w.refuse(v, path, "a list")
			return
		}
		for i, item := range list {
			w.value(item, field, path.item(i))
		}
	default:
		w.value(v, field, path)
	}
}

// value checks one value; numbers may be written as strings.
func (w *walker) value(v any, field protoreflect.FieldDescriptor, path *trail) {
	switch field.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		w.message(v, field.Message(), path)
	case protoreflect.StringKind:
		if _, ok := v.(string); !ok {
			w.refuse(v, path, "a string")
		}
	case protoreflect.BoolKind:
		if _, ok := v.(bool); !ok {
			w.refuse(v, path, "true or false")
		}
	case protoreflect.EnumKind:
		name, _ := v.(string)
		_, isNumber := v.(json.Number)
		if !isNumber && field.Enum().Values().ByName(protoreflect.Name(name)) == nil {
			w.refuse(v, path, "a value of Istio's "+string(field.Enum().Name()))
		}
	case protoreflect.BytesKind:
		s, ok := v.(string)
		if _, err := base64.StdEncoding.DecodeString(s); !ok || err != nil {
			w.refuse(v, path, "a string in base64")
		}
	default:
		if !isNumber(v, field.Kind()) {
			w.refuse(v, path, "a number of the type "+field.Kind().String())
		}
	}
}

// isDuration reports whether Istio's reader takes a duration.
func isDuration(s string) bool {
	_, err := time.ParseDuration(s)
	return err == nil
}

// isNumber reports whether Istio's reader takes a value as a number: as one, or
// written as a string.
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

func (w *walker) refuse(v any, path *trail, want string) {
	if !w.found.room() {
		return
	}
	got := "null"
	switch v := v.(type) {
	case map[string]any:
		got = "a mapping"
	case []any:
		got = "a list"
	case string:
		got = fmt.Sprintf("the string %.40q", v)
	case json.Number:
		got = "the number " + v.String()
	case bool:
		got = fmt.Sprint(v)
	}
	w.found.add(Fault{Kind: WrongType, Field: path.String(), Message: "must be " + want + ", not " + got})
}
