package release

import (
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// Live is a release as it is on its objects: where the state says that it is, and the weights
// of the holders. [Read] makes it from objects that a cluster returned, and [ReadSet] from a
// set. A Live never changes: read again after a write.
//
// Faults are data, not an error of reading: see Faults, the Err and MarkErr of each holder, and
// [Live.Behind].
type Live struct {
	// Config is what the plan's ConfigMap says of the release.
	Config Config
	// Set is what was read.
	Set manifest.Set
	// State is where the release is. It is the zero State when the carrier bears no state of
	// this plan that can be read.
	State rollout.State
	// Holders hold the weights. The first is the carrier, which bears the state. Missing lanes
	// are left out: see [Live.Missing].
	Holders []Holder
	// Bears says that a release exists: an object bears a state, or a holder bears a mark,
	// readable or not.
	Bears bool
	// Written is the state on the carrier, of any plan. It is the zero State when there is none
	// that can be read.
	Written rollout.State
	// Highest is the highest revision on a holder; 0 when there is none.
	Highest int64
	// Faults say why Written is not the state of the plan.
	Faults []StateFault

	header  string // by which the routes of a permissive group name lanes
	keys    Annotations
	members members
	plain   *plain                          // nil if lanes are ASM's
	given   map[manifest.Ref]runtime.Object // what Read was given; nil for ReadSet
}

// ReadSet returns the release of a set. A state, a mark or weights that cannot be
// read are no error: see [Live].
func ReadSet(config Config, set manifest.Set) Live {
	if config.Values != nil {
		set = set.WithValues(config.Values.File)
	}
	l := Live{Config: config, Set: set}
	l.read()
	return l
}

func (l *Live) read() {
	var ambiguous error
	l.keys, ambiguous = l.readAnnotations()
	l.plain = l.readPlain()
	l.members = l.readMembers()
	l.Holders = l.readHolders()
	l.readState(ambiguous)
}

// absent returns the error about a missing object.
func (l Live) absent(ref manifest.Ref, why string) error {
	where := "in the directory"
	if l.given != nil {
		where = "among the objects that are read"
	}
	return &HolderError{Object: ref, Kind: ErrMissing, Detail: fmt.Sprintf("must be %s: %s", where, why)}
}

// Carrier returns the object that carries the state: the first route by namespace and
// name, the lane group, or the file of values. It is the zero Ref for a Live that was not read.
func (l Live) Carrier() manifest.Ref {
	if len(l.Holders) == 0 {
		return manifest.Ref{}
	}
	return l.Holders[0].Ref
}

// Holder returns the holder of a Ref, and whether there is one.
func (l Live) Holder(ref manifest.Ref) (h Holder, found bool) {
	for _, h := range l.Holders {
		if h.Ref == ref {
			return h, true
		}
	}
	return Holder{}, false
}

// Missing returns a [*HolderError] for every missing lane that must have weight. It returns
// none if routes hold the weights.
func (l Live) Missing(weights rollout.Weights) []error {
	if l.Config.LaneGroup == "" {
		return nil
	}
	var errs []error
	for _, w := range weights {
		if _, found := l.Set.Get(LaneRef(w.Lane)); !found && w.Percent > 0 {
			errs = append(errs, l.absent(LaneRef(w.Lane), fmt.Sprintf("its weight is %d", w.Percent)))
		}
	}
	return errs
}

// Strays returns the lanes of the group that have weight but are not in the plan. It returns
// none if routes hold the weights.
func (l Live) Strays() []Holder {
	var out []Holder
	for _, o := range l.LanesOfGroup() {
		h := l.laneHolder(o.Ref.Name)
		if _, planned := l.Config.Plan.Before.Percent(o.Ref.Name); !planned && len(h.Weights) > 0 &&
			h.Weights[0].Percent != 0 {
			out = append(out, h)
		}
	}
	return out
}

// Err returns what cannot be read: the Faults of the state, and the Err of each holder. If it
// is nil, a next state can be decided without a repair. [Live.Behind] says what is half-written
// or edited by hand.
func (l Live) Err() error {
	var errs []error
	for _, f := range l.Faults {
		errs = append(errs, f.Err)
	}
	for _, h := range l.Holders {
		errs = append(errs, h.Err)
	}
	return errors.Join(errs...)
}

// LaneRef returns the Ref of a lane.
func LaneRef(name string) manifest.Ref { return asmRef(lanes.KindLane, name) }

// LaneGroupRef returns the Ref of a lane group.
func LaneGroupRef(name string) manifest.Ref { return asmRef(lanes.KindLaneGroup, name) }

func asmRef(kind, name string) manifest.Ref {
	return manifest.Ref{Group: lanes.GroupVersion().Group, Kind: kind, Name: name}
}
