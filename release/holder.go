package release

import (
	"fmt"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// Holder is an object that holds weights of a release. A VirtualService has the weights of all
// lanes in one route, and a file of values has all too. With ASM's weighted strategy there are
// several holders: the lane group, which has no weights, and each lane, which has its weight.
type Holder struct {
	// Ref is the Ref of the object: see [Values.Ref] for a file of values.
	Ref manifest.Ref
	// Object is the object. It is the zero Object when it is missing, as Err then says.
	Object manifest.Object
	// Route is the HTTP route of a VirtualService, as the plan names it; empty for the
	// only one.
	Route string
	// Field is the path of the weights: "spec.http[0].route". It is empty for a lane group, and
	// for an object without weights, as Err then says.
	Field string
	// Weights are the weights on the object, by lane, in the order of the object.
	Weights rollout.Weights
	// Mark says which change the weights are of. It is the zero Mark when the object bears
	// none: the carrier bears the state instead.
	Mark Mark
	// MarkErr says why the mark cannot be read.
	MarkErr error
	// Err says why the object cannot hold weights: a [*HolderError].
	Err error

	destinations []*networking.HTTPRouteDestination // of the route, each with its weight in Weights
	entries      []valuesEntry                      // of a file of values, each with its weight in Weights
}

// Share returns the part of the weights that the object must hold.
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

// readHolders reads the holders of the release.
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

// unreadable returns the error about a holder that has no typed view, with the first fault of
// the strict reader.
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

// joins reports whether a lane without a weight gets one in a state: it is to take requests, or
// it is the candidate of a running release.
func (l Live) joins(w rollout.Weight, next rollout.State) bool {
	return w.Percent > 0 || w.Lane == l.Config.Plan.Candidate && next.Phase == rollout.Running
}
