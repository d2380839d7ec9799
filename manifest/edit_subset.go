package manifest

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// SetSubset sets the subset of one destination in a route: that which leads the
// requests of a plain route to a lane.
type SetSubset struct {
	// Object and Route are as in [SetWeights].
	Object Ref
	Route  string
	// Host is the host of the destination as it is written. Empty means any.
	Host string
	// From is the subset that the destination has; empty for one that has none. One
	// destination must fit Host and From.
	From string
	// To is the new subset. No other destination of the host may have it.
	To string
}

func (c SetSubset) edit(e *editor) error {
	o, list, err := e.find(routeOf{c.Object, c.Route})
	if err != nil {
		return err
	}
	doc := o.source.doc
	where := fmt.Sprintf("%s at %s:%d", c.Object, o.File, doc.LineOf(list))
	if err := oneWord("subset", c.To); err != nil {
		return fmt.Errorf("%s: %w", where, err)
	}
	var fit []*yaml.Node
	for _, item := range list.Content {
		to := yamltext.Child(item, "destination")
		if (c.Host == "" || valueOf(to, "host") == c.Host) && valueOf(to, "subset") == c.From {
			fit = append(fit, to)
		}
	}
	if len(fit) != 1 || fit[0] == nil {
		return fmt.Errorf("%s: must have one destination with host %q and subset %q: there are %d", where, c.Host, c.From, len(fit))
	}
	for _, item := range list.Content {
		if to := yamltext.Child(item, "destination"); to != fit[0] && valueOf(to, "host") == valueOf(fit[0], "host") && valueOf(to, "subset") == c.To {
			return fmt.Errorf("%s: must not have subset %s of host %s already", where, c.To, valueOf(to, "host"))
		}
	}
	if c.From == c.To {
		return nil
	}
	var p yamltext.Patch
	if subset := yamltext.Child(fit[0], "subset"); subset != nil {
		p, err = doc.SetString(subset, c.To)
	} else {
		p, err = doc.AddKey(fit[0], "subset", doc.Word(c.To))
	}
	if err != nil {
		return o.at(fit[0], err)
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

// oneWord refuses what cannot stand as a text of one line in a file that can be edited
// again.
func oneWord(what, text string) error {
	if text == "" || !yamltext.OneLine(text) || isTemplate([]byte(text)) {
		return errors.New(what + fmt.Sprintf(" must be text of one line, without {{: %q", text))
	}
	return nil
}
