package gitops

import (
	"errors"
	"fmt"
	"slices"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/routing"
)

// checkFallbacks returns release.ErrFallback for every retiring lane that a group falls back
// to. It comes before anything is taken out of the routes.
func (t Tree) checkFallbacks(retiring []string) error {
	var errs []error
	for _, name := range t.live.Groups() {
		group, _ := t.Set.Get(release.LaneGroupRef(name))
		if err := release.CheckFallbacks(group.LaneGroup().Permissive(), retiring); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", where(group), err))
		}
	}
	return errors.Join(errs...)
}

// checkPinned returns an error for every other route that names a retiring lane by the route
// header: its requests would be for a lane that does not exist. A route that names the lane by
// its subset is found as every missing subset is.
func (t Tree) checkPinned(retiring []string) error {
	if t.live.RouteHeader() == "" {
		return nil
	}
	goes := map[manifest.Ref]map[int]bool{} // lane routes, which go with the lanes
	for _, lane := range retiring {
		for _, r := range t.live.LaneRoutes(lane) {
			if goes[r.Object.Ref] == nil {
				goes[r.Object.Ref] = map[int]bool{}
			}
			goes[r.Object.Ref][r.HTTP] = r.All
		}
	}
	ours := map[manifest.Ref]release.EntryRoute{}
	for _, r := range t.Config.Routes {
		ours[r.Ref()] = r
	}
	var errs []error
	for _, o := range t.Set.Kind("VirtualService") {
		if o.VirtualService() == nil {
			continue
		}
		own := -1
		if r, is := ours[o.Ref]; is {
			_, own, _ = routing.FindRoute(o.VirtualService(), r.Route)
		}
		for i, route := range o.VirtualService().GetHttp() {
			if goes[o.Ref][i] {
				continue
			}
			pinned, _ := istioname.Header(route.GetHeaders().GetRequest().GetSet(), t.live.RouteHeader())
			named := []string{pinned}
			for _, d := range route.GetRoute() {
				if i != own {
					named = append(named, routing.LaneOf(d, t.live.RouteHeader()))
				}
			}
			for _, lane := range retiring {
				if slices.Contains(named, lane) {
					at := fmt.Sprintf("spec.http[%d]", i)
					errs = append(errs, fmt.Errorf("%s: %s must not name lane %s, which goes: take it out first",
						position.Of(o.File, o.LineOf(at), o.Ref), at, lane))
				}
			}
		}
	}
	return errors.Join(errs...)
}
