package release

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/manifest"
)

// Hazard is what may go wrong while the objects of a change reach a cluster, in any order. A
// request may get no answer at some moment, or a route may not share 100 percent.
type Hazard struct {
	// Kind is what goes wrong.
	Kind HazardKind `json:"kind"`
	// Object is the VirtualService or the lane that sends the requests.
	Object manifest.Ref `json:"object"`
	// File and Line say where it is; empty and 0 when it was not read from a file.
	File string `json:"file"`
	Line int    `json:"line"`
	// Field is the path of what sends them: "spec.http[0].route[2]".
	Field string `json:"field"`
	// Host is the service that the requests are for, and Lane the lane or subset of it. Both
	// are empty for WrongSum.
	Host string `json:"host"`
	Lane string `json:"lane"`
}

// HazardKind is a kind of Hazard.
type HazardKind string

const (
	// MissingSubset: a destination with weight names a subset that does not exist at some
	// moment.
	MissingSubset HazardKind = "MissingSubset"
	// LaneWithoutPods: a lane, or subset, with weight has no pods at some moment.
	LaneWithoutPods HazardKind = "LaneWithoutPods"
	// WrongSum: the weights of a route do not sum to 100.
	WrongSum HazardKind = "WrongSum"
)

// String returns the hazard in one line.
func (h Hazard) String() string {
	at := position.Of(h.File, h.Line, h.Object) + " " + h.Field + ": "
	switch h.Kind {
	case MissingSubset:
		return markup.Line(fmt.Sprintf("%ssends requests to subset %s of %s, which may not be there yet, or no more",
			at, h.Lane, h.Host))
	case LaneWithoutPods:
		return markup.Line(fmt.Sprintf("%ssends requests to lane %s of %s, which may have no pods yet, or no more", at,
			h.Lane, h.Host))
	default: // WrongSum
		return markup.Line(at + "weights must sum to 100")
	}
}

// Hazards returns what may go wrong while a cluster goes from one set to another. The objects
// that differ arrive one by one in any order, each whole. A change without hazards is safe in
// one commit: [Steps] makes such commits. Hazards that exist in from alone are left out.
//
// A DestinationRule for a host defines its subsets. So does a lane, if its group lists the
// service. A subset has the pods of workloads with replicas. Each of ASM's weighted lanes is an
// object with one weight: every change passes through other sums, which are no hazard. Hazards
// does not look at requests of weight 0, mirrored requests, and Services outside the sets.
//
// If more than six objects define one subset of a host, each is judged alone. A safe change may
// then get a hazard. An unsafe change always gets one.
func Hazards(from, to manifest.Set) []Hazard {
	known := map[hazardKey]bool{}
	for _, h := range newPassage(from, from).hazards() {
		known[h.key()] = true
	}
	out := slices.DeleteFunc(newPassage(from, to).hazards(), func(h Hazard) bool { return known[h.key()] })
	slices.SortStableFunc(out, func(a, b Hazard) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Object.String(), b.Object.String()),
			cmp.Compare(a.Field, b.Field), cmp.Compare(a.Kind, b.Kind))
	})
	return slices.CompactFunc(out, func(a, b Hazard) bool { return a.key() == b.key() })
}

// hazardKey identifies a hazard.
type hazardKey struct {
	kind       HazardKind
	object     manifest.Ref
	host, lane string
	field      string // for WrongSum
}

func (h Hazard) key() hazardKey {
	k := hazardKey{kind: h.Kind, object: h.Object, host: h.Host, lane: h.Lane}
	if h.Kind == WrongSum {
		k.field = h.Field
	}
	return k
}
