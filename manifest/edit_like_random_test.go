package manifest_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// drawnKey is a key with a value: a string, an int64, a bool, nil, a []drawnKey (a
// mapping), or an []any (a list of such values).
type drawnKey struct {
	name  string
	value any
}

// writer writes values as a person might, with comments, and draws the values of another object.
type writer struct {
	*rapid.T
	keys  int
	lines []string
	// The lines that a copy must hold, in order: whole lines, and comments behind changed values.
	kept []string
}

func (w *writer) oneIn(n int, what string) bool { return rapid.IntRange(1, n).Draw(w.T, what) == n }

func (w *writer) scalar() any {
	return rapid.OneOf(
		rapid.Map(rapid.SampledFrom([]string{"v1", "v2", "x/y:1.0", "it's", `"q"`, "", "yes", "1.0", "a: b", "c # d",
			"two words", "l\nm\n", "é", "#n", "{o}", "v1 # p\n"}), func(s string) any { return s }),
		rapid.Map(rapid.Int64Range(-1, 3), func(n int64) any { return n }),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Just[any](nil),
	).Draw(w.T, "scalar")
}

func (w *writer) value(depth int) any {
	switch n := rapid.IntRange(0, 9).Draw(w.T, "kind"); {
	case n < 3 && depth > 0:
		return w.mapping(depth - 1)
	case n < 5 && depth > 0:
		list := make([]any, rapid.IntRange(0, 3).Draw(w.T, "items"))
		for i := range list {
			list[i] = w.value(depth - 1)
		}
		return list
	}
	return w.scalar()
}

func (w *writer) mapping(depth int) []drawnKey {
	out := make([]drawnKey, rapid.IntRange(0, 4).Draw(w.T, "keys"))
	for i := range out {
		w.keys++
		out[i] = drawnKey{"k" + strconv.Itoa(w.keys), w.value(depth)}
	}
	return out
}

// changed returns the value that another object has instead of a value.
func (w *writer) changed(value any) any {
	switch v := value.(type) {
	case []drawnKey:
		var out []drawnKey
		for _, k := range v {
			if !w.oneIn(9, "leave out") {
				out = append(out, drawnKey{k.name, w.changed(k.value)})
			}
		}
		if w.oneIn(9, "add") {
			w.keys++
			out = append(out, drawnKey{"k" + strconv.Itoa(w.keys), w.value(1)})
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = w.changed(v[i])
		}
		if w.oneIn(60, "append") {
			out = append(out, w.scalar())
		}
		return out
	case string:
		if w.oneIn(5, "change") {
			return rapid.SampledFrom([]string{"v3", "reg/z:2", "it's not", "no", "r # s", "#t"}).Draw(w.T, "text")
		}
	default:
		if w.oneIn(5, "change") {
			return w.scalar()
		}
	}
	return value
}

// put adds a line. A copy holds the whole line if it stays, else its end, if any.
func (w *writer) put(line, end string, stays bool) {
	w.lines = append(w.lines, line+end)
	switch {
	case stays:
		w.kept = append(w.kept, line+end)
	case end != "":
		w.kept = append(w.kept, strings.TrimSpace(end))
	}
}

func (w *writer) remark(what string) string {
	if w.oneIn(3, what) {
		return fmt.Sprintf(" # c%d: of v1", len(w.lines))
	}
	return ""
}

// write writes the keys of a mapping. others are the keys of the copy; none when the mapping is
// removed as a whole.
func (w *writer) write(in string, keys []drawnKey, others any) {
	copied, stays := others.([]drawnKey)
	for _, k := range keys {
		if remark := w.remark("line of a comment"); remark != "" {
			if !stays {
				w.lines = append(w.lines, in+remark)
			} else {
				w.put(in+remark, "", true)
			}
		}
		i := slices.IndexFunc(copied, func(c drawnKey) bool { return c.name == k.name })
		if i < 0 {
			w.entry(in+k.name+":", in, k.value, gone{})
		} else {
			w.entry(in+k.name+":", in, k.value, copied[i].value)
		}
	}
}

// gone is the value of a copy for a removed key.
type gone struct{}

