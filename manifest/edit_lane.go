package manifest

import (
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/jsonpointer"
	"github.com/swimlane-go/swimlane/internal/yamltext"
	"github.com/swimlane-go/swimlane/lanes"
)

// SetIngressWeight sets the weight of a lane: its share of the requests in a lane group with the
// weighted strategy. A lane without a weight gets one.
type SetIngressWeight struct {
	// Object is the ASMSwimLane.
	Object Ref
	// Percent is the weight.
	Percent int
	// Destination is written when the lane has no weight yet.
	Destination lanes.RouteDestination
}

// RemoveIngressWeight removes the weight of a lane. The weight must be there.
type RemoveIngressWeight struct {
	Object Ref
}

// ingressWeight is the field of a lane that holds its weight.
const ingressWeight = "spec.ingressWeight"

// lane returns a lane and the node of its spec.
func (e *editor) lane(ref Ref) (Object, *yaml.Node, error) {
	o, err := e.find(ref)
	if err != nil {
		return o, nil, err
	}
	spec := yamltext.Child(o.source.node(), "spec")
	if o.Lane() == nil || spec == nil || spec.Kind != yaml.MappingNode {
		return o, nil, o.refuse(ErrWrongKind, "", "must be a lane that can be read")
	}
	e.allowed = append(e.allowed, ingressWeight)
	e.groups = append(e.groups, o.Meta().GetLabels()[lanes.LabelLaneGroup])
	nodes := []*yaml.Node{o.source.node(), spec}
	if weight := yamltext.Child(spec, "ingressWeight"); weight != nil {
		nodes = append(nodes, yamltext.Subtree(weight)...)
	}
	return o, spec, o.plain(ingressWeight, nodes...)
}

func (c SetIngressWeight) edit(e *editor) error {
	o, spec, err := e.lane(c.Object)
	if err != nil {
		return err
	}
	doc := o.source.doc
	var p yamltext.Patch
	weight, change := yamltext.Child(spec, "ingressWeight"), true
	switch number := yamltext.Child(weight, "weight"); {
	case weight != nil && weight.Kind != yaml.MappingNode:
		err = &yamltext.Error{Line: doc.LineOf(weight), Message: "spec.ingressWeight must be a mapping"}
	case o.operations() != nil && !isWritten(weight) && !isWritten(number):
		return e.weighLane(o, weight, c)
	case weight == nil:
		var node *yaml.Node
		if node, err = c.node(); err == nil {
			p, err = doc.AddNode(spec, "ingressWeight", node)
		}
	case number == nil:
		p, err = doc.AddKey(weight, "weight", strconv.Itoa(c.Percent))
	default:
		p, change, err = doc.SetNumber(weight, "weight", c.Percent)
	}
	if err != nil {
		return o.at(ingressWeight, spec, err)
	}
	if change {
		e.patch(doc, p)
		e.outdate(doc, yamltext.Child(weight, "weight"), c.Percent)
	}
	return nil
}

// node returns what a lane without ingressWeight gets.
func (c SetIngressWeight) node() (*yaml.Node, error) {
	percent := int32(c.Percent)
	return toNode(lanes.IngressWeight{Destination: &c.Destination, Weight: &percent})
}

// weighLane sets the weight of a lane that is not written in the JSON patch, by an operation. weight
// is the ingressWeight beneath, or nil.
func (e *editor) weighLane(o Object, weight *yaml.Node, c SetIngressWeight) error {
	at := []string{"spec", "ingressWeight"}
	if weight == nil {
		node, err := c.node()
		if err != nil {
			return err
		}
		return e.operate(o, "add", jsonpointer.To(at...), node)
	}
	op, number := "add", yamltext.Child(weight, "weight")
	if number != nil {
		if op = "replace"; number.Value == strconv.Itoa(c.Percent) {
			return nil
		}
	}
	value := &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.Itoa(c.Percent)}
	return e.operate(o, op, jsonpointer.To(append(at, "weight")...), value)
}

func (c RemoveIngressWeight) edit(e *editor) error {
	o, spec, err := e.lane(c.Object)
	if err != nil {
		return err
	}
	if o.operations() != nil && yamltext.Child(spec, "ingressWeight") != nil {
		return e.operate(o, "remove", jsonpointer.To("spec", "ingressWeight"), nil)
	}
	p, err := o.source.doc.RemoveKey(spec, "ingressWeight")
	if err != nil {
		return o.at(ingressWeight, spec, err)
	}
	e.patch(o.source.doc, p)
	return nil
}

// checkLaneWeights returns an error unless the weights of the lanes of a group sum to 100. Lanes
// without a group share no requests.
func checkLaneWeights(set Set, group string) error {
	if group == "" {
		return nil
	}
	sum := int64(0)
	for _, o := range set.Labelled(lanes.KindLane, lanes.LabelLaneGroup, group) {
		if o.Lane() == nil || o.Lane().Spec.IngressWeight == nil || o.Lane().Spec.IngressWeight.Weight == nil {
			continue
		}
		weight := *o.Lane().Spec.IngressWeight.Weight
		if weight < 0 {
			return o.refuse(ErrSum, ingressWeight+".weight", "must not have a negative weight: %d", weight)
		}
		sum += int64(weight)
	}
	if sum != 100 {
		o, _ := set.Get(Ref{Group: lanes.GroupVersion().Group, Kind: lanes.KindLaneGroup, Name: group})
		return o.refuse(ErrSum, "", "lane group %s: must have lanes with weights that sum to 100, not %d", group, sum)
	}
	return nil
}
