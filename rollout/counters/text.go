package counters

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// These bound what a text may hold. A proxy of a large mesh serves a few MiB.
const (
	maxText   = 64 << 20
	maxLine   = 64 << 10
	maxLabels = 64
)

// Parse reads a text in the Prometheus text format (version 0.0.4) that was served at a
// moment. The pod is the one that served the text; it is "" when the text is about
// several pods, such as a store's federation, and the label Pod of each series names
// them.
//
// It reads strictly: every line must be whole, including those of other metrics, and the
// last one must end, so a truncated text is refused. Comments and times are skipped. It
// reads at most 64 MiB, in lines of at most 64 KiB with at most 64 labels. Quoted names
// are not supported. Errors are [ErrFormat] and each [LineError], all at once up to a
// bound.
func (f Format) Parse(at time.Time, pod string, data []byte) (Scrape, error) {
	if err := f.validate(pod); err != nil {
		return Scrape{}, err
	}
	switch {
	case len(data) > maxText:
		return Scrape{}, &LineError{Reason: fmt.Sprintf("must be at most %d bytes, found %d", maxText, len(data))}
	case len(data) > 0 && data[len(data)-1] != '\n':
		return Scrape{}, &LineError{Line: 1 + bytes.Count(data, []byte("\n")),
			Reason: "must end with a line feed: the text is cut off"}
	}
	r := reader{format: &f, pod: pod, out: Scrape{At: at}, name: f.Name, pods: map[string]bool{}}
	if f.Unit != 0 {
		r.name += "_bucket"
	}
	if pod != "" {
		r.out.Pods = []string{pod}
		r.pods[pod] = true
	}
	var faults faults
	text := string(data) // names and labels are parts of it
	for number := 1; text != ""; number++ {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		if reason := r.line(line); reason != "" {
			faults.add(&LineError{Line: number, Reason: reason})
		}
	}
	if err := faults.err(); err != nil {
		return Scrape{}, err
	}
	return r.out, nil
}

// reader makes a scrape from lines.
type reader struct {
	format *Format
	name   string
	pod    string
	out    Scrape
	pods   map[string]bool
	labels []label
	buffer []byte
}

type label struct{ name, value string }

// line reads one line, and returns what is wrong with it, or nothing.
func (r *reader) line(line string) string {
	if len(line) > maxLine {
		return fmt.Sprintf("must be at most %d bytes, found %d", maxLine, len(line))
	}
	if strings.IndexByte(line, 0) >= 0 {
		return "must not hold a zero byte"
	}
	rest := blank(line)
	if rest == "" || rest[0] == '#' {
		return ""
	}
	name, rest := word(rest, true)
	if name == "" {
		return fmt.Sprintf("must begin with the name of a metric, found %q", head(rest))
	}
	rest, reason := r.braces(blank(rest))
	if reason != "" {
		return reason
	}
	value, reason := number(blank(rest))
	if reason != "" || name != r.name {
		return reason
	}
	return r.sample(value)
}

// braces reads labels, if there are any, and returns what follows.
func (r *reader) braces(rest string) (after, fault string) {
	r.labels = r.labels[:0]
	if rest == "" || rest[0] != '{' {
		return rest, ""
	}
	for rest = blank(rest[1:]); ; {
		if strings.HasPrefix(rest, "}") {
			return rest[1:], ""
		}
		var l label
		if l.name, rest = word(rest, false); l.name == "" {
			return "", fmt.Sprintf("must have the name of a label or }, found %q", head(rest))
		}
		if rest = blank(rest); !strings.HasPrefix(rest, "=") {
			return "", fmt.Sprintf("must have = after the label %s, found %q", short(l.name), head(rest))
		}
		var closed bool
		if l.value, rest, closed = quoted(blank(rest[1:])); !closed {
			return "", fmt.Sprintf("must have a value in quotes for the label %s", short(l.name))
		}
		if !utf8.ValidString(l.value) {
			return "", fmt.Sprintf("must have a value in UTF-8 for the label %s", short(l.name))
		}
		if len(r.labels) == maxLabels {
			return "", fmt.Sprintf("must have at most %d labels", maxLabels)
		}
		r.labels = append(r.labels, l)
		switch rest = blank(rest); {
		case strings.HasPrefix(rest, ","):
			rest = blank(rest[1:])
		case !strings.HasPrefix(rest, "}"):
			return "", fmt.Sprintf("must have a comma or } after the label %s, found %q", short(l.name), head(rest))
		}
	}
}

// sample keeps the series, if the format wants it.
func (r *reader) sample(value float64) string {
	f := r.format
	s := Sample{Pod: r.pod, Value: value}
	wanted, bound := 0, ""
	// The labels in order, so that the order in the text does not matter.
	slices.SortFunc(r.labels, func(a, b label) int { return strings.Compare(a.name, b.name) })
	r.buffer = r.buffer[:0]
	for i, l := range r.labels {
		if i > 0 && l.name == r.labels[i-1].name {
			return fmt.Sprintf("must have the label %s once", short(l.name))
		}
		if want, asked := f.Match[l.name]; asked && want == l.value {
			wanted++
		} else if asked {
			wanted = math.MinInt
		}
		if l.name == "le" && f.Unit != 0 {
			bound = l.value
			continue
		}
		// No else: one label may have two meanings.
		if l.name == f.Pod && r.pod == "" {
			s.Pod = l.value
		}
		if l.name == f.Lane {
			s.Lane = l.value
			if lane, named := f.Lanes[l.value]; named {
				s.Lane = lane
			}
		}
		if l.name == f.Service {
			s.Service = l.value
		}
		if l.name == f.Code && f.Unit == 0 {
			s.Bad = f.bad(l.value)
		}
		r.buffer = append(r.buffer, l.name...)
		r.buffer = append(r.buffer, '=')
		r.buffer = strconv.AppendQuote(r.buffer, l.value)
		r.buffer = append(r.buffer, ',')
	}
	if s.Pod == "" {
		return fmt.Sprintf("must have the label %s: the caller told no pod", f.Pod)
	}
	if !r.pods[s.Pod] {
		r.pods[s.Pod] = true
		r.out.Pods = append(r.out.Pods, s.Pod)
	}
	if wanted != len(f.Match) {
		return ""
	}
	if reason := countFault(value); reason != "" {
		return reason
	}
	if f.Unit != 0 {
		le, err := strconv.ParseFloat(bound, 64)
		if err != nil || !(le > 0) {
			return fmt.Sprintf("must have a number above 0 as le, found %q", head(bound))
		}
		// In this order 250 ms are 0.25 to the last bit.
		s.Bound = le * float64(f.Unit) / float64(time.Second)
	}
	s.Series = strings.TrimSuffix(string(r.buffer), ",")
	r.out.Samples = append(r.out.Samples, s)
	return ""
}
