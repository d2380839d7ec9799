package release

import (
	"fmt"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// Holder is an object that holds weights of a release: a VirtualService, one route of
// which has those of all lanes; or, with ASM's weighted strategy, the lane group, which
// has none, and each lane, which has its own; or a file of values, which has all.
type Holder struct {
	// Ref is the object: see [Values.Ref] for a file of values.
	Ref manifest.Ref
	// Object is the object; the zero Object when it is missing, which Err says.
	Object manifest.Object
	// Route is the HTTP route of a VirtualService, as the plan names it; empty for the
	// only one.
	Route string
	// Field is the path at which the weights are: "spec.http[0].route". Empty for a lane
	// group, and where Err says why there are none.
	Field string
	// Weights are those that the object holds, by lane, in its own order.
	Weights rollout.Weights
	// Mark says which change the weights are of. The zero Mark when the object bears
	// none, as the carrier does, which bears the state.
	Mark Mark
	// MarkErr says why the mark cannot be read.
	MarkErr error
	// Err says why the object cannot hold weights: a [*HolderError].
	Err error

	destinations []*networking.HTTPRouteDestination // of the route, each with its weight in Weights
	entries      []valuesEntry                      // of a file of values, each with its weight in Weights
}

// Share returns the part of weights that the object is to hold.
func (h Holder) Share(weights rollout.Weights) rollout.Weights {
	switch h.Ref.Kind {
	case lanes.KindLaneGroup:
		return nil
	case lanes.KindLane:
		percent, listed := weights.Percent(h.Ref.Name)
		if !listed {
			return nil
		}
		return rollout.Weights{rollout.W(h.Ref.Name, percent)}
	}
	return weights
}

// readHolders reads what holds the weights of the release.
func (l *Live) readHolders() []Holder {
	var out []Holder
	l.header = l.routeHeader()
	if l.Config.Values != nil {
		return []Holder{l.valuesHolder()}
	}
	if l.Config.LaneGroup == "" {
		for _, route := range l.Config.Routes {
			out = append(out, l.routeHolder(route))
		}
		return out
	}
	out = append(out, l.groupHolder())
	for _, w := range l.Config.Plan.Before {
		if _, found := l.Set.Get(LaneRef(w.Lane)); found {
			out = append(out, l.laneHolder(w.Lane))
		}
	}
	return out
}

// holder returns the holder of a Ref with its mark, and no weights yet.
func (l Live) holder(ref manifest.Ref) Holder {
	h := Holder{Ref: ref}
	found := false
	if h.Object, found = l.Set.Get(ref); !found {
		h.Err = l.absent(ref, "it carries the app's traffic")
		return h
	}
	h.Mark, h.MarkErr = markOf(h.Object.Meta(), l.keys.Revision)
	return h
}

// unreadable is the error about a holder that has no typed view, with what the
// strict reader found.
func (l Live) unreadable(o manifest.Object) error {
	out := holderError(ErrUnreadable, o, "must be readable: it carries the app's traffic")
	for _, f := range l.Set.Faults() {
		if f.Object == o.Ref && f.File == o.File {
			out.Line = f.Line
			out.Detail += fmt.Sprintf(": %s %s", f.Field, f.Message)
			break
		}
	}
	return out
}

// joins reports whether a lane that has no weight yet gets one in a state: when it
// is to take requests, or is the candidate of a release that runs.
func (l Live) joins(w rollout.Weight, next rollout.State) bool {
	return w.Percent > 0 || w.Lane == l.Config.Plan.Candidate && next.Phase == rollout.Running
}
