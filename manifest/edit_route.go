package manifest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/yamltext"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// SetWeights sets the weights of lanes in one route. Other destinations stay as they are, unless
// Exactly is set.
type SetWeights struct {
	// Object is the VirtualService.
	Object Ref
	// Route is the name of the HTTP route. Empty means the only route.
	Route string
	// Header is the route header of permissive lanes. A destination names its lane by it: see
	// routing.LaneOf. Empty means by its subset.
	Header string
	// Weights are the new weights. The route must have a destination for each lane.
	Weights rollout.Weights
	// Exactly gives all other destinations 0: those of other lanes, those without a lane, and
	// further ones of a listed lane.
	Exactly bool
}

// routeOf is a route of a VirtualService.
type routeOf struct {
	object Ref
	route  string
}

// destinations is the list of destinations of a route, and where it is.
type destinations struct {
	Object
	list *yaml.Node
	path string
}

// destinations returns the list of destinations of a route.
func (e *editor) destinations(at routeOf) (destinations, error) {
	o, err := e.find(at.object)
	if err != nil {
		return destinations{}, err
	}
	vs := o.VirtualService()
	if vs == nil {
		return destinations{}, o.refuse(ErrWrongKind, "", "must be a VirtualService that can be read")
	}
	route, index, err := routing.FindRoute(vs, at.route)
	if err != nil {
		return destinations{}, o.refuse(ErrNotFound, "spec.http", "%w", err)
	}
	path := fmt.Sprintf("spec.http[%d].route", index)
	e.allowed = append(e.allowed, path, "spec.http["+route.Name+"].route") // differences use its name if it has one
	e.routes = append(e.routes, at)
	http := yamltext.Child(o.source.node(), "spec", "http")
	_, list, found := o.source.find(path)
	if !found || http == nil || http.Kind != yaml.SequenceNode || list.Kind != yaml.SequenceNode {
		return destinations{}, o.refuse(ErrAnchor, path, "must have its destinations written out at %s", path)
	}
	around := []*yaml.Node{o.source.node(), yamltext.Child(o.source.node(), "spec"), http, http.Content[index]}
	return destinations{o, list, path}, o.plain(path, append(around, yamltext.Subtree(list)...)...)
}

// item returns the path of a destination.
func (d destinations) item(i int) string { return fmt.Sprintf("%s[%d]", d.path, i) }

// unknown refuses a change of a lane that no destination names.
func (d destinations) unknown(header, lane string) error {
	return d.refuse(ErrNotFound, d.path, "%w",
		&routing.MissingError{Kind: routing.ErrNoLane, Name: lane, There: lanesIn(d.list, header)})
}

// laneOf returns the node that names the lane of a destination, as routing.LaneOf finds it; nil
// without one.
func laneOf(item *yaml.Node, header string) *yaml.Node {
	if lane := headerOf(item, header); lane != nil {
		return lane
	}
	return yamltext.Child(item, "destination", "subset")
}

// headerOf returns the value that a destination gives a request header; nil when it does not set
// it.
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

// lanesIn lists the lanes of a list of destinations.
func lanesIn(list *yaml.Node, header string) []string {
	var names []string
	for _, item := range list.Content {
		if name := laneOf(item, header); name != nil {
			names = append(names, name.Value)
		}
	}
	return names
}

func (c SetWeights) edit(e *editor) error {
	d, err := e.destinations(routeOf{c.Object, c.Route})
	if err != nil {
		return err
	}
	var errs []error
	if len(c.Weights) == 0 {
		errs = append(errs, d.refuse(ErrValue, d.path, "must list the weights to set"))
	}
	listed := make([]bool, len(d.list.Content))
	for _, w := range c.Weights {
		switch i := destination(d.list, c.Header, w.Lane); {
		case i < 0:
			errs = append(errs, d.unknown(c.Header, w.Lane))
		case listed[i]:
			errs = append(errs, d.refuse(ErrValue, d.item(i),
				"must not be changed twice in one place: lane %s is listed twice", w.Lane))
		default:
			listed[i] = true
			errs = append(errs, e.setWeight(d, i, w.Percent))
		}
	}
	for i := range listed {
		if c.Exactly && !listed[i] {
			errs = append(errs, e.setWeight(d, i, 0))
		}
	}
	return errors.Join(errs...)
}

// setWeight gives a destination its weight.
func (e *editor) setWeight(d destinations, i, percent int) error {
	if isSuch, err := e.weighByOperation(d, i, percent); isSuch {
		return err
	}
	p, change, err := weightPatch(d.source.doc, d.list, i, percent)
	if err != nil {
		return d.at(d.item(i)+".weight", d.list.Content[i], err)
	}
	if change {
		e.patch(d.source.doc, p)
		e.outdate(d.source.doc, yamltext.Child(d.list.Content[i], "weight"), percent)
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
			return yamltext.Patch{}, false, nil // it means this without a weight
		}
		p, err := doc.AddKey(item, "weight", strconv.Itoa(percent))
		return p, true, err
	}
	return doc.SetNumber(item, "weight", percent)
}

// checkSum returns an error unless the weights of the route sum to 100.
func (r routeOf) checkSum(o Object) error {
	vs := o.VirtualService()
	if vs == nil {
		return o.refuse(ErrWrongKind, "", "must stay a VirtualService")
	}
	_, index, err := routing.FindRoute(vs, r.route)
	if err != nil {
		return o.refuse(ErrNotFound, "spec.http", "%w", err)
	}
	return o.checkSum(index)
}

// checkSum returns an error unless the weights of an HTTP route sum to 100.
func (o Object) checkSum(index int) error {
	path := fmt.Sprintf("spec.http[%d].route", index)
	route := o.VirtualService().GetHttp()[index].GetRoute()
	sum := int64(0)
	for i, d := range route {
		if d.GetWeight() < 0 {
			return o.refuse(ErrSum, fmt.Sprintf("%s[%d].weight", path, i), "must not have a negative weight: %d",
				d.GetWeight())
		}
		sum += int64(d.GetWeight())
	}
	_, isWritten := o.Written(path + "[0].weight")
	if sum != 100 && !(sum == 0 && len(route) == 1 && !isWritten) {
		return o.refuse(ErrSum, path, "must have weights that sum to 100, not %d", sum)
	}
	return nil
}

// checkRoutes returns an error unless the weights of every HTTP route sum to 100. A route with the
// same destinations as one before the edit does not count.
func (d *draft) checkRoutes(o Object) error {
	before, _ := d.from.Get(o.Ref)
	was := yamltext.Child(before.source.node(), "spec", "http")
	is := yamltext.Child(o.source.node(), "spec", "http")
	var errs []error
	for i, route := range yamltext.Items(is) {
		list := yamltext.Child(route, "route")
		known := slices.ContainsFunc(yamltext.Items(was), func(r *yaml.Node) bool {
			old := yamltext.Child(r, "route")
			return old != nil && list != nil && sameTree(old, list)
		})
		if vs := o.VirtualService(); list != nil && !known && vs != nil && i < len(vs.GetHttp()) {
			errs = append(errs, o.checkSum(i))
		}
	}
	return errors.Join(errs...)
}
