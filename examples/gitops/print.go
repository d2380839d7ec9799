package main

import (
	"fmt"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/release/gitops"
)

// text returns what a command did to a release.
func text(r gitops.Report, dryRun bool) string {
	var b strings.Builder
	if dryRun {
		b.WriteString("dry run: nothing is written\n")
	}
	if r.Result == gitops.Unchanged {
		b.WriteString("nothing to do\n")
	}
	for _, f := range r.Files {
		fmt.Fprintf(&b, "%-7s %s\n", f.Change, markup.Line(f.Name))
	}
	for _, c := range r.Changes {
		if c.Field != "" {
			b.WriteString("  ")
		}
		b.WriteString(c.Text + "\n")
	}
	notes(&b, r)
	b.WriteString(at(r))
	if r.Entered != "" {
		fmt.Fprintf(&b, "entered when: %s\n", markup.Line(r.Entered))
	}
	ways(&b, r)
	if r.Message != "" {
		b.WriteString("commit message:\n")
		for _, line := range strings.Split(strings.TrimSuffix(r.Message, "\n"), "\n") {
			b.WriteString(strings.TrimRight("  "+line, " ") + "\n")
		}
	}
	return b.String()
}

// statusText returns where a release is.
func statusText(r gitops.Report) string {
	var b strings.Builder
	b.WriteString(at(r))
	for _, h := range r.Weights {
		fmt.Fprintf(&b, "%s: %s\n", h.Object, h.Found.ByLane())
	}
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "%s: %s\n", p.Kind, p.Message)
	}
	notes(&b, r)
	if r.Command == "decide" {
		decision(&b, r)
		return b.String()
	}
	ways(&b, r)
	decision(&b, r)
	for i, m := range r.History {
		if i == 0 {
			b.WriteString("history:\n")
		}
		b.WriteString("  " + markup.Line(m.Text) + "\n")
	}
	if r.Table != "" {
		b.WriteString("\n" + r.Table)
	}
	return b.String()
}

// at returns where the release is, in one line.
func at(r gitops.Report) string {
	out := r.Place.Text
	if r.Plan != "" {
		out = r.Plan + ": " + out
	}
	if r.Revision > 0 {
		out += fmt.Sprintf(", revision %d", r.Revision)
	}
	if r.Since != "" {
		out += ", since " + r.Since
	}
	return out + "\n"
}

func noteLines(r gitops.Report) string {
	var b strings.Builder
	notes(&b, r)
	return b.String()
}

func notes(b *strings.Builder, r gitops.Report) {
	for _, n := range r.Notes {
		fmt.Fprintf(b, "note: %s\n", n)
	}
}

// decision writes the decision that the evidence leads to.
func decision(b *strings.Builder, r gitops.Report) {
	d := r.Decision
	if d == nil {
		return
	}
	b.WriteString("decision: " + d.Action.Words())
	if d.To != "" {
		b.WriteString(" to " + d.To)
	}
	b.WriteByte('\n')
	for _, reason := range d.Reasons {
		b.WriteString("  " + markup.Line(reason.Text) + "\n")
	}
	if d.Again != "" {
		b.WriteString("look again at " + d.Again + "\n")
	}
}

// ways writes what may come next, and how to roll back.
func ways(b *strings.Builder, r gitops.Report) {
	for _, n := range r.Next[:min(1, len(r.Next))] {
		fmt.Fprintf(b, "next: %s\n", way(n))
	}
	if r.Emergency != nil {
		fmt.Fprintf(b, "emergency: %s\n", way(*r.Emergency))
	}
}

func way(n gitops.Next) string {
	out := n.Command
	switch to := n.Weights.ByLane(); {
	case n.Place != "" && to != "":
		out += fmt.Sprintf(" (%s: %s)", n.Place, to)
	case n.Place != "":
		out += fmt.Sprintf(" (%s)", n.Place)
	}
	if n.Criteria != "" {
		out += " when: " + markup.Line(n.Criteria)
	}
	return out
}
