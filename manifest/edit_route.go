package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// SetWeights sets the weights of lanes in one route. Destinations that it does
// not list stay as they are.
type SetWeights struct {
	// Object is the VirtualService.
	Object Ref
	// Route is the name of the HTTP route. Empty means the only one there is.
	Route string
	// Weights lists lanes by the subset of their destination.
	Weights rollout.Weights
}

// AddDestination adds a lane to a route, after the others and written as the last
// of them is: same host and port. The lane must not be in the route yet.
type AddDestination struct {
	// Object and Route are as in [SetWeights].
	Object Ref
	Route  string
	// Weight of the new destination.
	Weight rollout.Weight
}

// RemoveDestination takes a lane out of a route. It must be there, and not be the
// only one.
type RemoveDestination struct {
	// Object and Route are as in [SetWeights].
	Object Ref
	Route  string
	// Lane is the subset of the destination.
	Lane string
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
		return o, nil, fmt.Errorf("%s: must be a VirtualService that can be read", at.object)
	}
	_, index, err := routing.FindRoute(vs, at.route)
	if err != nil {
		return o, nil, fmt.Errorf("%s at %s:%d: %w", at.object, o.File, o.Line, err)
	}
	path := fmt.Sprintf("spec.http[%d].route", index)
	e.allowed[o.Ref] = append(e.allowed[o.Ref], path, "spec.http["+at.route+"].route")
	e.routes = append(e.routes, at)
	http := child(child(o.source.node, "spec"), "http")
	_, list, found := o.source.find(path)
	if !found || http == nil || http.Kind != yaml.SequenceNode || list.Kind != yaml.SequenceNode {
		return o, nil, fmt.Errorf("%s at %s:%d: must have its destinations written out at %s", at.object, o.File, o.Line, path)
	}
	around := []*yaml.Node{o.source.node, child(o.source.node, "spec"), http, http.Content[index]}
	if err := plain(append(around, subtree(list)...)...); err != nil {
		return o, nil, fmt.Errorf("%s at %s:%d: %s %w", at.object, o.File, o.source.doc.lineOf(list), path, err)
	}
	return o, list, nil
}

// destination returns the position of a lane in a list of destinations; -1 when
// it is not there.
func destination(list *yaml.Node, lane string) int {
	for i, item := range list.Content {
		if subset := child(child(item, "destination"), "subset"); subset != nil && subset.Value == lane {
			return i
		}
	}
	return -1
}