// entry writes a value behind the beginning of a line. other is the value of the copy.
func (w *writer) entry(begin, in string, value, other any) {
	_, goes := other.(gone)
	block := w.oneIn(2, "block")
	line := func(text, end string, stays bool) {
		if goes {
			w.lines = append(w.lines, text+end)
		} else {
			w.put(text, end, stays)
		}
	}
	end := w.remark("behind")
	switch v := value.(type) {
	case []drawnKey:
		if block && len(v) > 0 {
			line(begin, end, true)
			w.write(in+"  ", v, other)
			return
		}
	case []any:
		if block && len(v) > 0 {
			line(begin, end, true)
			list, _ := other.([]any)
			for i, item := range v {
				if i >= len(list) {
					w.entry(in+"  -", in+"  ", item, other)
					continue
				}
				w.entry(in+"  -", in+"  ", item, list[i])
			}
			return
		}
	case string:
		if strings.HasSuffix(v, "\n") {
			line(begin+" |", end, other == value)
			for text := range strings.Lines(v) {
				line(in+"    "+strings.TrimSuffix(text, "\n"), "", other == value)
			}
			return
		}
	}
	same := fmt.Sprint(value) == fmt.Sprint(other) && fmt.Sprintf("%T", value) == fmt.Sprintf("%T", other)
	if _, isText := value.(string); !isText && !same {
		if !goes {
			w.lines = append(w.lines, begin+" "+w.flow(value)+end) // a comment of a number
			return
		}
	}
	line(begin+" "+w.flow(value), end, same)
}

// flow returns a value on one line.
func (w *writer) flow(value any) string {
	var parts []string
	switch v := value.(type) {
	case []drawnKey:
		for _, k := range v {
			parts = append(parts, k.name+": "+w.flow(k.value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		for _, item := range v {
			parts = append(parts, w.flow(item))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case nil:
		return "null"
	case string:
		node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: v,
			Style: rapid.SampledFrom([]yaml.Style{yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle, 0}).Draw(w.T,
				"style")}
		if yamltext.Ambiguous(v) && node.Style == 0 || strings.Contains(v, "\n") {
			node.Style = yaml.DoubleQuotedStyle
		}
		out, err := yaml.Marshal(&yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle,
			Content: []*yaml.Node{node}})
		require.NoError(w.T, err)
		return strings.TrimSuffix(strings.TrimPrefix(string(out), "["), "]\n")
	}
	return fmt.Sprint(value)
}

// plain returns a value as JSON decodes it.
func plain(value any) any {
	switch v := value.(type) {
	case []drawnKey:
		out := map[string]any{}
		for _, k := range v {
			out[k.name] = plain(k.value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plain(v[i])
		}
		return out
	}
	return value
}

// For any two objects, and any text of one: the text that is written for the other means exactly
// the other. If it is a copy, every line and comment about values that do not differ stays.
func TestCopiesMeanTheirValue(t *testing.T) {
	t.Parallel()
	var copies, all atomic.Int64
	rapid.Check(t, func(t *rapid.T) {
		w := &writer{T: t}
		spec := w.mapping(3)
		other := w.changed(spec)
		w.put("apiVersion: example.com/v1", " # of v1", true)
		w.put("kind: Widget", "", true)
		w.put("metadata: {name: a}", " # of a", false)
		w.put("spec:", w.remark("spec"), true)
		if len(spec) == 0 {
			w.lines[len(w.lines)-1] = "spec: {}"
			w.kept = w.kept[:len(w.kept)-1]
		}
		w.write("  ", spec, other)
		text := strings.Join(w.lines, "\n") + "\n"
		value := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "example.com/v1", "kind": "Widget",
			"metadata": map[string]any{"name": "b"}, "spec": plain(other)}}

		got := added(t, text, value, nil)
		require.Equal(t, encoded(t, value), encoded(t, valueOf(t, got)), "of\n%s", text)
		all.Add(1)
		if got == encoded(t, value) {
			return
		}
		copies.Add(1)
		rest := got
		for _, line := range w.kept {
			_, after, found := strings.Cut(rest, line)
			require.True(t, found, "%q must be in\n%s\nof\n%s", line, got, text)
			rest = after
		}

		worded := added(t, text, value, map[string]string{"v1": "v2"})
		require.Equal(t, strings.Count(got, ": of v1"), strings.Count(worded, ": of v2"), "%s\nbecame\n%s", got, worded)
		require.Equal(t, encoded(t, value), encoded(t, valueOf(t, worded)))
	})
	require.Greater(t, 2*copies.Load(), all.Load(), "most are copies")
}
