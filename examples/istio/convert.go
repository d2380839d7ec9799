package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/routing"
	"github.com/swimlane-go/swimlane/routing/istiolanes"
	"github.com/swimlane-go/swimlane/validate"
)

// convert returns, as YAML, the objects that make the lanes of a set on Istio without ASM. With
// all, it returns the other objects of the set too. Objects that routes refer to come before the
// routes.
func convert(set manifest.Set, all bool) ([]byte, error) {
	index := mesh.New(set, "")
	if err := concerning(index, validate.Check(set)).Err(); err != nil {
		return nil, fmt.Errorf("the input has errors:\n%w", err)
	}
	if len(index.Groups) == 0 {
		return nil, errors.New("the input must hold an ASMSwimLaneGroup: found none")
	}
	var subsets, routes []manifest.Object
	var errs []error
	add := func(to *[]manifest.Object, value runtime.Object) {
		o, err := manifest.NewObject(value, "")
		if taken, found := set.Get(o.Ref); found {
			err = fmt.Errorf("%s must be called otherwise: what the lanes become is called so",
				position.Of(taken.File, taken.Line, o.Ref))
		}
		*to, errs = append(*to, o), append(errs, err)
	}
	for _, g := range index.Groups {
		built, err := build(index, g)
		errs = append(errs, err, claimed(index, g))
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

// build makes the objects of one lane group. Of rules for the same requests the first one counts:
// the lanes are in the order in which Istio looks at objects.
func build(index *mesh.Mesh, g *mesh.Group) (istiolanes.Objects, error) {
	b := istiolanes.Builder{Group: g.Object.LaneGroup()}
	for _, o := range g.Lanes {
		b.Lanes = append(b.Lanes, o.Lane())
	}
	for _, host := range index.Hosts {
		s := index.Services[host].Object.Service().DeepCopy()
		s.Namespace = index.Services[host].Object.Ref.Namespace // the file may omit it
		b.Services = append(b.Services, s)
	}
	for _, w := range index.Workloads {
		b.Workloads = append(b.Workloads,
			istiolanes.Workload{Namespace: index.Set.NamespaceOf(w.Object),
				PodSet: lanes.PodSet{Labels: w.Labels, Owner: w.Object.Ref.String()}})
	}
	if err := located(b.Validate(), g.Object, g.Lanes); err != nil {
		return istiolanes.Objects{}, err
	}
	return b.Build()
}

// located adds the position in the input to each fault.
func located(faults field.ErrorList, group manifest.Object, members []manifest.Object) error {
	var errs []error
	for _, fault := range faults {
		o, lane := group, 0
		root, path, _ := strings.Cut(fault.Field, ".")
		if n, _ := fmt.Sscanf(root, "lanes[%d]", &lane); n == 1 {
			o = members[lane]
		}
		errs = append(errs, fmt.Errorf("%s %s: %s", position.Of(o.File, o.LineOf(path), o.Ref), path,
			fault.ErrorBody()))
	}
	return errors.Join(errs...)
}

// concerning drops the findings in VirtualServices that send nothing to the services of the groups.
// Their owners deal with these.
func concerning(index *mesh.Mesh, findings validate.Findings) validate.Findings {
	ours := map[manifest.Ref]bool{}
	for _, vs := range index.VirtualServices {
		for _, r := range vs.Rules {
			for _, d := range r.Route.GetRoute() {
				if s := index.Services[index.Domain.Full(d.GetDestination().GetHost(), r.Namespace)]; s != nil &&
					s.Group != nil {
					ours[vs.Ref], ours[r.Object.Ref] = true, true
				}
			}
		}
	}
	return slices.DeleteFunc(findings, func(f validate.Finding) bool {
		return f.Object.Kind == "VirtualService" && !ours[f.Object]
	})
}

// claimed returns an error for each VirtualService that already routes calls to a service of a
// group. For a sidecar Istio uses one of two VirtualServices, and does not merge them.
func claimed(index *mesh.Mesh, g *mesh.Group) error {
	var errs []error
	for _, vs := range index.VirtualServices {
		for _, host := range g.Hosts {
			if vs.AtMesh() && slices.ContainsFunc(vs.Hosts, func(h string) bool { return istioname.Covers(h, host) }) {
				errs = append(errs, fmt.Errorf("%s must not route the sidecars' calls to %s: the lanes of group %s do",
					position.Of(vs.Object.File, vs.Object.Line, vs.Ref), host, g.Object.Ref.Name))
			}
		}
	}
	return errors.Join(errs...)
}

// notes says what the services must now do in place of ASM.
func notes(set manifest.Set) []string {
	var out []string
	for _, o := range set.Kind(lanes.KindLaneGroup) {
		if config := o.LaneGroup().Permissive(); config != nil && config.TraceHeader != config.RouteHeader {
			out = append(out, fmt.Sprintf("the services of group %s must pass on the header %s themselves: without "+
				"ASM, nothing derives it from %s", o.Ref.Name, config.RouteHeader, config.TraceHeader))
		}
	}
	return out
}

// rest returns the objects of the set that are not ASM's, with the VirtualServices apart.
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
