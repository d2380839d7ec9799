package manifest

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/swimlane-go/swimlane/internal/protokeys"
)

// further is what an object says but its typed view lacks.
type further struct {
	asm    bool     // there are fields that ASM adds
	quoted []string // where numbers are written as strings
}

// decodeIstio decodes an object of an Istio kind as Istio does. Istio passes over unknown keys: a
// walk over the descriptor of the message finds them. further is what the typed view lacks.
func decodeIstio(data []byte, value runtime.Object) (faults faultList, further further) {
	root := map[string]json.RawMessage{}
	if err := json.Unmarshal(data, &root); err != nil {
		return faultsOf(Fault{Kind: WrongType, Message: err.Error()}), further
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
		return faults, further
	}
	var found faultList
	w := protokeys.Walker{
		Found: func(f protokeys.Finding) {
			if !found.room() {
				return
			}
			path, message := f.Path, f.Must()
			if f.Kind == protokeys.OneOf { // the API server names the mapping too
				last := len(path) - 1
				path, message = path[:last], "must set one of "+f.Other+" and "+path[last].Key
			}
			found.add(Fault{Kind: kindOf(f.Kind), Field: written("spec", path), Message: message})
		},
		Further: func(message protoreflect.FullName, key string) bool {
			asm := asmField(message, key)
			further.asm = further.asm || asm
			return asm
		},
		Quoted: func(path []protokeys.Step) {
			if len(further.quoted) < maxFaults {
				further.quoted = append(further.quoted, written("spec", path))
			}
		},
	}
	if spec := specOf(value); root["spec"] != nil {
		w.Walk(tree(root["spec"]), spec.ProtoReflect().Descriptor())
	}
	if !slices.ContainsFunc(found.list, isWrongType) {
		// added whether or not there is room: it says that there is no typed view
		if err := json.Unmarshal(data, value); err != nil {
			found.add(Fault{Kind: WrongType, Field: "spec", Message: err.Error()})
		}
	}
	faults.list, faults.more = append(faults.list, found.list...), faults.more+found.more
	return faults, further
}

func kindOf(kind protokeys.Kind) FaultKind {
	switch kind {
	case protokeys.UnknownKey:
		return UnknownKey
	case protokeys.Twice:
		return DuplicateKey
	default: // WrongType, OneOf
		return WrongType
	}
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
	if se := o.ServiceEntry(); se != nil {
		return se
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

// asmField reports whether a key is a field that ASM adds to Istio's messages. Such a key is kept,
// and is no fault. Source: ASM's fork of istio.io/api, "Use an ASM fallback mechanism".
func asmField(message protoreflect.FullName, key string) bool {
	switch message.Name() {
	case "VirtualService":
		return key == "dubbo"
	case "HTTPRouteDestination":
		return key == "fallback"
	case "HTTPRoute":
		return key == "headerToDynamicSubsetKey" || key == "header_to_dynamic_subset_key"
	case "LoadBalancerSettings":
		return key == "dynamicSubset" || key == "dynamic_subset"
	}
	return false
}

// written returns the path of a finding below a field.
func written(path string, steps []protokeys.Step) string {
	for _, s := range steps {
		if s.Index >= 0 {
			path += "[" + strconv.Itoa(s.Index) + "]"
		} else {
			path = join(path, s.Key)
		}
	}
	return path
}
