package manifest

import (
	"bytes"
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/rollout"
)

// AddDestination adds a lane to a route, after the others and written as the last
// of them is: same host and port. The lane must not be in the route yet.
type AddDestination struct {
	// Object, Route and Header are as in [SetWeights]. With a Header the
	// destination sets it to the lane.
	Object Ref
	Route  string
	Header string
	// Subset is the lane whose pods serve, of a permissive group in which the lane
	// lacks the service. Empty means the lane itself.
	Subset string
	// Weight of the new destination.
	Weight rollout.Weight
}

// RemoveDestination takes a lane out of a route. It must be there, and not be the
// only one.
type RemoveDestination struct {
	// Object, Route and Header are as in [SetWeights].
	Object Ref
	Route  string
	Header string
	// Lane is the lane that the destination names.
	Lane string
}

func (c AddDestination) edit(e *editor) error {
	o, list, err := e.find(routeOf{c.Object, c.Route})
	if err != nil {
		return err
	}
	doc := o.source.doc
	where := fmt.Sprintf("%s at %s:%d", c.Object, o.File, doc.lineOf(list))
	if destination(list, c.Header, c.Weight.Lane) >= 0 {
		return fmt.Errorf("%s: must not have a destination for lane %s already", where, c.Weight.Lane)
	}
	model, last := -1, len(list.Content)-1
	for i, item := range list.Content {
		if isModel(item, c.Header) && (model < 0 || child(item, "weight") != nil || child(list.Content[model], "weight") == nil) {
			model = i // the last one with a weight, of those without any the last
		}
	}
	if model < 0 {
		return fmt.Errorf("%s: must have a destination of a lane with nothing but a host, a weight and the route header, to write the one of %s alike", where, c.Weight.Lane)
	}
	copied, err := doc.copyDestination(list, model, c)
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
// alone, but for the subset, the weight and the route header.
func isModel(item *yaml.Node, header string) bool {
	for i := 0; i+1 < len(item.Content); i += 2 {
		switch item.Content[i].Value {
		case "destination", "weight":
		case "headers":
			request := child(item.Content[i+1], "request")
			if headerOf(item, header) == nil || len(item.Content[i+1].Content)+len(request.Content)+len(child(request, "set").Content) != 2+2+2 {
				return false // there are others
			}
		default:
			return false
		}
	}
	return child(child(item, "destination"), "subset") != nil &&
		(header == "" || headerOf(item, header) != nil)
}

// copyDestination returns the text of destination i for another lane, without
// comments.
func (d *document) copyDestination(list *yaml.Node, i int, c AddDestination) (string, error) {
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
		name  bool
	}{
		{child(child(item, "destination"), "subset"), cmp.Or(c.Subset, c.Weight.Lane), true},
		{child(item, "weight"), strconv.Itoa(c.Weight.Percent), false},
		{headerOf(item, c.Header), c.Weight.Lane, true},
	} {
		if change.node == nil {
			continue // no route header
		}
		s, err := d.scalar(change.node)
		if err != nil {
			return "", err
		}
		switch q := d.text[s.start]; {
		case q == '\'' || q == '"':
			s.start, s.end = s.start+1, s.end-1
		case change.name && ambiguous(change.value): // a lane called 2024
			change.value = `"` + change.value + `"`
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
	block := list.Style&yaml.FlowStyle == 0
	if block && !strings.HasSuffix(copied, "\n") {
		copied += d.eol()
	}
	weight := "weight: " + strconv.Itoa(c.Weight.Percent)
	switch {
	case child(item, "weight") != nil:
	case item.Style&yaml.FlowStyle == 0:
		copied += strings.Repeat(" ", item.Column-1) + weight + d.eol()
	default: // before its closing bracket, which is the last there is
		if d.isJSON() {
			weight = `"weight": ` + strconv.Itoa(c.Weight.Percent)
		}
		end := strings.LastIndexByte(copied, '}')
		inside := strings.TrimRight(copied[:end], " \t")
		copied = inside + ", " + weight + copied[len(inside):]
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
	i := destination(list, c.Header, c.Lane)
	switch {
	case i < 0:
		return fmt.Errorf("%s at %s:%d: must have a destination for lane %s: there are %s", c.Object, o.File, doc.lineOf(list), c.Lane, lanesIn(list, c.Header))
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
