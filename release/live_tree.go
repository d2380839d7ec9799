package release

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	kubejson "k8s.io/apimachinery/pkg/util/json"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/routing"
)

// written is an object that is to be written. It is JSON, so that fields survive that the Go
// types do not know.
type written struct {
	holder  Holder
	given   runtime.Object
	before  map[string]any
	tree    map[string]any
	changed bool
	keys    []string // annotations of the release
}

func (l Live) newWritten(h Holder) (*written, error) {
	given, is := l.given[h.Ref]
	if !is {
		given = h.Object.Value
	}
	data, err := json.Marshal(given)
	w := &written{holder: h, given: given}
	var before unstructured.Unstructured // whole numbers stay whole
	if err == nil {
		err = before.UnmarshalJSON(withKind(data, h))
	}
	if err != nil {
		return nil, err
	}
	w.before, w.tree = before.Object, before.DeepCopy().Object
	return w, nil
}

// withKind returns the JSON of an object with its apiVersion and kind: objects from typed
// clients lack them.
func withKind(data []byte, h Holder) []byte {
	version, kind := h.Object.Value.GetObjectKind().GroupVersionKind().ToAPIVersionAndKind()
	var fields map[string]json.RawMessage
	if json.Unmarshal(data, &fields) != nil {
		return data
	}
	fields["apiVersion"], _ = json.Marshal(version)
	fields["kind"], _ = json.Marshal(kind)
	out, _ := json.Marshal(fields)
	return out
}

// object returns the object in the Go type that was given.
func (w *written) object() (Object, error) {
	if _, is := w.given.(*unstructured.Unstructured); is {
		return &unstructured.Unstructured{Object: w.tree}, nil
	}
	data, err := json.Marshal(w.tree)
	if err != nil {
		return nil, err
	}
	out := reflect.New(reflect.TypeOf(w.given).Elem()).Interface()
	if err := json.Unmarshal(data, out); err != nil {
		return nil, err
	}
	return out.(Object), nil
}

// owned returns the part of the object that the release owns.
func (w *written) owned() *unstructured.Unstructured {
	in := unstructured.Unstructured{Object: w.tree}
	out := &unstructured.Unstructured{}
	out.SetGroupVersionKind(in.GroupVersionKind())
	out.SetNamespace(in.GetNamespace())
	out.SetName(in.GetName())
	annotations := map[string]string{}
	for _, key := range w.keys {
		annotations[key] = in.GetAnnotations()[key]
	}
	if len(annotations) > 0 {
		out.SetAnnotations(annotations)
	}
	field := map[string]string{"VirtualService": "http", lanes.KindLane: "ingressWeight"}[w.holder.Ref.Kind]
	if spec, _ := w.tree["spec"].(map[string]any); spec[field] != nil {
		out.Object["spec"] = map[string]any{field: spec[field]}
	}
	return out
}

// refOf returns the object of a change.
func refOf(c manifest.Change) manifest.Ref {
	switch c := c.(type) {
	case manifest.SetAnnotation:
		return c.Object
	case manifest.SetWeights:
		return c.Object
	case manifest.AddDestination:
		return c.Object
	case manifest.SetIngressWeight:
		return c.Object
	}
	return manifest.Ref{}
}

// change applies one of the changes of Live.Move.
func (w *written) change(c manifest.Change) error {
	switch c := c.(type) {
	case manifest.SetAnnotation:
		u := unstructured.Unstructured{Object: w.tree}
		annotations := u.GetAnnotations()
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations[c.Key] = c.Value
		u.SetAnnotations(annotations)
		w.keys = append(w.keys, c.Key)
	case manifest.SetWeights:
		return w.setWeights(c)
	case manifest.AddDestination:
		return w.addDestination(c)
	case manifest.SetIngressWeight:
		return w.setIngressWeight(c)
	default:
		return fmt.Errorf("a release does not make the change %T", c)
	}
	return nil
}

