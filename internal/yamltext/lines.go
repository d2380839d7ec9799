package yamltext

import (
	"bytes"
	"strings"
)

// lineSpan returns the whole lines that a span is part of, with their ends.
func (d *Document) lineSpan(s Span) Span {
	start := d.start + bytes.LastIndexByte(d.text[d.start:s.Start], '\n') + 1
	end := d.end
	if i := bytes.IndexByte(d.text[s.End:d.end], '\n'); i >= 0 {
		end = s.End + i + 1
	}
	return Span{start, end}
}

// insertLine returns the patch that inserts lines below the line that at is on. A
// file without a line end at its end keeps none.
func (d *Document) insertLine(at int, lines string) Patch {
	end := d.lineSpan(Span{at, at}).End
	if d.text[end-1] != '\n' {
		return Patch{Span{end, end}, d.eol() + strings.TrimSuffix(lines, d.eol())}
	}
	return Patch{Span{end, end}, lines}
}

// removeLines returns the patch that removes whole lines. A file without a line
// end at its end keeps none.
func (d *Document) removeLines(lines Span) Patch {
	if lines.End > 0 && lines.End == len(d.text) && d.text[lines.End-1] != '\n' && lines.Start > d.start {
		lines.Start--
		if lines.Start > d.start && d.text[lines.Start-1] == '\r' {
			lines.Start--
		}
	}
	return Patch{lines, ""}
}
