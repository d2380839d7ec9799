package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/swimlane-go/swimlane/rollout"
)

// stay is the time of a release at one place.
type stay struct {
	plan     rollout.Plan
	revision int64
	state    rollout.State
	entered  time.Time
	seen     counts       // from settled to the end; nil if the stay ended before
	move     rollout.Move // ended the stay; the zero Move if none did
}

// reach is the time that a change may take to the gateway. Counts begin after it.
const reach = time.Second

func (s stay) weights() rollout.Weights { return s.plan.Weights(s.state) }

// settled returns the time at which counts begin.
func (s stay) settled() time.Time { return s.entered.Add(reach) }

// begin returns the first line of a stay.
func (s stay) begin(begun time.Time) string {
	weights := s.each(func(w rollout.Weight) string { return fmt.Sprintf("%d%%", w.Percent) })
	return line(elapsed(s.entered.Sub(begun)), s.plan.Place(s.state), weights)
}

// end returns the lines after a stay: what the lanes served, what failed, and why it ended.
func (s stay) end() string {
	var b strings.Builder
	if total := s.seen.total(); total > 0 {
		served := s.each(func(w rollout.Weight) string { return percent(s.seen[w.Lane].total, total) })
		failed := s.each(func(w rollout.Weight) string { return percent(s.seen[w.Lane].failed, s.seen[w.Lane].total) })
		b.WriteString(line("", fmt.Sprintf("  served, of %d", total), served) + line("", "  failed", failed))
	}
	if s.move.Kind != "" {
		decision := s.move.Kind.Words()
		if s.move.Kind != rollout.Finish && s.move.To != "" {
			decision += " to " + s.move.To
		}
		for i, text := range wrap(strings.TrimSuffix(decision+": "+s.move.Reason, ": "), 88) {
			mark := "  "
			if i == 0 {
				mark = "=>"
			}
			fmt.Fprintf(&b, "%s%s %s\n", strings.Repeat(" ", 9), mark, text)
		}
	}
	return b.String()
}

// each returns a text for each lane.
func (s stay) each(text func(w rollout.Weight) string) []string {
	var out []string
	for _, w := range s.weights() {
		out = append(out, fmt.Sprintf("%s %s", w.Lane, text(w)))
	}
	return out
}

func percent(part, of int64) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f%%", 100*float64(part)/float64(of))
}

// line returns one line of the timeline.
func line(at, what string, lanes []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%9s  %-38s", at, what)
	for _, lane := range lanes {
		fmt.Fprintf(&b, "%-12s", lane)
	}
	return strings.TrimRight(b.String(), " ") + "\n"
}

// elapsed formats the time since the demonstration began: "1:04.5".
func elapsed(d time.Duration) string {
	tenths := d.Milliseconds() / 100
	return fmt.Sprintf("%4d:%02d.%d", tenths/600, tenths/10%60, tenths%10)
}

// wrap breaks a text into lines at spaces.
func wrap(text string, width int) []string {
	var lines []string
	var now string
	for _, word := range strings.Fields(text) {
		if now != "" && len(now)+1+len(word) > width {
			lines, now = append(lines, now), ""
		}
		now = strings.TrimSpace(now + " " + word)
	}
	return append(lines, now)
}

// verdict says how a release ended. how is a format for the time that it took.
func (e ending) verdict(how string) string {
	c := e.seen[e.candidate]
	return fmt.Sprintf("%s "+how+": it got %d of %d requests, of which %d failed",
		e.candidate, e.took.Round(time.Second), c.total, e.seen.total(), c.failed)
}