// route returns the HTTP route that holds the weights.
func (w *written) route() (map[string]any, error) {
	_, index, err := routing.FindRoute(w.holder.Object.VirtualService(), w.holder.Route)
	if err != nil {
		return nil, err
	}
	spec, _ := w.tree["spec"].(map[string]any)
	http, _ := spec["http"].([]any)
	if index >= len(http) {
		return nil, fmt.Errorf("must have a route at spec.http[%d]", index)
	}
	route, _ := http[index].(map[string]any)
	return route, nil
}

func (w *written) setWeights(c manifest.SetWeights) error {
	route, err := w.route()
	if err != nil {
		return err
	}
	set := map[string]bool{}
	destinations, _ := route["route"].([]any)
	if len(destinations) != len(w.holder.Weights) {
		return fmt.Errorf("must have %d destinations, as it was read", len(w.holder.Weights))
	}
	for i, d := range destinations {
		d, _ := d.(map[string]any)
		lane := w.holder.Weights[i].Lane // no destination was added yet
		percent, listed := c.Weights.Percent(lane)
		switch {
		case listed && !set[lane]:
			set[lane] = true
		case c.Exactly:
			percent = 0
		default:
			continue
		}
		implied := percent == 0 && len(destinations) > 1 || percent == 100 && len(destinations) == 1
		if d["weight"] != nil || !implied {
			d["weight"] = int64(percent)
		}
	}
	return nil
}

// addDestination adds a copy of the last destination that is a model, as
// manifest.AddDestination does in text.
func (w *written) addDestination(c manifest.AddDestination) error {
	route, err := w.route()
	if err != nil {
		return err
	}
	var model map[string]any
	destinations, _ := route["route"].([]any)
	for _, d := range destinations {
		if d, _ := d.(map[string]any); isModel(d, c.Header) {
			model = d
		}
	}
	if model == nil {
		return fmt.Errorf("must have a destination of a lane with only a host, a weight and the route header, to "+
			"copy for %s", c.Weight.Lane)
	}
	if first, _ := destinations[0].(map[string]any); len(destinations) == 1 && first["weight"] == nil {
		first["weight"] = int64(100) // Istio's default for a single destination
	}
	added := runtime.DeepCopyJSON(model)
	destination, _ := added["destination"].(map[string]any)
	destination["subset"] = cmp.Or(c.Subset, c.Weight.Lane)
	added["weight"] = int64(c.Weight.Percent)
	if set := headersSet(added); c.Header != "" {
		for key := range set {
			if strings.EqualFold(key, c.Header) {
				set[key] = c.Weight.Lane
			}
		}
	}
	route["route"] = append(destinations, added)
	return nil
}

// isModel reports whether a destination has nothing but the host, the subset, the weight and
// the route header: other fields may be for its lane alone.
func isModel(d map[string]any, header string) bool {
	for key := range d {
		if key != "destination" && key != "weight" && key != "headers" {
			return false
		}
	}
	headers, has := d["headers"].(map[string]any)
	request, _ := headers["request"].(map[string]any)
	_, pinned := istioname.Header(headersSet(d), header)
	if has && (header == "" || !pinned || len(headers)+len(request)+len(headersSet(d)) != 3) {
		return false // it has other headers
	}
	destination, _ := d["destination"].(map[string]any)
	return destination["subset"] != nil && (header == "" || pinned)
}

// headersSet returns the request headers that a destination sets.
func headersSet(d map[string]any) map[string]any {
	set, _, _ := unstructured.NestedFieldNoCopy(d, "headers", "request", "set")
	out, _ := set.(map[string]any)
	return out
}

func (w *written) setIngressWeight(c manifest.SetIngressWeight) error {
	spec, _ := w.tree["spec"].(map[string]any)
	if spec == nil {
		return fmt.Errorf("must have a spec")
	}
	weight, _ := spec["ingressWeight"].(map[string]any)
	if weight == nil {
		data, err := json.Marshal(c.Destination)
		if err != nil {
			return err
		}
		var destination map[string]any
		if err := kubejson.Unmarshal(data, &destination); err != nil { // whole numbers stay whole
			return err
		}
		weight = map[string]any{"destination": destination}
		spec["ingressWeight"] = weight
	}
	weight["weight"] = int64(c.Percent)
	return nil
}
