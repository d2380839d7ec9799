package rollout

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/dnslabel"
	"github.com/swimlane-go/swimlane/internal/markup"
)

// Weight is the share of the requests that one lane gets.
type Weight struct {
	// Lane is the lane's name. It is also a subset name, so it must be a
	// DNS-1123 label: at most 63 of a-z, 0-9 and '-'.
	Lane string `json:"lane"`
	// Percent is the share, 0 to 100.
	Percent int `json:"percent"`
}

// W returns the weight of one lane: W("v1", 60).
func W(lane string, percent int) Weight {
	return Weight{Lane: lane, Percent: percent}
}

// Weights says how the requests are shared among lanes. They have the order of the
// destinations in a route. Valid weights name each lane once and sum to exactly 100.
type Weights []Weight

// Validate returns every fault of w: no lane, a bad or repeated lane name, a percent
// outside 0..100, a sum other than 100. path is the path of w in the value that holds it;
// it may be nil.
func (w Weights) Validate(path *field.Path) field.ErrorList {
	if w.sound() {
		return nil
	}
	return w.faults(path)
}

// sound reports whether w has no fault, without an allocation: every event validates all
// vectors of the plan (TestDecisionsAllocateLittle).
func (w Weights) sound() bool {
	const few = 32 // up to this many lanes are compared with each other
	if len(w) > few {
		return len(w.faults(nil)) == 0
	}
	sum := 0
	for i := range w {
		if !dnslabel.Is(w[i].Lane) || w[i].Percent < 0 || w[i].Percent > 100 {
			return false
		}
		for j := range i {
			if w[j].Lane == w[i].Lane {
				return false
			}
		}
		sum += w[i].Percent
	}
	return sum == 100
}

// faults returns what Validate returns.
func (w Weights) faults(path *field.Path) field.ErrorList {
	if len(w) == 0 {
		return field.ErrorList{field.Required(path, "must list at least one lane")}
	}
	var errs field.ErrorList
	seen := make(map[string]bool, len(w))
	sum, inRange := 0, true
	for i, weight := range w {
		if seen[weight.Lane] {
			errs = append(errs, field.Duplicate(path.Index(i).Child("lane"), weight.Lane))
		}
		seen[weight.Lane] = true
		if !dnslabel.Is(weight.Lane) {
			errs = append(errs, laneName(path.Index(i).Child("lane"), weight.Lane)...)
		}
		if weight.Percent < 0 || weight.Percent > 100 {
			inRange = false
			errs = append(errs, field.Invalid(path.Index(i).Child("percent"), weight.Percent,
				"must be between 0 and 100").WithOrigin("percent"))
		}
		sum += weight.Percent
	}
	if inRange && sum != 100 {
		errs = append(errs, field.Invalid(path, w.String(),
			fmt.Sprintf("must sum to 100, not %d", sum)).WithOrigin("sum"))
	}
	return errs
}

// laneName returns the faults of a lane name at path.
func laneName(path *field.Path, name string) field.ErrorList {
	if name == "" {
		return field.ErrorList{field.Required(path, "must name a lane")}
	}
	return notLabel(path, name)
}

// Percent returns the share of a lane, and whether the lane is listed at all.
func (w Weights) Percent(lane string) (percent int, listed bool) {
	for _, weight := range w {
		if weight.Lane == lane {
			return weight.Percent, true
		}
	}
	return 0, false
}

// Equivalent reports whether both share the requests equally: the order does not matter,
// a lane at 0 may be missing, and a lane that is listed twice has the sum.
func (w Weights) Equivalent(other Weights) bool {
	return maps.Equal(w.shares(), other.shares())
}

// shares returns the percent of each lane that has any.
func (w Weights) shares() map[string]int {
	out := make(map[string]int, len(w))
	for _, weight := range w {
		if weight.Percent != 0 {
			out[weight.Lane] += weight.Percent
		}
	}
	return out
}

// Lanes returns the lane names in order.
func (w Weights) Lanes() []string {
	names := make([]string, len(w))
	for i, weight := range w {
		names[i] = weight.Lane
	}
	return names
}

// Equal reports whether both list the same lanes with the same percents in the
// same order.
func (w Weights) Equal(other Weights) bool { return slices.Equal(w, other) }

// Clone returns a copy that shares nothing with w.
func (w Weights) Clone() Weights { return slices.Clone(w) }

// String returns the percents alone, as in "60/30/10".
func (w Weights) String() string {
	var b strings.Builder
	for i, weight := range w {
		if i > 0 {
			b.WriteByte('/')
		}
		b.WriteString(strconv.Itoa(weight.Percent))
	}
	return b.String()
}

// ByLane returns the percents with their lanes, as in "v1=60 v2=30 v3=10".
func (w Weights) ByLane() string {
	parts := make([]string, len(w))
	for i, weight := range w {
		parts[i] = markup.Line(weight.Lane) + "=" + strconv.Itoa(weight.Percent)
	}
	return strings.Join(parts, " ")
}

// sameLanes reports whether both list the same lanes in the same order.
func (w Weights) sameLanes(other Weights) bool {
	return slices.EqualFunc(w, other, func(a, b Weight) bool { return a.Lane == b.Lane })
}
