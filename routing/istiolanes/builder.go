package istiolanes

import (
	"cmp"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/lanes"
)

// Builder builds the objects that run the lanes of a group on Istio without ASM.
type Builder struct {
	// Group is the lane group.
	Group *lanes.ASMSwimLaneGroup
	// Lanes are the lanes of the group, at least one. Subsets and routes have their
	// order. No pod may be in two of them.
	Lanes []*lanes.ASMSwimLane
	// Services are Kubernetes Services, including those of the group.
	Services []*corev1.Service
	// Workloads are the workloads with the pods of the lanes. Those that no Service of
	// the group selects are ignored.
	Workloads []Workload
}

// Workload runs pods: see [WorkloadOf].
type Workload struct {
	// Namespace of the pods. Empty means "default".
	Namespace string
	lanes.PodSet
}

// WorkloadOf returns the Workload of a Deployment.
func WorkloadOf(d *appsv1.Deployment) Workload {
	namespace := cmp.Or(d.Namespace, lanes.DefaultNamespace)
	return Workload{namespace, lanes.PodSet{Labels: d.Spec.Template.Labels, Owner: "Deployment " + namespace + "/" +
		d.Name}}
}

// Objects run the lanes of a group on Istio without ASM.
type Objects struct {
	// DestinationRules, one per service, in the order of the group: named
	// GROUP.SERVICE, in the service's namespace.
	DestinationRules []*networkingv1.DestinationRule
	// VirtualServices are those for the sidecars, one per service, with the name and
	// namespace of its DestinationRule; then those at the gateway, in the gateway's
	// namespace. The first of the latter has the name GROUP. Rules for different hosts
	// need several, and the others have the name GROUP.NUMBER, by their hosts.
	VirtualServices []*networkingv1.VirtualService
}

// Validate returns every fault, with paths such as group.spec.services[1] and
// lanes[0].spec.labelSelector: the [lanes.Group.Problems] of the group and the lanes, and
// patches that do not fit Istio's objects.
func (b Builder) Validate() field.ErrorList { return newConversion(b).errs }

// Build returns new objects, or an error that holds every fault.
func (b Builder) Build() (Objects, error) {
	c := newConversion(b)
	if err := fielderr.Join("lanes of group "+c.name(), c.errs); err != nil {
		return Objects{}, err
	}
	return c.build()
}

// conversion is the reading of a Builder's input, with its faults.
type conversion struct {
	Builder
	facts   lanes.Group
	patches map[string]patches // by host
	errs    field.ErrorList
}

func newConversion(b Builder) *conversion {
	c := &conversion{Builder: b}
	if b.Group == nil {
		c.fault(field.Required(field.NewPath("group"), "must be set"))
	}
	for i, lane := range b.Lanes {
		if lane == nil {
			c.fault(field.Required(field.NewPath("lanes").Index(i), "must be set"))
		}
	}
	c.facts = lanes.ReadGroup(b.Group, b.Lanes, c.behind())
	for _, p := range c.facts.Problems() {
		at := field.NewPath("group")
		if p.Lane >= 0 {
			at = field.NewPath("lanes").Index(p.Lane)
		}
		p.Err.Field = at.String() + "." + p.Err.Field
		c.fault(p.Err)
	}
	if b.Group != nil {
		c.readPatches()
	}
	return c
}

// name returns the name of the group; empty when there is none.
func (c *conversion) name() string {
	if c.Group == nil {
		return ""
	}
	return c.Group.Name
}

func (c *conversion) fault(err *field.Error) { c.errs = append(c.errs, err) }

// behind returns the function that returns the backing of a service of the group.
func (c *conversion) behind() func(lanes.ServiceRef) lanes.Backing {
	services := make(map[string]*corev1.Service, len(c.Services))
	for i, s := range c.Services {
		at := field.NewPath("services").Index(i)
		if s == nil {
			c.fault(field.Required(at, "must be set"))
			continue
		}
		host := lanes.Host(s.Name, s.Namespace)
		if services[host] != nil {
			c.fault(field.Duplicate(at, host))
		}
		services[host] = s
	}
	var pods labelindex.Bearers[lanes.PodSet]
	for _, w := range c.Workloads {
		pods.Add(cmp.Or(w.Namespace, lanes.DefaultNamespace), w.Labels, w.PodSet)
	}
	return func(ref lanes.ServiceRef) lanes.Backing {
		s := services[lanes.Host(ref.Name, ref.Namespace)]
		if s == nil {
			return lanes.Backing{}
		}
		out := lanes.Backing{Found: true,
			Pods: pods.Selected(cmp.Or(ref.Namespace, lanes.DefaultNamespace), s.Spec.Selector)}
		for _, port := range s.Spec.Ports {
			out.Ports = append(out.Ports, port.Port)
		}
		return out
	}
}
