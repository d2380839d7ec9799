package manifest

import (
	"fmt"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// WriteWeight writes out the weight of 100 that the only destination of a route has
// without saying so. One that says so already stays as it is.
type WriteWeight struct {
	// Object and Route are as in [SetWeights].
	Object Ref
	Route  string
}

func (c WriteWeight) edit(e *editor) error {
	o, list, err := e.find(routeOf{c.Object, c.Route})
	if err != nil {
		return err
	}
	doc := o.source.doc
	if len(list.Content) != 1 {
		return fmt.Errorf("%s at %s:%d: must have one destination to give it all the weight: there are %d", c.Object, o.File, doc.LineOf(list), len(list.Content))
	}
	only := list.Content[0]
	if e.weighted[only] || yamltext.Child(only, "weight") != nil {
		return nil // the sum of the weights is looked at in any case
	}
	p, err := doc.AddKey(only, "weight", "100")
	if err != nil {
		return o.at(only, err)
	}
	e.patch(doc, p)
	e.weighted[only] = true
	return nil
}
