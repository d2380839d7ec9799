package manifest

import (
	"cmp"
	"errors"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
	"github.com/swimlane-go/swimlane/rollout"
)

// AddDestination adds a lane to a route, after the others. It copies a destination that has nothing
// but a host, a weight and the route header: the last one with a weight, else the last one. The
// lane must not be in the route yet. If the only destination has no weight, and so all requests,
// its weight of 100 is written out.
type AddDestination struct {
	// Object, Route and Header are as in [SetWeights]. With a Header, the new destination sets it
	// to the lane.
	Object Ref
	Route  string
	Header string
	// Subset is the lane that serves the requests, where the lane of a permissive group lacks the
	// service. Empty means the lane itself.
	Subset string
	// Weight is the lane of the new destination and its percent.
	Weight rollout.Weight
}

// RemoveDestination takes a lane out of a route. The lane must be there, and not be the only one.
type RemoveDestination struct {
	// Object, Route and Header are as in [SetWeights].
	Object Ref
	Route  string
	Header string
	// Lane is the lane that the destination names.
	Lane string
}

func (c AddDestination) edit(e *editor) error {
	d, err := e.destinations(routeOf{c.Object, c.Route})
	if err != nil {
		return err
	}
	doc, list := d.source.doc, d.list
	if i := destination(list, c.Header, c.Weight.Lane); i >= 0 {
		return d.refuse(ErrExists, d.item(i), "must not have a destination for lane %s already", c.Weight.Lane)
	}
	model := -1
	for i, item := range list.Content {
		if isModel(item, c.Header) && (model < 0 || yamltext.Child(item, "weight") != nil ||
			yamltext.Child(list.Content[model], "weight") == nil) {
			model = i // the last one with a weight, else the last one
		}
	}
	if model < 0 {
		return d.refuse(ErrNotFound, d.path,
			"must have a destination of a lane with only a host, a weight and the route header, to copy for %s",
			c.Weight.Lane)
	}
	item := list.Content[model]
	weight := strconv.Itoa(c.Weight.Percent)
	add := yamltext.Copy{Of: model, Values: []yamltext.Value{
		{Node: yamltext.Child(item, "destination", "subset"), Text: cmp.Or(c.Subset, c.Weight.Lane), IsText: true},
		{Node: yamltext.Child(item, "weight"), Text: weight},
		{Node: headerOf(item, c.Header), Text: c.Weight.Lane, IsText: true},
	}}
	if yamltext.Child(item, "weight") == nil {
		add.Key, add.Text = "weight", weight
	}
	if d.operations() != nil && !yamltext.IsPlaced(list) {
		if only := list.Content[0]; len(list.Content) == 1 && yamltext.Child(only, "weight") == nil {
			err = e.operateWeight(d, "add", 0, 100)
		}
		return errors.Join(err, e.joinByOperation(d, model, add))
	}
	p, err := doc.AddItem(list, add)
	if err != nil {
		return d.at(d.path, list, err)
	}
	if only := list.Content[0]; len(list.Content) == 1 && yamltext.Child(only, "weight") == nil {
		implied, err := doc.AddKey(only, "weight", "100")
		if err != nil {
			return d.at(d.item(0), only, err)
		}
		e.patch(doc, implied)
	}
	e.patch(doc, p)
	return nil
}

// isModel reports whether a destination can be copied for another lane: nothing in it is special to
// its lane, except the subset, the weight and the route header.
func isModel(item *yaml.Node, header string) bool {
	for i := 0; i+1 < len(item.Content); i += 2 {
		switch item.Content[i].Value {
		case "destination", "weight":
		case "headers":
			request := yamltext.Child(item.Content[i+1], "request")
			if headerOf(item, header) == nil || len(item.Content[i+1].Content)+len(request.Content)+
				len(yamltext.Child(request, "set").Content) != 2+2+2 {
				return false // it sets other headers
			}
		default:
			return false
		}
	}
	return yamltext.Child(item, "destination", "subset") != nil &&
		(header == "" || headerOf(item, header) != nil)
}

func (c RemoveDestination) edit(e *editor) error {
	d, err := e.destinations(routeOf{c.Object, c.Route})
	if err != nil {
		return err
	}
	i := destination(d.list, c.Header, c.Lane)
	switch {
	case i < 0:
		return d.unknown(c.Header, c.Lane)
	case len(d.list.Content) == 1:
		return d.refuse(ErrUnsafe, d.item(i), "must keep a destination: %s is the only one", c.Lane)
	}
	if d.operations() != nil && !yamltext.IsPlaced(d.list) {
		return e.leaveByOperation(d, i)
	}
	p, err := d.source.doc.RemoveItem(d.list, i)
	if err != nil {
		return d.at(d.item(i), d.list, err)
	}
	e.patch(d.source.doc, p)
	return nil
}
