package capacity

import (
	"encoding/json"
	"fmt"
	"math/big"

	"github.com/swimlane-go/swimlane/release"
)

// Verdict says whether a load is carried.
type Verdict string

const (
	// Safe: the fewest pods that there may be carry it.
	Safe Verdict = "Safe"
	// Scaled: the most pods that an autoscaler makes carry it, its minimum does not.
	Scaled Verdict = "Scaled"
	// Short: the most pods that there may be do not carry it.
	Short Verdict = "Short"
	// Unknown: no data says what a pod carries, how many pods there are, or how many an
	// autoscaler had before the release.
	Unknown Verdict = "Unknown"
)

// Load is what one service has to carry in one lane.
type Load struct {
	// Service is the name of the Service, with its namespace where several have that name:
	// "mockb.shop". Lane is the lane that serves; empty for pods that are in none.
	Service string
	Lane    string
	// Calls are the calls a second that reach it, exactly; in calls a request where the demand
	// states no rate.
	Calls *big.Rat
	// Need is how many pods carry that. 0 means unknown.
	Need int64
	// Min and Max are how many pods there may be. They are equal where nothing scales
	// them.
	Min, Max int64
	// Stated says that the demand states what a pod carries. Otherwise the pods before
	// the release measure it.
	Stated bool
	// Verdict is the judgement.
	Verdict Verdict
	// Shrinks says that an autoscaler may have taken pods away by the time that weights fall
	// back to this place: a later one asks for fewer pods here, and the minimum is below Need.
	Shrinks bool
	// Pods are the pods, with the workloads and autoscalers.
	Pods release.LanePods
}

func (l Load) verdict() Verdict {
	switch {
	case l.Need == 0 || l.Pods.Open:
		return Unknown
	case l.Need <= l.Min:
		return Safe
	case l.Need <= l.Max:
		return Scaled
	}
	return Short
}

// Missing is how many pods the minimum lacks; 0 for none.
func (l Load) Missing() int64 { return max(0, l.Need-l.Min) }

// String returns the load in one line: "mocka@v3: needs 5 pods, has 1".
func (l Load) String() string {
	has := fmt.Sprint(l.Min)
	if l.Min != l.Max {
		has = fmt.Sprintf("%d to %d", l.Min, l.Max)
	}
	at := l.Service
	if l.Lane != "" {
		at += "@" + l.Lane
	}
	switch {
	case l.Verdict == Unknown && l.Pods.Open:
		return fmt.Sprintf("%s: nothing says how many pods there are", at)
	case l.Verdict == Unknown && l.Need > 0:
		return fmt.Sprintf("%s: needs %s at most, has %s: nothing says how many an autoscaler had before the release",
			at, pods(l.Need), has)
	case l.Verdict == Unknown:
		return fmt.Sprintf("%s: has %s, nothing says what a pod carries", at, has)
	}
	text := fmt.Sprintf("%s: needs %s, has %s", at, pods(l.Need), has)
	if l.Shrinks {
		text += ", and an autoscaler may have taken them away"
	}
	return text
}

func pods(n int64) string {
	if n == 1 {
		return "1 pod"
	}
	return fmt.Sprintf("%d pods", n)
}

// MarshalJSON returns an object with the keys "service", "lane", "calls", "fraction",
// "need", "min", "max", "stated", "verdict" and "shrinks". "calls" is the nearest number
// of double precision, "fraction" the exact one.
func (l Load) MarshalJSON() ([]byte, error) {
	exact := l.Calls
	if exact == nil {
		exact = new(big.Rat)
	}
	calls, _ := exact.Float64()
	return json.Marshal(loadJSON{l.Service, l.Lane, calls, exact.RatString(),
		l.Need, l.Min, l.Max, l.Stated, l.Verdict, l.Shrinks})
}

// loadJSON is the JSON of a [Load].
type loadJSON struct {
	Service string  `json:"service"`
	Lane    string  `json:"lane"`
	Calls   float64 `json:"calls"`
	// Fraction is the exact number of calls, as "1/3".
	Fraction string  `json:"fraction"`
	Need     int64   `json:"need"`
	Min      int64   `json:"min"`
	Max      int64   `json:"max"`
	Stated   bool    `json:"stated"`
	Verdict  Verdict `json:"verdict"`
	Shrinks  bool    `json:"shrinks"`
}

// shrink notes where an autoscaler may have taken pods away: at a place that weights fall
// back to, when a later place needs fewer. The roll back is later than all stages, and
// entered from each.
func shrink(places []Place) {
	last := len(places) - 1
	for i := range places {
		for n := range places[i].Loads {
			l := &places[i].Loads[n]
			if l.Verdict != Scaled || i == 0 {
				continue // before is left, and not entered again
			}
			from, to := i+1, last // step back comes from a later stage
			if i == last {
				from, to = 0, last
			}
			for k := from; k < to; k++ {
				if places[k].need(l) < l.Need {
					l.Shrinks = true
				}
			}
		}
	}
}

// need returns how many pods a place asks for where a load of another place is.
func (p *Place) need(other *Load) int64 {
	for i := range p.Loads {
		if l := &p.Loads[i]; l.Service == other.Service && l.Lane == other.Lane {
			return l.Need
		}
	}
	return 0
}
