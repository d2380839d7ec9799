package release

import (
	"fmt"
	"maps"
	"slices"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// LaneRoute is a route between services that keeps the calls of a lane in the lane, on Istio
// without ASM. Its matches ask for the version of the source, or for the route header.
type LaneRoute struct {
	// Object is the VirtualService, and HTTP the route's position in it.
	Object manifest.Object
	HTTP   int
	// Service is the called service.
	Service ServiceName
	// Lane is the lane of the calls.
	Lane string
	// Matches are the positions of the matches for the lane. All says that there is no other
	// match.
	Matches []int
	All     bool
}

// Path returns the path of the route in its object.
func (r LaneRoute) Path() string { return fmt.Sprintf("spec.http[%d]", r.HTTP) }

// Route returns the route.
func (r LaneRoute) Route() *networking.HTTPRoute { return r.Object.VirtualService().GetHttp()[r.HTTP] }

// LaneRoutes returns the routes that keep the calls of a lane in the lane, in the order of the
// set. It returns none if lanes are ASM's.
func (l Live) LaneRoutes(lane string) []LaneRoute {
	if l.plain == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(l.plain.routes), func(r LaneRoute) bool { return r.Lane != lane })
}

// readLaneRoutes returns the lane routes of all lanes of a plan.
func (l Live) readLaneRoutes(planned rollout.Weights) []LaneRoute {
	header, versions := l.routeHeader(), l.versionsOf(planned)
	entry := map[string]string{}
	for _, s := range l.entryServices() {
		maps.Copy(entry, versions[s])
	}
	var out []LaneRoute
	for _, o := range l.Set.Kind("VirtualService") {
		vs := o.VirtualService()
		if vs == nil || len(vs.GetGateways()) > 0 && !slices.Contains(vs.GetGateways(), istioname.Mesh) {
			continue
		}
		for _, host := range vs.GetHosts() {
			service, is := serviceOf(host, o.Ref.Namespace)
			if !is {
				continue
			}
			lanesOf := versions[service]
			if len(lanesOf) == 0 { // other lanes serve it
				lanesOf = entry
			}
			for i, route := range vs.GetHttp() {
				at := map[string]int{} // positions in out by lane
				for j, match := range route.GetMatch() {
					lane := laneOfMatch(match, header, lanesOf)
					if _, is := planned.Percent(lane); !is || len(route.GetRoute()) == 0 {
						continue
					}
					if _, found := at[lane]; !found {
						at[lane] = len(out)
						out = append(out, LaneRoute{Object: o, HTTP: i, Service: service, Lane: lane})
					}
					r := &out[at[lane]]
					r.Matches = append(r.Matches, j)
					r.All = len(r.Matches) == len(route.GetMatch())
				}
			}
		}
	}
	return out
}

// versionsOf returns the planned lanes of every service that has subsets of their names, by the
// version of the pods in the subset.
func (l Live) versionsOf(planned rollout.Weights) map[ServiceName]map[string]string {
	out := map[ServiceName]map[string]string{}
	for _, o := range l.Set.Kind("DestinationRule") {
		service, is := serviceOf(o.DestinationRule().GetHost(), o.Ref.Namespace)
		for _, s := range o.DestinationRule().GetSubsets() {
			version := lanes.VersionOf(s.GetLabels())
			if _, named := planned.Percent(s.GetName()); !is || !named || version == "" || out[service][version] != "" {
				continue
			}
			if out[service] == nil {
				out[service] = map[string]string{}
			}
			out[service][version] = s.GetName()
		}
	}
	return out
}

// laneOfMatch returns the lane that a match takes calls of; empty for a match that asks for no
// lane.
func laneOfMatch(match *networking.HTTPMatchRequest, header string, lanesOf map[string]string) string {
	if header != "" {
		if want, asked := istioname.Header(match.GetHeaders(), header); asked {
			return want.GetExact()
		}
	}
	return lanesOf[lanes.VersionOf(match.GetSourceLabels())]
}
