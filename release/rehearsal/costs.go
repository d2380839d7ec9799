package rehearsal

import (
	"fmt"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/rollout"
)

// Cost is what to expect of a scenario: the result of many rehearsals of it.
type Cost struct {
	// Runs is the number of rehearsals. Finished of them were finished, RolledBack rolled
	// back.
	Runs       int `json:"runs"`
	Finished   int `json:"finished"`
	RolledBack int `json:"rolledBack"`
	// Faulty is how many requests failed because of the faults.
	Faulty Range[int64] `json:"faulty"`
	// Took is the time from the beginning of the first fault until no request met the
	// candidate, in the runs that were rolled back after it.
	Took Range[rollout.Duration] `json:"took"`
	// Lasted is how long the rehearsals took.
	Lasted Range[rollout.Duration] `json:"lasted"`
}

// Range is the range of a figure: half of the runs are at Median or below, one in ten
// below Low, one in ten above High.
type Range[T any] struct {
	// Low is at the first decile, Median in the middle, High at the last decile.
	Low    T `json:"low"`
	Median T `json:"median"`
	High   T `json:"high"`
}

// maxRuns bounds Costs.
const maxRuns = 10_000

// Costs rehearses a scenario many times, with the seeds from Scenario.Seed on. Runs are 1 to
// 10,000. The error is that of [Rehearse].
func Costs(s Scenario, runs int) (Cost, error) {
	if runs < 1 || runs > maxRuns {
		return Cost{}, fmt.Errorf("runs must be between 1 and %d, not %d", maxRuns, runs)
	}
	out := Cost{Runs: runs}
	var faulty []int64
	var took, lasted []rollout.Duration
	for range runs {
		t, err := Rehearse(s)
		if err != nil {
			return Cost{}, err
		}
		switch t.Phase {
		case rollout.Finished:
			out.Finished++
		case rollout.RolledBack:
			out.RolledBack++
		default: // the rehearsal ended before the release did
		}
		faulty, lasted = append(faulty, t.End().Faulty), append(lasted, t.End().At)
		if d, ok := t.Took(); ok {
			took = append(took, d)
		}
		s.Seed++
	}
	out.Faulty, out.Took, out.Lasted = rangeOf(faulty), rangeOf(took), rangeOf(lasted)
	return out, nil
}

// rangeOf returns the range of figures: the zero Range for none.
func rangeOf[T int64 | rollout.Duration](all []T) Range[T] {
	if len(all) == 0 {
		return Range[T]{}
	}
	slices.Sort(all)
	at := func(tenths int) T { return all[(len(all)-1)*tenths/10] }
	return Range[T]{at(1), at(5), at(9)}
}

// String returns the cost in two sentences.
func (c Cost) String() string {
	var out []string
	switch {
	case c.RolledBack == c.Runs:
		out = append(out, fmt.Sprintf("All of %d rehearsals are rolled back", c.Runs))
	default:
		out = append(out, fmt.Sprintf("Of %d rehearsals %d are finished and %d rolled back", c.Runs, c.Finished,
			c.RolledBack))
	}
	if c.Took.High > 0 {
		out = append(out, fmt.Sprintf("the candidate is out %s after the fault begins (%s to %s)", c.Took.Median,
			c.Took.Low, c.Took.High))
	}
	return strings.Join(out, "; ") +
		fmt.Sprintf(". The fault costs %d requests (%d to %d).", c.Faulty.Median, c.Faulty.Low, c.Faulty.High)
}