// lanesIn lists the subsets of a list of destinations, for messages.
func lanesIn(list *yaml.Node) string {
	var names []string
	for _, item := range list.Content {
		if subset := child(child(item, "destination"), "subset"); subset != nil {
			names = append(names, subset.Value)
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
	for _, w := range c.Weights {
		i := destination(list, w.Lane)
		if i < 0 {
			errs = append(errs, fmt.Errorf("%s at %s:%d: must have a destination for lane %s: there are %s", c.Object, o.File, o.source.doc.lineOf(list), w.Lane, lanesIn(list)))
			continue
		}
		p, change, err := weightPatch(o.source.doc, list, i, w.Percent)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s at %s: %w", c.Object, o.File, err))
		} else if change {
			e.patch(o.source.doc, p)
		}
	}
	return errors.Join(errs...)
}

// weightPatch returns the patch that gives destination i of a list its weight,
// and whether one is needed.
func weightPatch(doc *document, list *yaml.Node, i, percent int) (patch, bool, error) {
	item := list.Content[i]
	number := strconv.Itoa(percent)
	node := child(item, "weight")
	if node == nil {
		if percent == 0 && len(list.Content) > 1 || percent == 100 && len(list.Content) == 1 {
			return patch{}, false, nil // what it means without
		}
		p, err := doc.addKey(item, "weight", number)
		return p, true, err
	}
	if old, err := strconv.ParseFloat(node.Value, 64); err == nil && old == float64(percent) {
		return patch{}, false, nil
	}
	s, err := doc.scalar(node)
	if err != nil {
		return patch{}, false, err
	}
	if c := doc.text[s.start]; c == '\'' || c == '"' {
		s.start, s.end = s.start+1, s.end-1
	}
	return patch{s, number}, true, nil
}

// addKey returns the patch that adds a key at the end of a mapping that is not
// empty.
func (d *document) addKey(mapping *yaml.Node, key, value string) (patch, error) {
	s, err := d.node(mapping)
	if err != nil {
		return patch{}, err
	}
	if mapping.Style&yaml.FlowStyle != 0 {
		at := s.end - 1
		for at > s.start && bytes.IndexByte([]byte(" \t\r\n"), d.text[at-1]) >= 0 {
			at--
		}
		if len(mapping.Content) == 0 {
			return patch{span{at, at}, key + ": " + value}, nil
		}
		return patch{span{at, at}, ", " + key + ": " + value}, nil
	}
	return d.insertLine(s.end, strings.Repeat(" ", mapping.Column-1)+key+": "+value+d.eol()), nil
}

func (c AddDestination) edit(e *editor) error {
	o, list, err := e.find(routeOf{c.Object, c.Route})
	if err != nil {
		return err
	}
	doc := o.source.doc
	where := fmt.Sprintf("%s at %s:%d", c.Object, o.File, doc.lineOf(list))
	if destination(list, c.Weight.Lane) >= 0 {
		return fmt.Errorf("%s: must not have a destination for lane %s already", where, c.Weight.Lane)
	}
	model, last := -1, len(list.Content)-1
	for i, item := range list.Content {
		if isModel(item) {
			model = i
		}
	}
	if model < 0 {
		return fmt.Errorf("%s: must have a destination of a lane with nothing but a host and a weight, to write the one of %s alike", where, c.Weight.Lane)
	}
	copied, err := doc.copyDestination(list, model, c.Weight)
	if err != nil {
		return fmt.Errorf("%s: %w", where, err)
	}
	s, err := doc.node(list.Content[last])
	if err != nil {
		return fmt.Errorf("%s: %w", where, err)
	}
	if list.Style&yaml.FlowStyle != 0 {
		e.patch(doc, patch{span{s.end, s.end}, ", " + copied})
	} else {
		e.patch(doc, doc.insertLine(s.end, copied))
	}
	return nil
}

// isModel reports whether a destination holds nothing that is its own lane's
// alone, but for the subset and the weight.
func isModel(item *yaml.Node) bool {
	for i := 0; i+1 < len(item.Content); i += 2 {
		if key := item.Content[i].Value; key != "destination" && key != "weight" {
			return false
		}
	}
	return child(item, "weight") != nil && child(child(item, "destination"), "subset") != nil
}

// copyDestination returns the text of destination i with another lane and weight,
// and without comments.
func (d *document) copyDestination(list *yaml.Node, i int, w rollout.Weight) (string, error) {
	item := list.Content[i]
	whole, err := d.node(item)
	if list.Style&yaml.FlowStyle == 0 && err == nil {
		whole, err = d.item(list, i)
	}
	if err != nil {
		return "", err
	}
	text := File{Data: d.text[:whole.end]}
	var patches []patch
	for _, change := range []struct {
		node  *yaml.Node
		value string
	}{{child(child(item, "destination"), "subset"), w.Lane}, {child(item, "weight"), strconv.Itoa(w.Percent)}} {
		s, err := d.scalar(change.node)
		if err != nil {
			return "", err
		}
		if c := d.text[s.start]; c == '\'' || c == '"' {
			s.start, s.end = s.start+1, s.end-1
		}
		patches = append(patches, patch{s, change.value})
	}
	for _, s := range d.comments(item, whole) {
		patches = append(patches, patch{s, ""})
	}
	out, err := patched(text, patches)
	if err != nil {
		return "", err
	}
	copied := string(out[whole.start:])
	if list.Style&yaml.FlowStyle == 0 && !strings.HasSuffix(copied, "\n") {
		copied += d.eol()
	}
	return copied, nil
}

// comments returns the comments within the lines of a node: whole lines, and what
// follows the last scalar of a line.
func (d *document) comments(node *yaml.Node, within span) []span {
	var out []span
	for at := within.start; at < within.end; {
		line := span{at, min(d.lineSpan(span{at, at}).end, within.end)}
		from := line.start
		for _, n := range subtree(node) {
			if n.Kind == yaml.ScalarNode {
				if s, err := d.scalar(n); err == nil && s.start >= line.start && s.end <= line.end {
					from = max(from, s.end)
				}
			}
		}
		rest := d.text[from:line.end]
		trimmed := bytes.TrimSpace(rest)
		end := line.end - (len(rest) - len(bytes.TrimRight(rest, "\r\n")))
		switch i := bytes.IndexByte(rest, '#'); {
		case from == line.start && (len(trimmed) == 0 || trimmed[0] == '#'):
			out = append(out, line)
		case i > 0 && (rest[i-1] == ' ' || rest[i-1] == '\t'):
			out = append(out, span{from + len(bytes.TrimRight(rest[:i], " \t")), end})
		}
		at = line.end
	}
	return out
}

func (c RemoveDestination) edit(e *editor) error {
	o, list, err := e.find(routeOf{c.Object, c.Route})
	if err != nil {
		return err
	}
	doc := o.source.doc
	i := destination(list, c.Lane)
	switch {
	case i < 0:
		return fmt.Errorf("%s at %s:%d: must have a destination for lane %s: there are %s", c.Object, o.File, doc.lineOf(list), c.Lane, lanesIn(list))
	case len(list.Content) == 1:
		return fmt.Errorf("%s at %s:%d: must keep a destination: %s is the only one", c.Object, o.File, doc.lineOf(list), c.Lane)
	case list.Style&yaml.FlowStyle != 0:
		s, err := doc.node(list.Content[i])
		if err != nil {
			return fmt.Errorf("%s: %w", c.Object, err)
		}
		e.patch(doc, doc.removeItem(s, i, len(list.Content)))
	default:
		s, err := doc.item(list, i)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Object, err)
		}
		e.patch(doc, doc.removeLines(s))
	}
	return nil
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
	if sum != 100 && !(sum == 0 && len(route.Route) == 1 && child(o.destinations(r.route), "weight") == nil) {
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
