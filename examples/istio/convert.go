package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/routing"
	"github.com/swimlane-go/swimlane/routing/istiolanes"
	"github.com/swimlane-go/swimlane/validate"
)

// convert returns what makes the lanes of a set on Istio without ASM, as YAML;
// with all, everything else of the set too, in an order in which what is referred
// to comes before the routes.
func convert(set manifest.Set, all bool) ([]byte, error) {
	if err := concerning(set, validate.Check(set)).Err(); err != nil {
		return nil, fmt.Errorf("the input has errors:\n%w", err)
	}
	index := mesh.New(set, "")
	if len(index.Groups) == 0 {
		return nil, errors.New("the input must hold an ASMSwimLaneGroup: there is none")
	}
	var subsets, routes []manifest.Object
	var errs []error
	add := func(to *[]manifest.Object, value runtime.Object) {
		o, err := manifest.NewObject(value, "")
		if taken, found := set.Get(o.Ref); found {
			err = fmt.Errorf("%s:%d: %s must be called otherwise: what the lanes become is called so", taken.File, taken.Line, o.Ref)
		}
		*to, errs = append(*to, o), append(errs, err)
	}
	for _, g := range index.Groups {
		built, err := build(index, g)
		errs = append(errs, err, claimed(set, g.Object))
		for _, dr := range built.DestinationRules {
			add(&subsets, routing.DestinationRuleV1Beta1(dr))
		}
		for _, vs := range built.VirtualServices {
			add(&routes, routing.V1Beta1(vs))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	made := slices.Concat(subsets, routes)
	if all {
		kept, entries := rest(set)
		made = slices.Concat(kept, subsets, routes, entries)
	}
	return manifest.NewSet(made...).YAML()
}

// build makes the objects of one lane group. Of rules for the same requests the
// first is taken: the lanes are in the order in which Istio looks at objects.
func build(index *mesh.Mesh, g *mesh.Group) (istiolanes.Objects, error) {
	b := istiolanes.Builder{Group: g.Object.LaneGroup()}
	for _, o := range g.Lanes {
		b.Lanes = append(b.Lanes, o.Lane())
	}
	for _, host := range index.Hosts {
		b.Services = append(b.Services, index.Services[host].Object.Service())
	}
	for _, w := range index.Workloads {
		b.Workloads = append(b.Workloads, istiolanes.Workload{Namespace: w.Object.Ref.Namespace, PodSet: lanes.PodSet{Labels: w.Labels, Owner: w.Object.Ref.String()}})
	}
	if err := located(b.Validate(), g.Object, g.Lanes); err != nil {
		return istiolanes.Objects{}, err
	}
	return b.Build()
}

// located says where in the input each fault stands.
func located(faults field.ErrorList, group manifest.Object, members []manifest.Object) error {
	var errs []error
	for _, fault := range faults {
		o, lane := group, 0
		root, path, _ := strings.Cut(fault.Field, ".")
		if n, _ := fmt.Sscanf(root, "lanes[%d]", &lane); n == 1 {
			o = members[lane]
		}
		errs = append(errs, fmt.Errorf("%s:%d: %s %s: %s", o.File, o.LineOf(path), o.Ref, path, fault.ErrorBody()))
	}
	return errors.Join(errs...)
}

// hostsOf returns the hosts of the services of groups.
func hostsOf(groups ...manifest.Object) map[string]bool {
	out := map[string]bool{}
	for _, group := range groups {
		if g := group.LaneGroup(); g != nil {
			for _, ref := range g.Spec.Services {
				out[lanes.Host(ref.Name, ref.Namespace)] = true
			}
		}
	}
	return out
}

// concerning leaves out what is found in VirtualServices that send nothing to the
// services of the groups: it is their owners' matter.
func concerning(set manifest.Set, findings validate.Findings) validate.Findings {
	services := hostsOf(set.Kind(lanes.KindLaneGroup)...)
	return slices.DeleteFunc(findings, func(f validate.Finding) bool {
		o, _ := set.Get(f.Object)
		return o.VirtualService() != nil && !sendsTo(o, services)
	})
}

// sendsTo reports whether a VirtualService has a destination among hosts.
func sendsTo(o manifest.Object, hosts map[string]bool) bool {
	for _, r := range o.VirtualService().Http {
		for _, d := range r.GetRoute() {
			if host := d.GetDestination().GetHost(); hosts[host] || hosts[lanes.Host(host, o.Ref.Namespace)] {
				return true
			}
		}
	}
	return false
}

// claimed finds VirtualServices that route calls to the services of a group
// already: Istio takes one of two for a sidecar, and does not merge them.
func claimed(set manifest.Set, group manifest.Object) error {
	services := hostsOf(group)
	var errs []error
	for _, o := range set.Kind("VirtualService") {
		vs := o.VirtualService()
		if vs == nil || len(vs.Gateways) > 0 && !slices.Contains(vs.Gateways, "mesh") {
			continue
		}
		for _, host := range vs.Hosts {
			if services[host] || services[lanes.Host(host, o.Ref.Namespace)] {
				errs = append(errs, fmt.Errorf("%s:%d: %s must not route the sidecars' calls to %s: the lanes of group %s do", o.File, o.Line, o.Ref, host, group.Ref.Name))
			}
		}
	}
	return errors.Join(errs...)
}

// notes says what the services have to do that ASM did for them.
func notes(set manifest.Set) []string {
	var out []string
	for _, o := range set.Kind(lanes.KindLaneGroup) {
		if config := o.LaneGroup().Permissive(); config != nil && config.TraceHeader != config.RouteHeader {
			out = append(out, fmt.Sprintf("the services of group %s must pass on the header %s themselves: without ASM, nothing derives it from %s", o.Ref.Name, config.RouteHeader, config.TraceHeader))
		}
	}
	return out
}

// rest returns everything of the set but ASM's objects; its VirtualServices apart.
func rest(set manifest.Set) (kept, entries []manifest.Object) {
	for _, o := range set.All() {
		switch {
		case o.Ref.Group == lanes.GroupVersion().Group:
		case o.VirtualService() != nil:
			entries = append(entries, o)
		default:
			kept = append(kept, o)
		}
	}
	return kept, entries
}
