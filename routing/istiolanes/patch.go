package istiolanes

import (
	"bytes"
	"encoding/json"
	"maps"

	"google.golang.org/protobuf/reflect/protoreflect"
	networking "istio.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/protokeys"
	"github.com/swimlane-go/swimlane/lanes"
)

// patches are the patches of a service's objects; nil means none.
type patches struct {
	policy *networking.TrafficPolicy
	route  *networking.HTTPRoute // added to every route
}

// readPatches decodes the patches of the group and merges those of the services over
// them.
func (c *conversion) readPatches() {
	spec, path := c.Group.Spec, field.NewPath("group", "spec")
	policy, policyTree := decodePatch(c, path.Child("defaultTrafficPolicyPatch"), nil, spec.DefaultTrafficPolicyPatch,
		&networking.TrafficPolicy{})
	route, routeTree := decodePatch(c, path.Child("defaultHttpRoutePatch"), nil, spec.DefaultHTTPRoutePatch,
		&networking.HTTPRoute{})
	c.patches = make(map[string]patches, len(spec.Services))
	for i, ref := range spec.Services {
		p, at := patches{policy, route}, path.Child("services").Index(i)
		if ref.TrafficPolicyPatch != nil {
			p.policy, _ = decodePatch(c, at.Child("trafficPolicyPatch"), policyTree, ref.TrafficPolicyPatch,
				&networking.TrafficPolicy{})
		}
		if ref.HTTPRoutePatch != nil {
			p.route, _ = decodePatch(c, at.Child("httpRoutePatch"), routeTree, ref.HTTPRoutePatch,
				&networking.HTTPRoute{})
		}
		c.patches[lanes.Host(ref.Name, ref.Namespace)] = p
	}
}

// message is one of Istio's messages, which decode themselves as Istio does.
type message interface {
	protoreflect.ProtoMessage
	json.Unmarshaler
}

// decodePatch merges a patch over another one and decodes the result into msg. It returns
// msg, or nil for no patch, and the merged patch.
func decodePatch[M message](c *conversion, path *field.Path, under map[string]any, patch *runtime.RawExtension,
	msg M) (M, map[string]any) {
	var none M
	if patch == nil {
		return none, nil
	}
	tree, err := decoded(patch)
	if err != nil {
		c.fault(field.Invalid(path, string(patch.Raw), err.Error()).WithOrigin("json"))
		return none, under
	}
	found := len(c.errs)
	if tree != nil {
		c.checkKeys(path, tree, msg)
	}
	object, _ := tree.(map[string]any)
	c.refuseKeys(path, object, msg)
	if len(c.errs) > found {
		return none, under
	}
	merged := mergePatch(under, object).(map[string]any)
	if len(merged) == 0 {
		return none, nil
	}
	c.checkKeys(path, merged, msg) // two valid patches may exclude each other when merged
	if len(c.errs) > found {
		return none, under
	}
	data, err := json.Marshal(merged)
	if err == nil {
		err = msg.UnmarshalJSON(data)
	}
	if err != nil {
		c.fault(field.Invalid(path, string(data), err.Error()).WithOrigin("json"))
		return none, under
	}
	return msg, merged
}

// decoded returns the value of a patch, with numbers as they are written.
func decoded(patch *runtime.RawExtension) (any, error) {
	data, err := json.Marshal(patch)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var tree any
	err = d.Decode(&tree)
	return tree, err
}

// checkKeys finds keys that the message of a patch does not have, and gives the others
// their JSON spelling.
func (c *conversion) checkKeys(path *field.Path, tree any, msg message) {
	found := func(f protokeys.Finding) {
		at := path
		for _, step := range f.Path {
			switch {
			case step.Index >= 0:
				at = at.Index(step.Index)
			case step.OfMap:
				at = at.Key(step.Key)
			default:
				at = at.Child(step.Key)
			}
		}
		err := field.Invalid(at, field.OmitValueType{}, f.Must())
		switch f.Kind {
		case protokeys.UnknownKey:
			err.Origin = "unknown-key"
		case protokeys.WrongType:
			err.Origin = "type"
		case protokeys.OneOf:
			err.Origin = "one-of"
			err.Detail += ", and null removes one"
		case protokeys.Twice:
			err.Type = field.ErrorTypeDuplicate
		}
		c.fault(err)
	}
	protokeys.Walker{Found: found}.Walk(tree, msg.ProtoReflect().Descriptor())
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

// refuseKeys refuses keys that would replace the fields that define the lanes.
func (c *conversion) refuseKeys(path *field.Path, object map[string]any, msg message) {
	if _, isRoute := msg.(*networking.HTTPRoute); !isRoute {
		return
	}
	for _, key := range []string{"name", "match", "route", "headers", "redirect", "directResponse", "delegate"} {
		if _, found := object[key]; found {
			c.fault(field.Forbidden(path.Child(key), "may not be patched: it defines the lanes"))
		}
	}
	mirrors, _ := object["mirrors"].([]any)
	for i, mirror := range mirrors {
		mirror, _ := mirror.(map[string]any)
		c.refuseShortHost(path.Child("mirrors").Index(i).Child("destination"), mirror["destination"])
	}
	c.refuseShortHost(path.Child("mirror"), object["mirror"])
}

// refuseShortHost refuses the short host of a destination: routes to one service are in
// several namespaces, and in each it would be another Service.
func (c *conversion) refuseShortHost(path *field.Path, destination any) {
	object, _ := destination.(map[string]any)
	if host, ok := object["host"].(string); ok && host != "" && istioname.Domain("").Full(host, "") != host {
		c.fault(field.Invalid(path.Child("host"), host, "must be a full name, such as "+
			lanes.Host(host, "")).WithOrigin("short"))
	}
}
