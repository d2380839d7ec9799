package manifest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/yamltext"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// SetWeights sets the weights of lanes in one route. Destinations that it does
// not list stay as they are, unless the weights are Exactly those of the route.
type SetWeights struct {
	// Object is the VirtualService.
	Object Ref
	// Route is the name of the HTTP route. Empty means the only one there is.
	Route string
	// Header is the route header of permissive lanes, by which a destination
	// names its lane: see routing.LaneOf. Empty means by its subset.
	Header string
	// Weights lists lanes that destinations name.
	Weights rollout.Weights
	// Exactly makes the weights the whole of the route, whatever stands there:
	// destinations of lanes that are not listed, those without a lane, and further
	// ones of a lane that is listed, get 0.
	Exactly bool
}

// routeOf is a route of a VirtualService.
type routeOf struct {
	object Ref
	route  string
}

// find returns the object and the node of the list of destinations.
func (e *editor) find(at routeOf) (Object, *yaml.Node, error) {
	o, err := e.object(at.object)
	if err != nil {
		return o, nil, err
	}
	vs := o.VirtualService()
	if vs == nil {
		return o, nil, fmt.Errorf("%s at %s:%d: must be a VirtualService that can be read", at.object, o.File, o.Line)
	}
	route, index, err := routing.FindRoute(vs, at.route)
	if err != nil {
		return o, nil, fmt.Errorf("%s at %s:%d: %w", at.object, o.File, o.Line, err)
	}
	path := fmt.Sprintf("spec.http[%d].route", index)
	e.allowed[o.Ref] = append(e.allowed[o.Ref], path, "spec.http["+route.Name+"].route") // by name when it has one, asked for or not
	e.routes = append(e.routes, at)
	http := yamltext.Child(o.source.node, "spec", "http")
	_, list, found := o.source.find(path)
	if !found || http == nil || http.Kind != yaml.SequenceNode || list.Kind != yaml.SequenceNode {
		return o, nil, fmt.Errorf("%s at %s:%d: must have its destinations written out at %s", at.object, o.File, o.Line, path)
	}
	around := []*yaml.Node{o.source.node, yamltext.Child(o.source.node, "spec"), http, http.Content[index]}
	if err := yamltext.Plain(append(around, yamltext.Subtree(list)...)...); err != nil {
		return o, nil, fmt.Errorf("%s at %s:%d: %s %w", at.object, o.File, o.source.doc.LineOf(list), path, err)
	}
	return o, list, nil
}

// laneOf returns the node that names the lane of a destination, as
// routing.LaneOf finds it; nil when none does.
func laneOf(item *yaml.Node, header string) *yaml.Node {
	if lane := headerOf(item, header); lane != nil {
		return lane
	}
	return yamltext.Child(item, "destination", "subset")
}

// headerOf returns what a destination sets a request header to; nil when it does
// not.
func headerOf(item *yaml.Node, header string) *yaml.Node {
	if header == "" {
		return nil
	}
	set := yamltext.Child(item, "headers", "request", "set")
	if set == nil {
		return nil
	}
	values := make(map[string]*yaml.Node, len(set.Content)/2)
	for i := 0; i+1 < len(set.Content); i += 2 {
		values[set.Content[i].Value] = set.Content[i+1]
	}
	value, _ := istioname.Header(values, header)
	return value
}

// destination returns the position of a lane in a list of destinations; -1 when
// it is not there.
func destination(list *yaml.Node, header, lane string) int {
	return slices.IndexFunc(list.Content, func(item *yaml.Node) bool {
		name := laneOf(item, header)
		return name != nil && name.Value == lane
	})
}

// lanesIn lists the lanes of a list of destinations, for messages.
func lanesIn(list *yaml.Node, header string) string {
	var names []string
	for _, item := range list.Content {
		if name := laneOf(item, header); name != nil {
			names = append(names, name.Value)
		}
	}
	return strings.Join(names, ", ")
}

func (c SetWeights) edit(e *editor) error {
	o, list, err := e.find(routeOf{c.Object, c.Route})
	if err != nil {
		return err
	}
	var errs []error
	if len(c.Weights) == 0 {
		errs = append(errs, fmt.Errorf("%s: must list the weights to set", c.Object))
	}
	listed := make([]bool, len(list.Content))
	for _, w := range c.Weights {
		i := destination(list, c.Header, w.Lane)
		if i < 0 {
			errs = append(errs, fmt.Errorf("%s at %s:%d: must have a destination for lane %s: there are %s", c.Object, o.File, o.source.doc.LineOf(list), w.Lane, lanesIn(list, c.Header)))
			continue
		}
		listed[i] = true
		errs = append(errs, e.setWeight(o, list, i, w.Percent))
	}
	for i := range listed {
		if c.Exactly && !listed[i] {
			errs = append(errs, e.setWeight(o, list, i, 0))
		}
	}
	return errors.Join(errs...)
}

// setWeight gives destination i of a list its weight.
func (e *editor) setWeight(o Object, list *yaml.Node, i, percent int) error {
	p, change, err := weightPatch(o.source.doc, list, i, percent)
	if err != nil {
		return o.at(list, err)
	}
	if change {
		e.patch(o.source.doc, p)
		e.weighted[list.Content[i]] = true
		e.outdate(o.source.doc, yamltext.Child(list.Content[i], "weight"))
	}
	return nil
}

// weightPatch returns the patch that gives destination i of a list its weight,
// and whether one is needed.
func weightPatch(doc *yamltext.Document, list *yaml.Node, i, percent int) (yamltext.Patch, bool, error) {
	item := list.Content[i]
	node := yamltext.Child(item, "weight")
	if node == nil {
		if percent == 0 && len(list.Content) > 1 || percent == 100 && len(list.Content) == 1 {
			return yamltext.Patch{}, false, nil // what it means without
		}
		p, err := doc.AddKey(item, "weight", strconv.Itoa(percent))
		return p, true, err
	}
	return doc.SetNumber(item, "weight", percent)
}

// checkSum holds that the weights of the route sum to 100.
func (r routeOf) checkSum(set Set) error {
	o, _ := set.Get(r.object)
	vs := o.VirtualService()
	if vs == nil {
		return fmt.Errorf("%s: must stay a VirtualService", r.object)
	}
	route, _, err := routing.FindRoute(vs, r.route)
	if err != nil {
		return fmt.Errorf("%s: %w", r.object, err)
	}
	sum := int64(0)
	for _, d := range route.Route {
		if d.Weight < 0 {
			return fmt.Errorf("%s: must not have a negative weight: %d", r.object, d.Weight)
		}
		sum += int64(d.Weight)
	}
	if sum != 100 && !(sum == 0 && len(route.Route) == 1 && yamltext.Child(o.destinations(r.route), "weight") == nil) {
		return fmt.Errorf("%s: must have weights that sum to 100, not %d", r.object, sum)
	}
	return nil
}

// destinations returns the node of the first destination of a route.
func (o Object) destinations(route string) *yaml.Node {
	_, index, _ := routing.FindRoute(o.VirtualService(), route)
	_, item, _ := o.source.find(fmt.Sprintf("spec.http[%d].route[0]", index))
	return item
}
