package counters

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/swimlane-go/swimlane/rollout"
)

// observations returns the counts, service by service.
func (w *window) observations(from, to time.Time) []rollout.Observation {
	out := make([]rollout.Observation, len(w.places))
	for i := range w.places {
		p, o := &w.places[i], &out[i]
		o.Metric, o.From, o.To = w.metric.Name, from.UTC().Truncate(time.Second), to.UTC().Truncate(time.Second)
		if len(w.metric.Services) > 0 {
			o.Service = w.metric.Services[i]
		}
		switch {
		case len(w.answered) == 0:
			o.NoData = "no pod answered at the first moment"
		case w.placeless > 0:
			o.NoData = fmt.Sprintf("%d requests belong to no known service", w.placeless)
		case p.lost > 0:
			o.NoData = fmt.Sprintf("%d requests belong to no known lane", p.lost)
		case !slices.Contains(p.counted, true):
			o.NoData = "no series"
		default:
			for j, lane := range p.lanes {
				if p.counted[j] {
					o.Lanes = append(o.Lanes, lane)
				}
			}
		}
	}
	return out
}

// notes returns what the figures leave out, or do not take from the plain difference.
func (w *window) notes() []string {
	var out []string
	tell := func(pods map[string]bool, text string) {
		if len(pods) > 0 {
			out = append(out, fmt.Sprintf(text, list(sorted(pods), "pod ")))
		}
	}
	tell(w.gone, "gone: %s; their requests in the window are not known")
	tell(w.thinner, "gone: counters of %s; their requests in the window are not known")
	tell(w.reset, "reset: counters of %s; their requests in the window before the reset are not known")
	tell(w.fresh, "new: %s; counted from zero")
	for _, lane := range sorted(w.foreign) {
		if n := w.foreign[lane]; n > 0 {
			out = append(out, fmt.Sprintf("left out: %d requests of lane %q, which the plan does not have", n,
				short(lane)))
		}
	}
	return out
}

func sorted[K cmp.Ordered, V any](set map[K]V) []K {
	out := make([]K, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// list names things, only the first few when there are many.
func list[T any](things []T, prefix string) string {
	const most = 20
	var b strings.Builder
	for i, thing := range things {
		if i == most {
			fmt.Fprintf(&b, " and %d more", len(things)-most)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(prefix + short(fmt.Sprint(thing)))
	}
	return b.String()
}
