package prometheus

import (
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/rollout/counters"
)

var format = counters.Format{Name: "m", Lane: "lane", Service: "svc", Code: "code", Bad: []string{"5"},
	Match: map[string]string{"r": "s"}}

// theirs reads a text with Prometheus' parser, and returns its samples in our format.
func theirs(text string) ([]counters.Sample, error) {
	// Comments mean nothing to us, and their parser may refuse them. Blanks before a name mean
	// nothing by the format's definition, but their parser includes them in the name.
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimLeft(line, " \t")
	}
	lines = slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "#") })
	parser := textparse.NewPromParser([]byte(strings.Join(lines, "")), labels.NewSymbolTable(), false)
	var out []counters.Sample
	for {
		entry, err := parser.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		if entry != textparse.EntrySeries {
			continue
		}
		_, _, value := parser.Series()
		var all labels.Labels
		parser.Labels(&all)
		if all.Get("__name__") != "m" || all.Get("r") != "s" {
			continue
		}
		s := counters.Sample{Pod: "p", Lane: all.Get("lane"), Service: all.Get("svc"),
			Bad: strings.HasPrefix(all.Get("code"), "5"), Value: value}
		var series []string
		all.Range(func(l labels.Label) {
			if l.Name != "__name__" {
				series = append(series, l.Name+"="+strconv.Quote(l.Value))
			}
		})
		s.Series = strings.Join(series, ",")
		out = append(out, s)
	}
}

// blanks may be between any two words.
var blanks = rapid.SampledFrom([]string{"", "", "", " ", "\t", "  "})

// line draws a well-formed line.
func line(t *rapid.T) string {
	blank := func() string { return blanks.Draw(t, "blank") }
	switch rapid.IntRange(0, 9).Draw(t, "kind") {
	case 0:
		return blank()
	case 1:
		return rapid.SampledFrom([]string{"# HELP m requests", "# TYPE m counter", "#", "# \" {"}).Draw(t, "comment")
	}
	name := rapid.SampledFrom([]string{"m", "m", "m", "m_bucket", "a:b", "_x9"}).Draw(t, "name")
	var b strings.Builder
	b.WriteString(blank() + name + blank())
	names := rapid.Permutation([]string{"r", "lane", "svc", "code", "x"}).Draw(t, "labels")
	names = names[:rapid.IntRange(0, 5).Draw(t, "count")]
	if len(names) > 0 || rapid.Bool().Draw(t, "empty") {
		b.WriteString("{" + blank())
		for i, label := range names {
			value := rapid.SampledFrom([]string{"v1", "mocka", "503", "é", `a\\b`, `\"`, `\n`, `\x`, "}", ", ", "#",
				"x y"}).Draw(t, "value")
			if label == "r" && rapid.IntRange(0, 4).Draw(t, "reporter") > 0 {
				value = "s"
			}
			b.WriteString(label + blank() + "=" + blank() + `"` + value + `"` + blank())
			if i < len(names)-1 || rapid.Bool().Draw(t, "trailing") {
				b.WriteString("," + blank())
			}
		}
		b.WriteString("}" + blank())
	} else {
		b.WriteString(" ")
	}
	values := []string{"0", "1", "17", "1e3", "9007199254740992", "1.0", "+5", "00"}
	if name != "m" {
		values = append(values, "NaN", "+Inf", "-1.5", "1e-9", "infinity")
	}
	b.WriteString(rapid.SampledFrom(values).Draw(t, "number"))
	b.WriteString(rapid.SampledFrom([]string{"", " 1773216000000", "\t0 ", " "}).Draw(t, "time"))
	return b.String()
}

// text draws well-formed lines.
func text(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(rapid.Custom(line), 0, 8).Draw(t, "lines"), "\n") + "\n"
}

func same(t *rapid.T, text string, got counters.Scrape) {
	want, err := theirs(text)
	require.NoError(t, err, "%q", text)
	require.Equal(t, want, got.Samples, "%q", text)
}

// Both parsers read well-formed texts, with the same result.
func TestParsersAgree(t *testing.T) {
	read := 0
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			text := text(t)
			got, err := format.Parse(time.Unix(0, 0), "p", []byte(text))
			require.NoError(t, err, "%q", text)
			same(t, text, got)
			read += len(got.Samples)
		}
	})
	require.Greater(t, read, 200)
}

// stricter are our reasons to refuse texts that Prometheus reads.
var stricter = regexp.MustCompile(strings.Join([]string{
	`must be a whole number`,               // a count that is not whole
	`must have a comma or }`,               // labels without a comma between them
	`must have the label \w+ once`,         // a repeated label
	`must have the name of a label or }`,   // a name in quotes
	`must begin with the name of a metric`, // in braces and quotes
	`must have a value in quotes`,          // a value that contains a line feed
	`must not hold a zero byte`,            // a zero byte ends the text for Prometheus
	`must end with a line feed`,            // Prometheus adds it
}, "|"))

// If we read a damaged text, we read it as Prometheus does. If only we refuse it, the reason is in
// stricter.
func TestDamagedTexts(t *testing.T) {
	bytes := []byte("\"\\{}=, \t\n#\x00\xff\r_:-+.0159eNmrxsp")
	read, refused := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		// Each check draws many texts: both parsers refuse most of the damaged ones.
		for range 20 {
			damaged := []byte(text(t))
			for range rapid.IntRange(1, 3).Draw(t, "damages") {
				at := rapid.IntRange(0, len(damaged)-1).Draw(t, "at")
				b := rapid.SampledFrom(bytes).Draw(t, "byte")
				switch rapid.IntRange(0, 2).Draw(t, "how") {
				case 0:
					damaged[at] = b
				case 1:
					damaged = slices.Insert(damaged, at, b)
				case 2:
					if len(damaged) > 1 {
						damaged = slices.Delete(damaged, at, at+1)
					}
				}
			}
			got, err := format.Parse(time.Unix(0, 0), "p", damaged)
			if err == nil {
				same(t, string(damaged), got)
				read++
				continue
			}
			want, theirErr := theirs(string(damaged))
			if theirErr == nil && !slices.ContainsFunc(want,
				func(s counters.Sample) bool { return math.IsNaN(s.Value) }) {
				require.Regexp(t, stricter, err.Error(), "%q", damaged)
			}
			refused++
		}
	})
	require.Greater(t, read, 100)
	require.Greater(t, refused, 100)
}

// We read all forms of values that Prometheus' federation and proxies write.
func TestValuesThatGoPrints(t *testing.T) {
	for _, v := range []float64{0, 1, 1e6, 123456789, 1e21 / 1e7, 1 << 53} {
		for _, text := range []string{fmt.Sprint(v), strconv.FormatFloat(v, 'g', -1, 64),
			strconv.FormatFloat(v, 'f', -1, 64)} {
			got, err := format.Parse(time.Unix(0, 0), "p", []byte(`m{r="s"} `+text+"\n"))
			require.NoError(t, err)
			require.Equal(t, v, got.Samples[0].Value)
		}
	}
}
