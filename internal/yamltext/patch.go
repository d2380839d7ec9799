package yamltext

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
)

// Span is a part of a file's text: text[Start:End].
type Span struct{ Start, End int }

// Patch replaces a part of a file's text.
type Patch struct {
	Span
	Text string
}

// Apply applies patches to a text, in any order. It fails when two patches overlap. Removals of
// neighbours in a flow collection may share a comma.
func Apply(text []byte, patches []Patch) ([]byte, error) {
	var out []byte
	at := 0
	for _, p := range joinItems(text, patches) {
		if p.Start < at {
			return nil, errors.New("must not be changed twice in one place")
		}
		out = append(append(out, text[at:p.Start]...), p.Text...)
		at = p.End
	}
	return append(out, text[at:]...), nil
}

// Moved returns where an offset of a text is after the patches. kept is false when a patch replaces
// the text there.
func Moved(text []byte, patches []Patch, at int) (moved int, kept bool) {
	moved = at
	for _, p := range joinItems(text, patches) {
		switch {
		case p.End <= at:
			moved += len(p.Text) - (p.End - p.Start)
		case p.Start <= at:
			return moved, false
		}
	}
	return moved, true
}

// LineBefore turns a line of the patched text into the line that it was before the patches, both
// from 1. For a line that a patch adds it is the line above.
func LineBefore(text []byte, patches []Patch, line int) int {
	after, err := Apply(text, patches)
	if err != nil {
		return line
	}
	at, moved := lineStart(after, line), 0
	for _, p := range joinItems(text, patches) {
		start := p.Start + moved
		if at < start {
			break
		}
		if at < start+len(p.Text) {
			line := LineAt(text, p.Start)
			if line > 1 && text[p.Start-1] == '\n' {
				line--
			}
			return line
		}
		moved += len(p.Text) - (p.End - p.Start)
	}
	return LineAt(text, min(at-moved, len(text)))
}

// lineStart returns the offset at which a line of a text begins; the end of the text for a line
// after the last one. Lines count from 1.
func lineStart(text []byte, line int) int {
	at := 0
	for ; line > 1 && at < len(text); line-- {
		for ends := false; !ends && at < len(text); {
			var size int
			size, ends = lineBreak(text[at:])
			at += size
		}
	}
	return at
}

// joinItems returns the patches in the order of the text. It joins the patches that remove the last
// items of a flow collection into one. The last item is removed with the comma before it, every
// other item with the comma after it. So the last two removals overlap in one comma, and none takes
// the comma before the first removed item: the joined patch removes it.
func joinItems(text []byte, patches []Patch) []Patch {
	patches = slices.Clone(patches)
	slices.SortStableFunc(patches, func(a, b Patch) int { return cmp.Compare(a.Start, b.Start) })
	var out []Patch
	for _, p := range patches {
		from := len(out) - 1
		if from < 0 || !shareComma(text, out[from], p) {
			out = append(out, p)
			continue
		}
		for from > 0 && out[from-1].End == out[from].Start && out[from-1].Text == "" {
			from--
		}
		all := Patch{Span{out[from].Start, p.End}, ""}
		if before := bytes.TrimRight(text[:all.Start], " \t\r\n,"); bytes.Contains(text[len(before):all.Start],
			[]byte(",")) {
			all.Start = len(before)
		}
		out = append(out[:from], all)
	}
	return out
}

// shareComma reports whether two patches remove text, and overlap in one comma.
func shareComma(text []byte, a, b Patch) bool {
	return a.Text == "" && b.Text == "" && a.Start < b.Start && b.Start < a.End && a.End <= b.End &&
		bytes.Equal(bytes.TrimSpace(text[b.Start:a.End]), []byte(","))
}
