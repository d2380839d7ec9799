package main

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/preview"
)

// The bounds of the block: a comment on a pull request may have 65,536 characters.
const (
	maxBlock = 60_000
	maxRows  = 50
	maxCell  = 160
)

// block is Markdown of limited length. It omits parts beyond the limit, and says so.
type block struct {
	strings.Builder
	left int // parts that were omitted
}

// add adds a part, or omits it if it is too long.
func (b *block) add(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if b.Len()+len(text) > maxBlock {
		b.left++
		return
	}
	b.WriteString(text)
}

// rows adds a table with at most maxRows rows.
func (b *block) rows(head string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	table := head
	for _, row := range rows[:min(len(rows), maxRows)] {
		for _, text := range row {
			table += "| " + cell(text) + " "
		}
		table += "|\n"
	}
	if more := len(rows) - maxRows; more > 0 {
		table += fmt.Sprintf("\n%d more are left out.\n", more)
	}
	b.add("%s\n", table)
}

// cell returns the text of a cell, cut at maxCell.
func cell(text string) string {
	if runes := []rune(text); len(runes) > maxCell {
		text = string(runes[:maxCell]) + "…"
	}
	return markup.Cell(text)
}

// markdown returns the review for a pull request.
func (r review) markdown() string {
	var b block
	b.add("### Review of the release\n\n")
	switch {
	case len(r.Changes) == 0:
		b.add("Nothing changes.\n\n")
	case r.Safe:
		b.add("**Safe in one commit**: in whatever order its objects reach the cluster, every lane with weight has " +
			"its subset and pods.\n\n")
	default:
		b.add("**Not safe in one commit**: its objects reach the cluster in any order, and then\n\n")
		for _, h := range r.Hazards[:min(len(r.Hazards), maxRows)] {
			b.add("- %s\n", markup.Cell(h.String()))
		}
		if more := len(r.Hazards) - maxRows; more > 0 {
			b.add("- and %d more\n", more)
		}
		if len(r.Commits) == 0 {
			b.add("\nNo order of commits makes that safe: what the change leads to must be mended.\n")
		} else {
			b.add("\nThese commits are safe, each when the cluster has the one before:\n\n")
		}
		for i, c := range r.Commits {
			objects := c.Objects[:min(len(c.Objects), maxRows)]
			names := strings.Join(objects, ", ")
			if more := len(c.Objects) - maxRows; more > 0 {
				names += fmt.Sprintf(", and %d more", more)
			}
			b.add("%d. %s: %s\n", i+1, cell(c.Title), markup.Cell(names))
		}
		b.add("\n")
	}
	for _, note := range r.Notes[:min(len(r.Notes), maxRows)] {
		b.add("Note: %s.\n\n", markup.Cell(note))
	}
	if n := r.errs(); n > 0 {
		b.add("**%s new.**\n\n", are(n, "error"))
	}
	r.weights(&b)
	for _, q := range r.Requests {
		q.markdown(&b)
	}
	for _, c := range r.Capacity {
		c.markdown(&b)
	}
	var rows [][]string
	for _, f := range r.Findings {
		rows = append(rows, []string{string(f.Severity), string(f.Code), place(f.File, f.Line), f.Object.String() +
			" " + f.Field, f.Message})
	}
	if len(rows) > 0 {
		b.add("#### New findings\n\n")
		b.rows("| Severity | Code | Where | Object | Message |\n| --- | --- | --- | --- | --- |\n", rows)
	}
	if b.left > 0 {
		b.WriteString(fmt.Sprintf("%s left out: the block would be too long.\n", are(b.left, "part")))
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// weights adds the changes: first weights by lane, then all others.
func (r review) weights(b *block) {
	var moves, others [][]string
	for _, c := range r.Changes {
		switch {
		case c.Lane != "":
			moves = append(moves, []string{c.Object, c.Lane, c.Before, c.After})
		case c.Field == "":
			others = append(others, []string{c.Object, "object", orNone(c.Before), orNone(c.After)})
		default:
			others = append(others, []string{c.Object, c.Field, orNone(c.Before), orNone(c.After)})
		}
	}
	if len(moves) > 0 {
		b.add("#### What moves\n\n")
		b.rows("| Object | Lane | Before | After |\n| --- | --- | ---: | ---: |\n", moves)
	}
	if len(others) > 0 {
		b.add("#### What else changes\n\n")
		b.rows("| Object | What | Before | After |\n| --- | --- | --- | --- |\n", others)
	}
}

func (q request) markdown(b *block) {
	b.add("#### Requests to %s\n\n", cell(q.Host+q.Path))
	if q.Moved != nil && q.Moved.Share > 0 {
		share, _ := new(big.Rat).SetString(q.Moved.Fraction)
		b.add("**%s of them go another way than before.**\n\n", percent(share))
	}
	b.rows("| Way | Before | After |\n| --- | ---: | ---: |\n", q.ways())
	b.add("Before: %s. After: %s.\n\n", q.Before.verdict(), q.After.verdict())
	if q.After.Result != nil {
		b.add("```mermaid\n%s```\n\n", q.After.Result.Mermaid())
	}
}

// ways returns a row for each way of the requests, with its shares before and after.
func (q request) ways() [][]string {
	var names []string
	shares := map[string][2]string{}
	for i, w := range []way{q.After, q.Before} {
		if w.Result == nil {
			continue
		}
		for _, o := range w.Result.Outcomes {
			row, known := shares[o.String()]
			if !known {
				names = append(names, o.String())
			}
			row[i] = percent(o.Share)
			shares[o.String()] = row
		}
	}
	var rows [][]string
	for _, name := range names {
		rows = append(rows, []string{name, orNone(shares[name][1]), orNone(shares[name][0])})
	}
	return rows
}

func (w way) verdict() string {
	if w.Result == nil {
		return cell("no preview: " + w.Error)
	}
	if w.Result.Verdict.Kind == preview.Isolated {
		return "isolated"
	}
	return cell(w.Result.Verdict.String())
}

// percent returns a share in percent, to a tenth.
func percent(share *big.Rat) string {
	return new(big.Rat).Mul(share, big.NewRat(100, 1)).FloatString(1) + "%"
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// place returns the position of a finding.
func place(file string, line int) string {
	if line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d", file, line)
}

// count returns the number with its noun.
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// are returns the number with its noun and verb.
func are(n int, what string) string {
	if n == 1 {
		return "1 " + what + " is"
	}
	return count(n, what) + " are"
}
