package validate

import (
	"fmt"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/manifest"
)

// sender is a sender of requests along a route, with the port of its requests; 0 when
// that is unknown.
type sender struct {
	mesh.Caller
	port uint32
}

// sendersOf appends the senders of requests along the routes of a VirtualService: the
// gateways that it names, and the pods with calls that were found. Without such pods it
// takes a pod of the VirtualService's namespace.
func (c *checker) sendersOf(out []sender, o *manifest.Object) []sender {
	out = append(out, c.senders[o.Ref]...)
	for _, vs := range c.Roots(o.Ref) {
		for _, ref := range vs.Gateways {
			out = c.gatewaySenders(out, ref, vs)
		}
	}
	if len(out) == 0 {
		return c.neighbours(o)
	}
	return out
}

// neighbours returns the senders to assume when none is known: the pods of an object's
// namespace, or of the only namespaces that see the routes.
func (c *checker) neighbours(o *manifest.Object) []sender {
	from := []string{o.Ref.Namespace}
	if roots := c.Roots(o.Ref); len(roots) > 0 && !roots[0].VisibleTo(o.Ref.Namespace) {
		from = roots[0].ExportedTo()
	}
	out := make([]sender, len(from))
	for i, namespace := range from {
		out[i] = sender{Caller: mesh.Caller{Namespace: namespace, Gateway: istioname.Mesh}}
	}
	return out
}

// byRoute returns, for each HTTP route of a VirtualService, the senders that it exists
// for. Without such a sender it takes a pod of the VirtualService's namespace. It returns nil
// if all senders have all routes.
func (c *checker) byRoute(o *manifest.Object, all []sender) [][]sender {
	if !slices.ContainsFunc(c.Roots(o.Ref), (*mesh.VirtualService).Selective) {
		return nil
	}
	out := make([][]sender, len(o.VirtualService().Http))
	for _, vs := range c.Roots(o.Ref) {
		for _, f := range all {
			last := -1
			for _, r := range vs.RulesFor(f.Caller, f.port) {
				// the first of two objects of one name counts
				if r.Object.Ref == o.Ref && r.HTTP != last && r.HTTP < len(out) {
					last = r.HTTP
					out[last] = append(out[last], f)
				}
			}
		}
	}
	for i := range out {
		if len(out[i]) == 0 {
			out[i] = c.neighbours(o)
		}
	}
	return out
}

// gatewaySenders appends the pods of a Gateway, for each of its ports that serves a
// VirtualService. A Gateway outside the set is assumed to be in the namespace that it
// names.
func (c *checker) gatewaySenders(out []sender, ref string, vs *mesh.VirtualService) []sender {
	if ref == istioname.Mesh {
		return out
	}
	g := c.Gateway(ref)
	if g == nil {
		namespace, _, _ := strings.Cut(ref, "/")
		return append(out, sender{Caller: mesh.Caller{Namespace: namespace, Gateway: ref}})
	}
	before := len(out)
	for _, s := range g.Servers {
		if !s.ToHTTPS && s.Serves(vs.Ref.Namespace, vs.Hosts...) {
			out = append(out, sender{g.Caller(), s.Port})
		}
	}
	if len(out) == before {
		out = append(out, sender{Caller: g.Caller()})
	}
	return out
}

// destination checks that a destination exists for all of its senders, and that it has
// pods if it gets requests.
func (c *checker) destination(o *manifest.Object, path *fieldpath.Path, to *networking.Destination, from []sender,
	served bool, matches []*networking.HTTPMatchRequest) {
	if to.GetHost() == "" {
		return // it is reported elsewhere
	}
	host := c.Domain.Full(to.GetHost(), o.Ref.Namespace)
	s := c.Services[host]
	for _, f := range from {
		if s == nil && !c.External(host, f.Namespace) && !c.serviceElsewhere(host) {
			c.report(HostNotFound, o, path.Child("host"), fmt.Sprintf("must be the host of a Service: %s", host))
			return
		}
		if s != nil && !s.VisibleTo(f.Namespace) {
			c.report(HostNotFound, o, path.Child("host"),
				fmt.Sprintf("must be the host of a Service that namespace %s sees: %s is exported to others",
					f.Namespace, s.Object.Ref))
			return
		}
	}
	if s != nil {
		c.port(o, path, s, to, from)
	}
	if s != nil && s.Group == nil && s.Headless() && to.GetSubset() != "" &&
		slices.ContainsFunc(from, func(f sender) bool { return f.Gateway == istioname.Mesh }) {
		c.report(HeadlessSubset, o, path.Child("subset"),
			fmt.Sprintf("must not be set for sidecars: %s is headless", s.Object.Ref))
	}
	if name := to.GetSubset(); !strings.HasPrefix(name, "$") { // ASM chooses such a name at run time
		c.subset(o, path, s, host, name, from, served, matches)
	}
}

// subset checks that a subset of a host exists for all of its senders.
func (c *checker) subset(o *manifest.Object, path *fieldpath.Path, s *mesh.Service, host, name string, from []sender,
	served bool, matches []*networking.HTTPMatchRequest) {
	var pods []*mesh.Workload
	if s != nil {
		pods = s.Pods
	}
	for _, f := range from {
		if name == "" {
			break
		}
		caller := f.Caller
		if s != nil && s.Waypoint != nil && caller.Gateway == istioname.Mesh {
			caller = *s.Waypoint
		}
		var found bool
		// rules of services elsewhere are unknown
		if pods, found = c.Subset(caller, host, name); !found && !c.serviceElsewhere(host) {
			c.report(SubsetNotFound, o, path.Child("subset"),
				fmt.Sprintf("must be a lane or a subset of host %s for requests from namespace %s: %s", host,
					caller.Namespace, name))
			return
		}
	}
	if s == nil || !served || len(s.Spec.Selector) == 0 || replicas(pods) > 0 {
		return
	}
	what := s.Object.Ref.String()
	if name != "" {
		what = "subset " + name + " of " + what
	}
	if !c.asked(o, matches) {
		c.reportAs(Warning, NoPods, o, path.String(), "must have pods before requests match: "+
			what+" has none")
		return
	}
	c.report(NoPods, o, path, "must have pods: "+what+" gets requests, and has none")
}

// replicas returns how many pods workloads run.
func replicas(workloads []*mesh.Workload) int64 {
	var sum int64
	for _, w := range workloads {
		sum += w.Replicas
	}
	return sum
}

// port checks that the Service has the port of a destination. For a destination without a
// port it checks the ports of the requests.
func (c *checker) port(o *manifest.Object, path *fieldpath.Path, s *mesh.Service, to *networking.Destination,
	from []sender) {
	if number := to.GetPort().GetNumber(); number != 0 {
		if !s.HasPort(number) {
			c.report(DestinationPort, o, path.Child("port.number"),
				fmt.Sprintf("must be a port of %s: %d", s.Object.Ref, number))
		}
		return
	}
	for _, f := range from {
		if f.port != 0 && !s.HasPort(s.PortOf(f.port)) {
			c.report(DestinationPort, o, path,
				fmt.Sprintf("must name a port of %s: it has several, but not the port of the request, %d",
					s.Object.Ref, f.port))
			return
		}
	}
	if len(s.Spec.Ports) > 1 {
		severity := Info
		if slices.ContainsFunc(from, func(f sender) bool { return f.Gateway != istioname.Mesh }) {
			severity = Warning
		}
		c.reportAs(severity, PortNotNamed, o, path.String(),
			fmt.Sprintf("must name a port of %s: it has several, and the port of the request is used",
				s.Object.Ref))
	}
}
