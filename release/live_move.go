package release

import (
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// Move returns the changes that give holders their share of the weights of a state, with the
// state on the carrier and its mark on the others. Weights of lanes outside the plan stay. With
// exact they become 0, on other lanes of the group too. Only Move decides what a state means
// for objects: manifest.Set.Edit writes it to files, and [Live.With] to objects.
func (l Live) Move(next rollout.State, holders []Holder, exact bool) ([]manifest.Change, error) {
	out, err := l.Marks(next, holders)
	if err != nil {
		return nil, err
	}
	for _, h := range holders {
		if h.Err != nil {
			return nil, h.Err
		}
		changes := l.give
		if l.Config.Values != nil {
			changes = l.giveValues
		}
		given, err := changes(h, next, exact)
		if err != nil {
			return nil, err
		}
		out = append(out, given...)
	}
	if exact {
		for _, h := range l.Strays() {
			out = append(out, manifest.SetIngressWeight{Object: h.Ref})
		}
	}
	return out, nil
}

// Marks returns the changes that write a state on the carrier, and its mark on the
// other holders.
func (l Live) Marks(s rollout.State, holders []Holder) ([]manifest.Change, error) {
	state, err := EncodeState(s)
	if err != nil {
		return nil, err
	}
	var out []manifest.Change
	for _, h := range holders {
		if v := l.Config.Values; v != nil {
			out = append(out, manifest.SetField{Object: h.Ref, Path: v.StatePath(), Value: state})
			continue
		}
		change := manifest.SetAnnotation{Object: h.Ref, Key: l.keys.Revision, Value: MarkFor(s).Encode()}
		if h.Ref == l.Carrier() {
			change.Key, change.Value = l.keys.State, state
		}
		out = append(out, change)
	}
	return out, nil
}

// give returns the changes that give a holder its share of the weights of a state.
func (l Live) give(h Holder, next rollout.State, exact bool) ([]manifest.Change, error) {
	var out []manifest.Change
	var there, joining rollout.Weights
	for _, w := range h.Share(l.Config.Plan.Weights(next)) {
		_, has := h.Weights.Percent(w.Lane)
		switch {
		case !has && !l.joins(w, next):
		case h.Ref.Kind == lanes.KindLane:
			out = append(out, manifest.SetIngressWeight{Object: h.Ref, Percent: w.Percent, Destination: l.LaneEntry()})
		case has:
			there = append(there, w)
		default:
			joining = append(joining, w)
		}
	}
	if len(there) > 0 {
		out = append(out, manifest.SetWeights{Object: h.Ref, Route: h.Route, Header: l.header, Weights: there,
			Exactly: exact})
	}
	for _, w := range joining {
		out = append(out, manifest.AddDestination{Object: h.Ref, Route: h.Route, Header: l.header, Subset: l.subset(h),
			Weight: w})
	}
	return out, nil
}
