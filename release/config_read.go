package release

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// ErrNoPlan: the directory has no ConfigMap with a plan.
var ErrNoPlan = errors.New("there is no plan: no ConfigMap has the label " + LabelPlan)

// ReadConfig returns the config of the ConfigMap with a name, or, for an empty name, of the
// only ConfigMap with a plan. The error wraps [ErrNoPlan] when the set has no plan. It is a
// [*PlanError] for faults of the ConfigMap.
func ReadConfig(set manifest.Set, name string) (Config, error) {
	all := PlanObjects(set)
	found := slices.DeleteFunc(slices.Clone(all),
		func(o manifest.Object) bool { return name != "" && o.Ref.Name != name })
	switch {
	case len(all) == 0:
		return Config{}, ErrNoPlan
	case len(found) == 0:
		return Config{}, fmt.Errorf("there must be a plan %q: there are %s", name, listed(all))
	case len(found) > 1 && name != "":
		return Config{}, fmt.Errorf("there must be one plan %q: there are %s", name, listed(found))
	case len(found) > 1:
		return Config{}, fmt.Errorf("there must be one plan, or -plan must name one of them: there are %s",
			listed(found))
	}
	config, err := DecodeConfigIn(set, found[0])
	if twice := keysTwice(set, found[0]); len(twice) > 0 {
		faulty := &PlanError{Object: found[0].Ref}
		errors.As(err, &faulty)
		faulty.add(twice...)
		return Config{}, faulty
	}
	return config, err
}

// listed names ConfigMaps, each with its file and line.
func listed(objects []manifest.Object) string {
	var out []string
	for _, o := range objects {
		name := strconv.Quote(o.Ref.Name)
		if o.File != "" {
			name += markup.Line(fmt.Sprintf(" (%s:%d)", o.File, o.Line))
		}
		out = append(out, name)
	}
	return strings.Join(out, ", ")
}

// keysTwice returns the keys that a ConfigMap's data has twice. The decoded object has one of
// the values.
func keysTwice(set manifest.Set, o manifest.Object) []PlanFault {
	var out []PlanFault
	for _, f := range set.Faults() {
		key, inData := strings.CutPrefix(f.Field, "data.")
		if inData && f.Kind == manifest.DuplicateKey && f.Object == o.Ref && f.File == o.File {
			out = append(out, PlanFault{f.File, f.Line, key, f.Message})
		}
	}
	return out
}

// PlanObjects returns the ConfigMaps of a set that hold plans, valid or not.
func PlanObjects(set manifest.Set) []manifest.Object {
	return slices.DeleteFunc(set.Kind("ConfigMap"), func(o manifest.Object) bool {
		_, labelled := o.Meta().GetLabels()[LabelPlan]
		_, written := o.Written("metadata.labels[" + LabelPlan + "]") // a number is no label: quotes are missing
		return !labelled && !written
	})
}

// DecodeConfigIn returns the config of a ConfigMap of a set, as [DecodeConfig] does. Names
// without a namespace are in the namespace of the set for the file of the ConfigMap: see
// [manifest.Set.Namespace].
func DecodeConfigIn(set manifest.Set, o manifest.Object) (Config, error) {
	c, err := DecodeConfig(o)
	namespace := set.Namespace(o.File)
	if err != nil || namespace == lanes.DefaultNamespace {
		return c, err
	}
	for i := range c.Routes {
		c.Routes[i].Namespace = cmp.Or(c.Routes[i].Namespace, namespace)
	}
	for i := range c.Services {
		c.Services[i].Namespace = cmp.Or(c.Services[i].Namespace, namespace)
	}
	for i := range c.Floors {
		c.Floors[i].Service.Namespace = cmp.Or(c.Floors[i].Service.Namespace, namespace)
	}
	c.sortRoutes()
	return c, nil
}

// sortRoutes sorts the routes by namespace and name: the first carries the state.
func (c Config) sortRoutes() {
	slices.SortStableFunc(c.Routes, func(a, b EntryRoute) int {
		return cmp.Or(strings.Compare(a.Ref().Namespace, b.Ref().Namespace), strings.Compare(a.Name, b.Name))
	})
}

// DecodeConfig returns the config that one ConfigMap describes. The error is a [*PlanError].
func DecodeConfig(o manifest.Object) (Config, error) {
	r := configReader{object: o, texts: map[string]manifest.Text{}, unread: map[string]bool{},
		err: PlanError{Object: o.Ref}}
	r.read()
	if r.err.add(); len(r.err.Faults) > 0 { // sorts them
		return Config{}, &r.err
	}
	if v := r.config.Values; v != nil {
		v.File = path.Join(path.Dir(o.File), v.File)
	}
	r.config.sortRoutes()
	return r.config, nil
}

