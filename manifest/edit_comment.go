package manifest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// Comment is a comment that names the old percent of a weight that an edit changes, as a number or
// in a word. It is at the end of the line of the weight, or on separate lines directly above. Edits
// change no comments.
type Comment struct {
	// File and Line say where it is after the edit, the line from 1.
	File string
	Line int
	// Text is the comment, with its #.
	Text string
}

// String returns "FILE:LINE: the comment TEXT may no longer hold", the text in quotes.
func (c Comment) String() string {
	return position.Clauses(position.At(c.File, c.Line), fmt.Sprintf("the comment %q may no longer hold", c.Text))
}

// outdate marks the comments beside a weight that changes.
func (e *editor) outdate(doc *yamltext.Document, weight *yaml.Node, percent int) {
	if weight == nil { // it is not written
		return
	}
	old, err := strconv.ParseFloat(weight.Value, 64)
	if err != nil || old != float64(int(old)) {
		return
	}
	for _, c := range doc.Comments(weight) {
		c.At = doc.OutwardAt(c.At)
		switch {
		case namesPercent(c.Text, int(old)):
			e.outdated[doc.File] = append(e.outdated[doc.File], c)
		case namesPercent(c.Text, percent):
			e.holds[doc.File] = append(e.holds[doc.File], c)
		}
	}
}

// outdatedIn returns the marked comments of a file, in order.
func (d *draft) outdatedIn(f fileReading) []Comment {
	comments := slices.Clone(d.outdated[f.Name])
	slices.SortFunc(comments, func(a, b yamltext.Comment) int { return cmp.Compare(a.At, b.At) })
	var out []Comment
	for _, c := range slices.Compact(comments) { // a comment may be beside several weights
		out = append(out, Comment{f.Name, yamltext.LineAt(f.Data, c.At), c.Text})
	}
	return out
}

// namesPercent reports whether a comment names a percent.
func namesPercent(comment string, percent int) bool {
	comment = strings.ToLower(strings.TrimLeft(comment, "#"))
	numbers := strings.FieldsFunc(comment, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(".#_%", r)
	})
	for _, n := range numbers {
		n = strings.TrimRight(n, "%.")
		if whole, fraction, _ := strings.Cut(n, "."); whole == strconv.Itoa(percent) &&
			strings.Trim(fraction, "0") == "" {
			return true
		}
	}
	words := " " + strings.Join(strings.FieldsFunc(comment, func(r rune) bool { return !unicode.IsLetter(r) }), " ") +
		" "
	return slices.ContainsFunc(inWords(percent), func(w string) bool { return strings.Contains(words, " "+w+" ") })
}

// inWords returns the words that people write for a percent.
func inWords(percent int) []string {
	switch percent {
	case 0:
		return []string{"none", "nothing", "no traffic", "no requests"}
	case 25:
		return []string{"quarter"}
	case 33, 34:
		return []string{"a third", "one third"}
	case 50:
		return []string{"half"}
	case 100:
		return []string{"all", "everything"}
	}
	return nil
}
