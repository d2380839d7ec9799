package release

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// adopting is an adoption with all that was found out, and the errors.
type adopting struct {
	Adoption
	mesh        *mesh.Mesh
	services    []*mesh.Service
	hosts       map[string]bool   // of the services
	deployments []manifest.Object // of the services, each once
	label       string            // the key that the lane selects by
	routes      []plainRoute
	gateway     string // "namespace/name"
	errs        []error
}

func newAdopting(a Adoption, set manifest.Set) *adopting {
	r := &adopting{Adoption: a, mesh: mesh.New(set, ""), hosts: map[string]bool{}}
	r.readVersion()
	if len(r.errs) > 0 {
		return r
	}
	r.readServices()
	r.readRoutes()
	r.Lane = cmp.Or(r.Lane, r.Version)
	if r.Group == "" && len(r.routes) > 0 {
		r.Group = r.routes[0].object.Ref.Name
		if g := r.routes[0].service.Group; g != nil {
			r.Group = g.Object.Ref.Name
		}
	}
	r.readLabel()
	if len(r.errs) == 0 { // otherwise the group would lack the Services with faults
		r.readGroup()
	}
	scalers := mesh.Scalers(set)
	for _, o := range r.deployments {
		if r.exact(o) {
			continue
		}
		for _, s := range scalers[o.Ref] {
			r.fault(o, "spec.selector",
				"must name the version, or have no autoscaler: another Deployment must replace it, and %s scales "+
					"this one", where(s))
		}
		claimed := func(v corev1.Volume) bool { return v.PersistentVolumeClaim != nil }
		if slices.ContainsFunc(o.Deployment().Spec.Template.Spec.Volumes, claimed) {
			r.fault(o, "spec.selector",
				"must name the version, or have no volume claim: another Deployment must replace it, and both would "+
					"use the volume; or leave its Service out of the lane")
		}
		if next, taken := set.Get(r.standIn(o)); taken && (next.Deployment() == nil || !r.exact(next)) {
			r.fault(o, "spec.selector",
				"must name the version: it would select the pods of the next version too, and %s, the name of its "+
					"replacement, is taken", where(next))
		}
	}
	return r
}

// fault adds an error about a field of an object.
func (r *adopting) fault(o manifest.Object, field, format string, args ...any) {
	r.errs = append(r.errs, &AdoptionError{Object: o.Ref, File: o.File, Line: o.LineOf(field),
		Detail: fmt.Sprintf(format, args...)})
}

// missing adds an error about an object that does not exist.
func (r *adopting) missing(format string, args ...any) {
	r.errs = append(r.errs, &AdoptionError{Detail: fmt.Sprintf(format, args...)})
}

// candidates returns the Services that the lane may hold.
func (r *adopting) candidates() []*mesh.Service {
	var out []*mesh.Service
	for _, ref := range r.Services {
		host := r.mesh.Domain.Service(ref.Name, cmp.Or(ref.Namespace, r.mesh.Set.Namespace("")))
		if s := r.mesh.Services[host]; s != nil {
			out = append(out, s)
		}
	}
	if len(r.Services) > 0 {
		return out
	}
	for _, host := range r.mesh.Hosts {
		out = append(out, r.mesh.Services[host])
	}
	return out
}

func (r *adopting) readVersion() {
	if r.Version != "" {
		if problems := validation.IsValidLabelValue(r.Version); len(problems) > 0 {
			r.missing("the version must be the value of a label, not %.80q", r.Version)
		}
		return
	}
	var found []string
	for _, s := range r.candidates() {
		for _, w := range s.Pods {
			if w.Object.Deployment() != nil {
				found = append(found, lanes.VersionOf(w.Labels))
			}
		}
	}
	slices.Sort(found)
	found = slices.DeleteFunc(slices.Compact(found), func(v string) bool { return v == "" })
	switch len(found) {
	case 1:
		r.Version = found[0]
	case 0:
		r.missing("there must be a Service with pods of a Deployment with the label %s or %s; or name the version "+
			"that runs",
			lanes.LabelVersion, lanes.LabelTrafficTag)
	default:
		r.missing("the pods behind the Services must be of one version, or the one to get a lane must be named: "+
			"there are %s", strings.Join(found, ", "))
	}
}

