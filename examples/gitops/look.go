package main

import (
	"errors"
	"io"
	"time"

	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/release/capacity"
	"github.com/swimlane-go/swimlane/release/gitops"
)

// look prints the plan, or the load of its places, and returns the exit code.
func look(o options, now time.Time, out io.Writer) (code int, err error) {
	reader, err := o.reading.Reader(".", nil)
	if err != nil {
		return cli.Misused, usageError{err}
	}
	t, err := o.directory(reader).Read()
	if code = codeOf(gitops.Report{}, err); code == cli.Misused {
		return code, err
	}
	if o.command == "capacity" {
		return capacities(o, t, now, err, out)
	}
	switch {
	case o.format == "json":
		return code, errors.Join(err, cli.JSON(out, t.PlanReport(err)))
	case err != nil:
		return code, err
	}
	_, err = io.WriteString(out, planIn(o.format, t))
	return codeOf(gitops.Report{}, err), err
}

// capacities prints the load of the places. The code is Bad if a lane has too few pods for the
// demand.
func capacities(o options, t gitops.Tree, now time.Time, err error, out io.Writer) (int, error) {
	r, err := t.CapacityReport(now, err)
	code := codeOf(gitops.Report{}, err)
	if r.Overloaded() {
		code = cli.Bad
	}
	c := capacity.Capacity{Places: r.Places, Notes: r.Notes}
	switch {
	case o.format == "json":
		return code, errors.Join(err, cli.JSON(out, r))
	case err != nil:
		return code, err
	case o.format == "markdown":
		_, err = io.WriteString(out, c.Markdown())
	default:
		_, err = io.WriteString(out, markup.Line(r.Measure())+"\n"+c.String())
	}
	return max(code, codeOf(gitops.Report{}, err)), err
}

// planIn returns the plan in one format, or in all for "text", with the release's place marked.
func planIn(format string, t gitops.Tree) string {
	p, s := t.Config.Plan, t.State
	parts := map[string]string{"table": p.Table(s), "markdown": p.Markdown(s), "mermaid": p.Mermaid(s)}
	if gates := p.GatesText(); gates != "" {
		parts["table"] += "\n" + gates
	}
	if d := t.Config.Demand; d != nil {
		x := d.Expected()
		all := p.Detections(x)
		if text := p.DetectionsText(x, all); text != "" {
			parts["table"] += "\n" + text
			parts["markdown"] += "\n" + p.DetectionsMarkdown(x, all)
		}
	}
	parts["text"] = parts["table"] + "\n" + parts["markdown"] + "\n```mermaid\n" + parts["mermaid"] + "```\n"
	return parts[format]
}
