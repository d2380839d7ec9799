package validate_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/validate"
)

// example returns a file that has the fault of a rule and its twin that has not: the
// shortest, of which the tests hold what is found in them. The rules of releases are
// checked above, in release/gitops, where one good file is the twin of all.
func example(t *testing.T, code validate.Code) (bad, good string) {
	t.Helper()
	text := func(path string) string {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		return string(data)
	}
	shortest := func(pattern string) string {
		return slices.MinFunc(glob(t, pattern), func(a, b string) int { return len(text(a)) - len(text(b)) })
	}
	if strings.HasPrefix(string(code), "SL6") {
		const dir = "../release/gitops/testdata/"
		return text(shortest(dir + "bad/" + string(code) + "-*")), text(dir + "good/two-routes.yaml")
	}
	if strings.HasPrefix(string(code), "SL8") {
		const dir = "../release/gitops/testdata/"
		return text(shortest(dir + "bad/" + string(code) + "-*")), text(dir + "good/enough-pods.yaml")
	}
	dir := "testdata"
	if code == validate.ImmutableField { // of a change, from one file to another
		dir = "testdata/change"
	}
	twin := shortest(dir + "/good/" + string(code) + "-*")
	return text(filepath.Join(dir, "bad", filepath.Base(twin))), text(twin)
}

// docs/findings.md is made from the rules and the files of testdata: run with -update.
func TestRulesAreDocumented(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# Findings

What package validate and the example program lint report. A code keeps its
meaning for ever. A rule marked with * looks for another object: in a check of
a part of what is deployed (` + "`lint -partial`, `validate.Checker`" + `) its findings
are of severity info.

| Code | Severity | What must hold |
| --- | --- | --- |
`)
	for _, rule := range validate.Rules() {
		mark := ""
		if rule.Reference {
			mark = " *"
		}
		fmt.Fprintf(&b, "| [%s](#%s)%s | %s | %s |\n", rule.Code, strings.ToLower(string(rule.Code)), mark,
			severities(rule), rule.Holds)
	}
	b.WriteString("\nBelow, the lines with - have the fault, those with + in their place have it not.\n")
	for _, rule := range validate.Rules() {
		section(t, &b, rule)
	}
	golden.Equal(t, "../../docs/findings.md", b.String())
}

func severities(rule validate.Rule) string {
	if rule.Milder == "" {
		return string(rule.Severity)
	}
	return string(rule.Severity) + "; " + rule.Milder
}

// section writes what there is to know of a rule.
func section(t *testing.T, b *strings.Builder, rule validate.Rule) {
	t.Helper()
	fmt.Fprintf(b, "\n## %s\n\nMust hold: %s.\nOtherwise %s.\nSeverity: %s.\n", rule.Code, rule.Holds, rule.Why,
		severities(rule))
	if rule.Twin != "" {
		fmt.Fprintf(b, "\nLike %s.", rule.Twin)
		if rule.Differs != "" {
			fmt.Fprintf(b, " It differs: %s.", rule.Differs)
		}
		b.WriteString("\n")
	}
	bad, good := example(t, rule.Code)
	b.WriteString("\n```diff\n" + difference(lines(bad), lines(good)) + "```\n")
}

// lines returns the lines of a file but comments on what is wrong.
func lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "# ") {
			out = append(out, strings.TrimRight(line, "\n"))
		}
	}
	return out
}

// context is how many lines stand around those that differ, whole how many a file may
// have that is shown whole, and most how many lines are shown that differ on end.
const context, whole, most = 4, 25, 30

// difference returns what one text has that another has not, and the other way round,
// as "diff -u" does.
func difference(a, b []string) string {
	common := make([][]int, len(a)+1) // the most lines that the rests have in common
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	var out []string
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out, i, j = append(out, " "+a[i]), i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			out, i = append(out, "-"+a[i]), i+1
		default:
			out, j = append(out, "+"+b[j]), j+1
		}
	}
	return cut(out)
}

// cut leaves out lines of a long difference that are far from those that differ.
func cut(all []string) string {
	near := func(i int) bool {
		return len(all) <= whole || slices.ContainsFunc(all[max(0, i-context):min(len(all), i+context+1)],
			func(line string) bool { return line[0] != ' ' })
	}
	var b strings.Builder
	shown, run := true, 0
	for i, line := range all {
		if run++; line[0] == ' ' {
			run = 0
		}
		if near(i) && run < most {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			shown = true
		} else if shown {
			b.WriteString("@@\n")
			shown = false
		}
	}
	return b.String()
}
