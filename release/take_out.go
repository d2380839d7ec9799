package release

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// TakeOut returns the changes that take lanes out of all holders. On Istio without ASM they
// also take them out of the routes that keep calls in lanes. keep reports which lanes of a
// service stay in those routes, because another release uses them. A nil keep keeps none.
func (l Live) TakeOut(names []string, keep func(s ServiceName, lane string) bool) ([]manifest.Change, error) {
	var out []manifest.Change
	for _, h := range l.Holders {
		if h.Err != nil {
			return nil, h.Err
		}
		if l.Config.Values != nil {
			out = append(out, takeOutValues(h, names)...)
			continue
		}
		for _, lane := range names {
			if _, has := h.Weights.Percent(lane); !has {
				continue
			}
			if h.Ref.Kind == lanes.KindLane {
				out = append(out, manifest.RemoveIngressWeight{Object: h.Ref})
			} else {
				out = append(out, manifest.RemoveDestination{Object: h.Ref, Route: h.Route, Header: l.header,
					Lane: lane})
			}
		}
	}
	return append(out, l.takeOutRoutes(names, keep)...), nil
}

// takeOutRoutes returns the changes that remove the routes, or the matches, that keep calls in
// lanes. They go from the last of an object to its first, so that the other paths stay valid.
func (l Live) takeOutRoutes(names []string, keep func(s ServiceName, lane string) bool) []manifest.Change {
	if l.plain == nil {
		return nil
	}
	type place struct{ http, match int }
	gone := map[manifest.Ref]map[place]bool{}
	left := map[manifest.Ref]map[int]int{} // how many matches of a route stay
	var refs []manifest.Ref
	for _, r := range l.plain.routes {
		ref := r.Object.Ref
		if !slices.Contains(names, r.Lane) || keep != nil && keep(r.Service, r.Lane) {
			continue
		}
		if gone[ref] == nil {
			gone[ref], left[ref] = map[place]bool{}, map[int]int{}
			refs = append(refs, ref)
		}
		for _, m := range r.Matches {
			if at := (place{r.HTTP, m}); !gone[ref][at] { // once, also with several hosts
				if _, known := left[ref][r.HTTP]; !known {
					left[ref][r.HTTP] = len(r.Route().GetMatch())
				}
				gone[ref][at] = true
				left[ref][r.HTTP]--
			}
		}
	}
	var out []manifest.Change
	for _, ref := range refs {
		places := slices.SortedFunc(maps.Keys(gone[ref]), func(a, b place) int {
			return cmp.Or(cmp.Compare(b.http, a.http), cmp.Compare(b.match, a.match))
		})
		for i, at := range places {
			path := fmt.Sprintf("spec.http[%d]", at.http)
			switch {
			case left[ref][at.http] > 0:
				out = append(out, manifest.RemoveField{Object: ref, Path: fmt.Sprintf("%s.match[%d]", path, at.match)})
			case i == 0 || places[i-1].http != at.http: // the whole route, once
				out = append(out, manifest.RemoveField{Object: ref, Path: path})
			}
		}
	}
	return out
}