// configReader reads one ConfigMap.
type configReader struct {
	object manifest.Object
	config Config
	texts  map[string]manifest.Text // by key
	unread map[string]bool          // keys that are missing or unreadable: the config lacks them
	err    PlanError
}

func (r *configReader) fault(line int, field, detail string) {
	r.err.Faults = append(r.err.Faults, PlanFault{File: r.object.File, Line: line, Field: field, Detail: detail})
}

// planText is a Plan without UnmarshalJSON, so that every fault has its line.
type planText rollout.Plan

func (r *configReader) read() {
	o := r.object
	u, ok := o.Value.(*unstructured.Unstructured)
	if !ok {
		r.fault(o.Line, o.Ref.String(), "must be a ConfigMap that was read")
		return
	}
	label := "metadata.labels[" + LabelPlan + "]"
	if got := o.Meta().GetLabels()[LabelPlan]; got != "1" {
		found := strconv.Quote(got)
		if written, _ := o.Written(label); got == "" && written != "" {
			found = written + " without quotes"
		}
		r.fault(o.LineOf(label), label, `must be the string "1", the only format this library knows, not `+
			markup.Line(found))
		return
	}
	for _, err := range fieldcheck.Subdomain(field.NewPath("metadata", "name"), o.Ref.Name) {
		r.fault(o.LineOf(err.Field), err.Field, detail(err))
	}
	c := &r.config
	c.Name = o.Ref.Name
	data, _, err := unstructured.NestedMap(u.Object, "data")
	if err != nil {
		r.fault(o.LineOf("data"), "data", "must be a mapping")
		return
	}
	var plan planText
	var candidate Candidate
	var routes []EntryRoute
	var group string
	var services []ServiceName
	var values Values
	var demand Demand
	var floors []Floor
	if r.key(data, "plan", &plan) {
		c.Plan = rollout.Plan(plan)
	}
	if r.key(data, "candidate", &candidate) {
		c.Candidate = candidate
	}
	if r.key(data, "routes", &routes) {
		c.Routes = routes
	}
	if r.key(data, "laneGroup", &group) {
		c.LaneGroup = group
	}
	if r.key(data, "values", &values) {
		c.Values = &values
	}
	if r.key(data, "services", &services) {
		c.Services = services
	}
	if r.key(data, "demand", &demand) {
		c.Demand = &demand
	}
	if r.key(data, "replicas", &floors) {
		c.Floors = floors
	}
	for _, key := range []string{"plan", "candidate"} {
		if _, there := r.texts[key]; !there && !r.unread[key] {
			r.fault(o.LineOf("data"), key, "must be set")
			r.unread[key] = true
		}
	}
	r.unread["routes"] = r.unread["routes"] || r.unread["laneGroup"] || r.unread["values"] // one of them is set
	for _, key := range slices.Sorted(maps.Keys(data)) {
		r.fault(o.LineOf("data["+key+"]"), key,
			"must be one of plan, candidate, routes, laneGroup, values, services, demand, replicas")
	}
	for _, err := range c.validate() {
		key := err.Field[:strings.IndexAny(err.Field+".", ".[")]
		if r.unread[key] {
			continue
		}
		line := o.LineOf("data")
		if text, there := r.texts[key]; there {
			line = text.LineOf(strings.TrimPrefix(err.Field[len(key):], "."))
		}
		r.fault(line, err.Field, detail(err))
	}
}

// key takes a key out of the data and reads it. It reports whether the value can be used.
// Unknown and duplicate keys within the value are faults, but do not stop its use.
func (r *configReader) key(data map[string]any, key string, into any) bool {
	value, set := data[key]
	if !set {
		return false
	}
	delete(data, key)
	text, isText := value.(string)
	if !isText {
		r.fault(r.object.LineOf("data."+key), key,
			fmt.Sprintf("must be a text, as a block below %q is, not %s", key+": |", shown(value)))
		r.unread[key] = true
		return false
	}
	r.texts[key] = r.object.Text("data."+key, text)
	for _, f := range r.texts[key].Decode(into) {
		at := key + "." + f.Field
		if f.Field == "" || f.Field[0] == '[' {
			at = key + f.Field
		}
		r.fault(f.Line, at, markup.Line(f.Message))
		r.unread[key] = r.unread[key] || f.Kind != manifest.UnknownKey && f.Kind != manifest.DuplicateKey
	}
	return !r.unread[key]
}

// shown describes a value that is not a text.
func shown(value any) string {
	switch value := value.(type) {
	case map[string]any:
		return "a mapping"
	case []any:
		return "a list"
	case nil:
		return "nothing"
	default:
		return fmt.Sprint(value)
	}
}