// readServices finds the Services of the lane and the Deployments behind them.
func (r *adopting) readServices() {
	for _, ref := range r.Services {
		host := r.mesh.Domain.Service(ref.Name, cmp.Or(ref.Namespace, r.mesh.Set.Namespace("")))
		if r.mesh.Services[host] == nil {
			r.missing("Service %s/%s must be there: it is to be in the lane",
				cmp.Or(ref.Namespace, r.mesh.Set.Namespace("")), ref.Name)
		}
	}
	seen := map[manifest.Ref]bool{}
	for _, s := range r.candidates() {
		ours := slices.ContainsFunc(s.Pods,
			func(w *mesh.Workload) bool { return w.Object.Deployment() != nil && r.runs(w.Object) })
		if !ours && len(r.Services) == 0 {
			continue
		}
		if !ours {
			r.fault(s.Object, "spec.selector", "must select the pods of a Deployment of version %s: it selects none",
				r.Version)
		}
		r.services, r.hosts[s.Host] = append(r.services, s), true
		for _, key := range []string{lanes.LabelVersion, lanes.LabelTrafficTag} {
			if value, names := s.Spec.Selector[key]; names {
				r.fault(s.Object, "spec.selector["+key+"]",
					"must select the pods of all versions: its selector has %s=%s", key, value)
			}
		}
		for _, w := range s.Pods {
			switch o := w.Object; {
			case o.Deployment() == nil:
				r.fault(o, "", "must be a Deployment: %s selects its pods, and only Deployments are led to a lane",
					where(s.Object))
			case !r.runs(o):
				r.fault(o, "spec.template.metadata.labels",
					"must be of version %s, not %s: %s selects its pods, and they would lose their requests",
					r.Version, lanes.VersionOf(w.Labels), where(s.Object))
			case !seen[o.Ref]:
				seen[o.Ref] = true
				r.deployments = append(r.deployments, o)
			}
		}
	}
}

// runs reports whether a Deployment is of the version. One without a version is.
func (r *adopting) runs(o manifest.Object) bool {
	version := lanes.VersionOf(o.PodLabels())
	return version == "" || version == r.Version
}

// exact reports whether a Deployment selects its own version. A copy of it for another version
// then selects other pods.
func (r *adopting) exact(o manifest.Object) bool {
	selector := o.Deployment().Spec.Selector
	return selector != nil && lanes.VersionOf(selector.MatchLabels) == r.Version
}

// readLabel chooses the label that the lane selects by. It keeps the traffic tag of an existing
// lane. Otherwise it is the first label with the version on the pods of all Deployments that
// stay, or LabelVersion if there is none.
func (r *adopting) readLabel() {
	if o, _ := r.mesh.Set.Get(LaneRef(r.Lane)); o.Lane() != nil &&
		o.Lane().Spec.LabelSelector[lanes.LabelTrafficTag] != "" &&
		o.Lane().Spec.LabelSelector[lanes.LabelVersion] == "" {
		r.label = lanes.LabelTrafficTag
		return
	}
	for _, r.label = range []string{lanes.LabelVersion, lanes.LabelTrafficTag} {
		lacks := func(o manifest.Object) bool { return r.exact(o) && o.PodLabels()[r.label] != r.Version }
		if !slices.ContainsFunc(r.deployments, lacks) {
			return
		}
	}
	r.label = lanes.LabelVersion
}

// readGroup checks the group and the lane if they exist, and else whether they can be built.
func (r *adopting) readGroup() {
	group, found := r.mesh.Set.Get(LaneGroupRef(r.Group))
	if g := r.mesh.Group(r.Group); found && g != nil {
		for _, s := range r.services {
			if !g.Lists(s.Host) {
				r.fault(group, "spec.services", "must list the Service %s/%s", s.Object.Ref.Namespace,
					s.Object.Ref.Name)
			}
		}
		if at := gatewayOfGroup(group.LaneGroup()); at != r.gateway {
			r.fault(group, "spec.ingress.gateway", "must name the gateway of the routes, %s, not %q", r.gateway, at)
		}
	} else if _, err := r.laneGroup().Build(); err != nil {
		r.errs = append(r.errs, err)
	}
	for _, s := range r.services {
		if s.Group != nil && s.Group.Object.Ref.Name != r.Group {
			r.fault(s.Group.Object, "spec.services",
				"must not list the Service %s/%s: it is to be in the lane group %s", s.Object.Ref.Namespace,
				s.Object.Ref.Name, r.Group)
		}
	}
	lane, found := r.mesh.Set.Get(LaneRef(r.Lane))
	switch {
	case !found:
		if _, err := r.lane().Build(); err != nil {
			r.errs = append(r.errs, err)
		}
	case lane.Lane() == nil || lane.Lane().GroupName() != r.Group ||
		!labelindex.Covers(map[string]string{lanes.LabelVersion: r.Version, lanes.LabelTrafficTag: r.Version},
			lane.Lane().Spec.LabelSelector):
		r.fault(lane, "spec",
			"must be of the lane group %s and select version %s: lanes are cluster-scoped, so name another lane",
			r.Group, r.Version)
	}
}

func gatewayOfGroup(group *lanes.ASMSwimLaneGroup) string {
	if group == nil || group.Spec.Ingress == nil || group.Spec.Ingress.Gateway == nil {
		return ""
	}
	g := group.Spec.Ingress.Gateway
	return cmp.Or(g.Namespace, lanes.DefaultNamespace) + "/" + g.Name
}
