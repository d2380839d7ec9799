package manifest

import (
	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// SetSubset sets the subset of one destination in a route. The subset leads the requests of a plain
// route to a lane.
type SetSubset struct {
	// Object and Route are as in [SetWeights].
	Object Ref
	Route  string
	// Host is the host of the destination, as written. Empty means any.
	Host string
	// From is the present subset of the destination; empty for none. Exactly one destination must
	// fit Host and From.
	From string
	// To is the new subset. No other destination of the host may have it.
	To string
}

func (c SetSubset) edit(e *editor) error {
	d, err := e.destinations(routeOf{c.Object, c.Route})
	if err != nil {
		return err
	}
	doc := d.source.doc
	if err := d.oneWord(d.path, "subset", c.To); err != nil {
		return err
	}
	at, fit := -1, 0
	for i, item := range d.list.Content {
		to := yamltext.Child(item, "destination")
		if to != nil && (c.Host == "" || valueOf(to, "host") == c.Host) && valueOf(to, "subset") == c.From {
			at, fit = i, fit+1
		}
	}
	if fit != 1 {
		return d.refuse(ErrNotFound, d.path, "must have one destination with host %q and subset %q: there are %d",
			c.Host, c.From, fit)
	}
	to := yamltext.Child(d.list.Content[at], "destination")
	for i, item := range d.list.Content {
		if other := yamltext.Child(item, "destination"); i != at && valueOf(other, "host") == valueOf(to, "host") &&
			valueOf(other, "subset") == c.To {
			return d.refuse(ErrExists, d.item(i), "must not have subset %s of host %s already", c.To,
				valueOf(to, "host"))
		}
	}
	if c.From == c.To {
		return nil
	}
	var p yamltext.Patch
	if subset := yamltext.Child(to, "subset"); subset != nil {
		p, err = doc.SetString(subset, c.To)
	} else {
		p, err = doc.AddKey(to, "subset", doc.Word(c.To))
	}
	if err != nil {
		return d.at(d.item(at), to, err)
	}
	e.patch(doc, p)
	return nil
}

// valueOf returns the text of a scalar below a key; empty when there is none.
func valueOf(node *yaml.Node, key string) string {
	if value := yamltext.Child(node, key); value != nil {
		return value.Value
	}
	return ""
}

// oneWord refuses a text that is empty, has several lines or holds {{: the file could not be edited
// again.
func (o Object) oneWord(field, what, text string) error {
	if text == "" || !yamltext.OneLine(text) || isTemplate([]byte(text)) {
		return o.refuse(ErrValue, field, "%s must be text of one line, without {{: %q", what, text)
	}
	return nil
}
