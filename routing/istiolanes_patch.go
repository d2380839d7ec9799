package routing

import (
	"encoding/json"
	"maps"

	"google.golang.org/protobuf/reflect/protoreflect"
	networking "istio.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/lanes"
)

// readPatches decodes the patches of the group and merges those of the services
// over them.
func (m *mesh) readPatches() {
	spec := m.group.Spec
	policyPath, routePath := groupPath().Child("spec", "defaultTrafficPolicyPatch"), groupPath().Child("spec", "defaultHttpRoutePatch")
	policy, policyTree := decodePatch(m, policyPath, nil, spec.DefaultTrafficPolicyPatch, &networking.TrafficPolicy{})
	route, routeTree := decodePatch(m, routePath, nil, spec.DefaultHTTPRoutePatch, &networking.HTTPRoute{})
	for i, ref := range spec.Services {
		s, at := &m.services[i], servicesPath().Index(i)
		s.policy, s.route = policy, route
		if ref.TrafficPolicyPatch != nil {
			s.policy, _ = decodePatch(m, at.Child("trafficPolicyPatch"), policyTree, ref.TrafficPolicyPatch, &networking.TrafficPolicy{})
		}
		if ref.HTTPRoutePatch != nil {
			s.route, _ = decodePatch(m, at.Child("httpRoutePatch"), routeTree, ref.HTTPRoutePatch, &networking.HTTPRoute{})
		}
	}
}

// message is one of Istio's, which decode themselves as Istio does.
type message interface {
	protoreflect.ProtoMessage
	json.Unmarshaler
}

// decodePatch merges a patch over what another one said and decodes the result
// into msg, which it returns, nil for no patch, with the merged patch.
func decodePatch[M message](m *mesh, path *field.Path, under map[string]any, patch *runtime.RawExtension, msg M) (M, map[string]any) {
	var none M
	if patch == nil {
		return none, nil
	}
	data, err := json.Marshal(patch)
	var tree any
	if err == nil {
		err = json.Unmarshal(data, &tree)
	}
	if err != nil {
		m.fault(field.Invalid(path, string(patch.Raw), err.Error()).WithOrigin("json"))
		return none, under
	}
	object, ok := tree.(map[string]any)
	if !ok && tree != nil {
		m.fault(field.Invalid(path, string(data), "must be a mapping").WithOrigin("json"))
		return none, under
	}
	found := len(m.errs)
	object = m.knownKeys(path, object, msg.ProtoReflect().Descriptor()).(map[string]any)
	refuseKeys(m, path, object, msg)
	if len(m.errs) > found {
		return none, under
	}
	merged := mergePatch(under, object).(map[string]any)
	if len(merged) == 0 {
		return none, nil
	}
	m.knownKeys(path, merged, msg.ProtoReflect().Descriptor()) // what is good alone may exclude what is merged with it
	if len(m.errs) > found {
		return none, under
	}
	if data, err = json.Marshal(merged); err == nil {
		err = msg.UnmarshalJSON(data)
	}
	if err != nil {
		m.fault(field.Invalid(path, string(data), err.Error()).WithOrigin("json"))
		return none, under
	}
	return msg, merged
}

// mergePatch returns target with a JSON merge patch applied (RFC 7386).
func mergePatch(target, patch any) any {
	changes, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	object, _ := target.(map[string]any)
	out := make(map[string]any, len(object)+len(changes))
	maps.Copy(out, object)
	for key, value := range changes {
		if value == nil {
			delete(out, key)
		} else {
			out[key] = mergePatch(out[key], value)
		}
	}
	return out
}

// refuseKeys refuses what would take the place of what makes the lanes.
func refuseKeys(m *mesh, path *field.Path, object map[string]any, msg message) {
	if _, isRoute := msg.(*networking.HTTPRoute); !isRoute {
		return
	}
	for _, key := range []string{"name", "match", "route", "headers", "redirect", "directResponse", "delegate"} {
		if _, found := object[key]; found {
			m.fault(field.Forbidden(path.Child(key), "may not be patched: it is what makes the lanes"))
		}
	}
	mirrors, _ := object["mirrors"].([]any)
	for i, mirror := range mirrors {
		mirror, _ := mirror.(map[string]any)
		m.refuseShortHost(path.Child("mirrors").Index(i).Child("destination"), mirror["destination"])
	}
	m.refuseShortHost(path.Child("mirror"), object["mirror"])
}

// refuseShortHost refuses the short host of a destination: routes to one service
// stand in several namespaces, and in each it would be another Service.
func (m *mesh) refuseShortHost(path *field.Path, destination any) {
	object, _ := destination.(map[string]any)
	if host, ok := object["host"].(string); ok && host != "" && istioname.Domain("").Full(host, "") != host {
		m.fault(field.Invalid(path.Child("host"), host, "must be a full name, such as "+lanes.Host(host, "")).WithOrigin("short"))
	}
}

// knownKeys returns the value of a message with its keys in their JSON names:
// they may be written as in the protobuf file too. Keys that the message does
// not have are faults, and two of which it takes one. What is of a wrong type is left to the decoder.
func (m *mesh) knownKeys(path *field.Path, value any, d protoreflect.MessageDescriptor) any {
	object, ok := value.(map[string]any)
	if !ok || d.FullName().Parent() == "google.protobuf" { // those have a form of their own
		return value
	}
	out := make(map[string]any, len(object))
	oneOf := map[protoreflect.Name]string{}
	for _, key := range sortedKeys(object) {
		at := path.Child(key)
		f := d.Fields().ByJSONName(key)
		if f == nil {
			f = d.Fields().ByTextName(key)
		}
		if f == nil {
			m.fault(field.Invalid(at, key, "must be a key of Istio's "+string(d.Name())).WithOrigin("unknown-key"))
			continue
		}
		if _, twice := out[f.JSONName()]; twice {
			m.fault(field.Duplicate(at, key))
		}
		if of := f.ContainingOneof(); of != nil && object[key] != nil {
			if other := oneOf[of.Name()]; other != "" {
				m.fault(field.Invalid(at, key, "must be set alone: "+other+" is set too, and null takes it away").WithOrigin("one-of"))
			}
			oneOf[of.Name()] = key
		}
		out[f.JSONName()] = m.knownField(at, object[key], f)
	}
	return out
}

func (m *mesh) knownField(path *field.Path, value any, f protoreflect.FieldDescriptor) any {
	if f.IsMap() {
		f = f.MapValue()
		object, ok := value.(map[string]any)
		if !ok || f.Message() == nil {
			return value
		}
		out := make(map[string]any, len(object))
		for _, key := range sortedKeys(object) {
			out[key] = m.knownKeys(path.Key(key), object[key], f.Message())
		}
		return out
	}
	if f.Message() == nil {
		return value
	}
	list, ok := value.([]any)
	if !ok || !f.IsList() {
		return m.knownKeys(path, value, f.Message())
	}
	out := make([]any, len(list))
	for i, item := range list {
		out[i] = m.knownKeys(path.Index(i), item, f.Message())
	}
	return out
}
