package manifest

import (
	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// WriteWeight writes out the weight of 100 of the only destination of a route without a weight. A
// weight that is written stays as it is.
type WriteWeight struct {
	// Object and Route are as in [SetWeights].
	Object Ref
	Route  string
}

func (c WriteWeight) edit(e *editor) error {
	d, err := e.destinations(routeOf{c.Object, c.Route})
	if err != nil {
		return err
	}
	if len(d.list.Content) != 1 {
		return d.refuse(ErrNotFound, d.path, "must have one destination to give it all the weight: there are %d",
			len(d.list.Content))
	}
	only := d.list.Content[0]
	if yamltext.Child(only, "weight") != nil {
		return nil // the sum of the weights is checked in any case
	}
	if d.operations() != nil && !yamltext.IsPlaced(only) {
		return e.operateWeight(d, "add", 0, 100)
	}
	p, err := d.source.doc.AddKey(only, "weight", "100")
	if err != nil {
		return d.at(d.item(0), only, err)
	}
	e.patch(d.source.doc, p)
	return nil
}
