package gitops_test

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/validate"
)

// Two apps with weights in one file of values are released by random commands. After each
// command the weights are the plan's, and nothing else of the file has changed, byte for byte.
// A roll back with its clean-up leaves the file as it was. Edits by hand are found, and taken
// over or rolled back.
func TestReleasesInValues(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		if !*allLive && rapid.IntRange(0, 4).Draw(t, "a fifth") > 0 {
			return
		}
		m := newValuesMachine(t)
		t.Repeat(map[string]func(*rapid.T){
			"":         m.check,
			"prepare":  func(t *rapid.T) { m.ask(t, "Prepare") },
			"move":     func(t *rapid.T) { m.ask(t, rapid.SampledFrom(moves).Draw(t, "event")) },
			"on":       m.onward,
			"cleanup":  func(t *rapid.T) { m.ask(t, "CleanUp") },
			"edit":     m.edit,
			"rollback": func(t *rapid.T) { m.ask(t, "RollBack") },
		})
	})
}

// moves are the events of a release.
var moves = []string{"Start", "Promote", "StepBack", "Pause", "Resume", "Finish"}

// valuesMachine is a file of values, and the places of the releases in it.
type valuesMachine struct {
	d       directory
	start   string
	apps    []valuesApp
	want    map[string]string // the weights that each app must have
	gone    map[string]bool   // lanes that were missing at some time
	over    map[string]bool   // the release of an app was finished and cleaned up
	drifted map[string]bool   // somebody has edited the weights of an app
}

func newValuesMachine(t *rapid.T) *valuesMachine {
	m := &valuesMachine{d: directory{}, want: map[string]string{}, gone: map[string]bool{}, over: map[string]bool{},
		drifted: map[string]bool{}}
	remark := func() string {
		return rapid.SampledFrom([]string{"", "\n", "# --- of the platform team: {{ do not touch }}\n",
			"other: {shop-v1: 50, weight: 3} # 100%\n",
			"base: &base\n  weight: 70\nagain: *base\nmerged:\n  <<: *base\n"}).Draw(t, "remark")
	}
	m.start = rapid.SampledFrom([]string{"", "---\n", "# The values.\n\n"}).Draw(t, "start")
	seen := map[string]bool{}
	some := func() {
		if text := remark(); !seen[text] {
			m.start += text
			seen[text] = strings.Contains(text, ":")
		}
	}
	names := []string{"shop", "tool"}[:rapid.IntRange(1, 2).Draw(t, "apps")]
	for _, name := range names {
		a, before, behind := drawValuesApp(t, name, len(names) == 1)
		some()
		m.start += before + a.block + behind
		m.d[name+".yaml"] = a.config(t)
		m.apps = append(m.apps, a)
		m.gone[a.candidate()] = !a.listed
		m.want[name] = spell(a.plan.Before)
		if !a.listed {
			m.want[name] = spell(a.plan.Before, a.candidate())
		}
	}
	some()
	m.start += rapid.SampledFrom([]string{"", "", "# the end\n", "\n# the end\n  # of all\n"}).Draw(t, "end")
	if rapid.Bool().Draw(t, "no final newline") {
		m.start = strings.TrimRight(m.start, "\n")
	}
	if rapid.Bool().Draw(t, "CRLF") {
		m.start = strings.ReplaceAll(m.start, "\n", "\r\n")
	}
	m.d["values.yaml"] = m.start
	return m
}

func (m *valuesMachine) open(t *rapid.T, a valuesApp) gitops.Tree {
	tree, err := gitops.Open(m.d.set(t), a.name)
	require.NoError(t, err)
	return tree
}

// app draws one of the apps.
func (m *valuesMachine) app(t *rapid.T) valuesApp { return rapid.SampledFrom(m.apps).Draw(t, "app") }

// onward moves a release on as it is meant to go.
func (m *valuesMachine) onward(t *rapid.T) {
	a := m.app(t)
	tree := m.open(t, a)
	word := "Prepare"
	if tree.Prepared() {
		word = "CleanUp"
		if next := a.plan.Next(tree.State); len(next) > 0 {
			word = string(next[0])
		}
	}
	m.askOf(t, a, word)
}

func (m *valuesMachine) ask(t *rapid.T, word string) { m.askOf(t, m.app(t), word) }

// askOf asks for a command. The command is done exactly if the plan allows it now, and nobody
// has edited the weights. But a roll back is done with any weights.
func (m *valuesMachine) askOf(t *rapid.T, a valuesApp, word string) {
	tree := m.open(t, a)
	before := tree.State
	c, err := command(tree, word)
	next, refused := before, error(nil)
	switch word {
	case "Prepare":
		switch {
		case m.over[a.name]:
			refused = gitops.ErrOver
		case before.Closed():
			refused = gitops.ErrNotCleanedUp
		case before.Phase == rollout.Running || before.Phase == rollout.Paused:
			refused = rollout.ErrStarted
		case !tree.Prepared() && m.want[a.name] != spell(a.plan.Before) &&
			m.want[a.name] != spell(a.plan.Before, a.candidate()):
			refused = errors.New("a roll back led elsewhere")
		case !tree.Prepared():
			next.Revision = 1
		}
	case "CleanUp":
		if tree.Prepared() && !before.Closed() {
			refused = release.ErrUnfinished
		}
		next = rollout.State{}
	default:
		if !tree.Prepared() {
			refused = rollout.ErrNoState
			break
		}
		next, refused = a.plan.Apply(before,
			rollout.Event{Kind: rollout.EventKind(word), Revision: before.Revision, At: t0})
		if c.Nothing() && err == nil { // its goal holds already
			next, refused = before, nil
		}
	}
	if m.drifted[a.name] && word != "RollBack" && !(word == "CleanUp" && !tree.Prepared()) {
		require.Error(t, err, "%s over an edit by hand", word)
		return
	}
	if refused != nil {
		require.Error(t, err, word)
		return
	}
	require.NoError(t, err, "%s\n%s", word, m.d["values.yaml"])
	require.Equal(t, next.Revision, c.State.Revision, word)
	m.done(t, a, c)
	switch {
	case word == "CleanUp" && tree.Prepared():
		for _, lane := range a.plan.Retiring(before) {
			m.gone[lane] = true
		}
		m.over[a.name] = before.Phase == rollout.Finished
		m.want[a.name] = spell(a.plan.Weights(before), a.plan.Retiring(before)...)
	case word == "RollBack":
		m.drifted[a.name] = false
	}
}

// done writes a commit, of values alone.
func (m *valuesMachine) done(t *rapid.T, a valuesApp, c gitops.Commit) {
	for _, f := range c.Files {
		require.Equal(t, "values.yaml", f.Name)
	}
	m.d.write(c, len(c.Files))
	if c.State != (rollout.State{}) {
		m.want[a.name] = spell(a.plan.Weights(c.State))
	}
}

// edit edits a weight by hand, or undoes all such edits by taking a place of the plan.
func (m *valuesMachine) edit(t *rapid.T) {
	a := m.app(t)
	tree := m.open(t, a)
	if !tree.Prepared() || tree.State.Closed() {
		return
	}
	if m.drifted[a.name] {
		at := rapid.SampledFrom(a.plan.Stages).Draw(t, "place").Name
		c, err := tree.Adopt(at, t0)
		require.NoError(t, err)
		m.done(t, a, c)
		m.drifted[a.name] = false
		return
	}
	var doc yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(m.d["values.yaml"]), &doc))
	lane := rapid.SampledFrom(a.lanes).Draw(t, "lane")
	node := a.node(doc.Content[0], lane)
	lines := strings.SplitAfter(m.d["values.yaml"], "\n")
	line := lines[node.Line-1]
	at := node.Column - 1 + strings.IndexAny(line[node.Column-1:], "0123456789")
	was := line[at : at+len(node.Value)]
	other := strconv.Itoa(rapid.IntRange(0, 100).Draw(t, "weight"))
	if other == was {
		return
	}
	lines[node.Line-1] = line[:at] + other + line[at+len(was):]
	m.d["values.yaml"] = strings.Join(lines, "")
	m.drifted[a.name] = true
	m.want[a.name] = strings.Replace(m.want[a.name]+" ", lane+"="+was+" ", lane+"="+other+" ", 1)
	m.want[a.name] = strings.TrimSpace(m.want[a.name])
}

// check checks what must hold at any time.
func (m *valuesMachine) check(t *rapid.T) {
	text := m.d["values.yaml"]
	var now, first map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(text), &now), text)
	require.NoError(t, yaml.Unmarshal([]byte(m.start), &first))
	asBefore, drifted := true, false
	for _, a := range m.apps {
		require.Equal(t, m.want[a.name], a.weights(t, now), text)
		was := a.weights(t, first)
		asBefore = asBefore && was == m.want[a.name] && !m.open(t, a).Prepared()
		drifted = drifted || m.drifted[a.name]
	}
	require.Equal(t, first, now)
	if !slices.Contains(slices.Collect(maps.Values(m.over)), true) { // comments go with their lanes
		require.Equal(t, masked(m.start, m.apps, m.gone), masked(text, m.apps, m.gone))
	}
	if strings.Contains(m.start, "\r") {
		require.Equal(t, strings.Count(text, "\n"), strings.Count(text, "\r\n"), "lines end as all others: %q", text)
	} else {
		require.NotContains(t, text, "\r")
	}
	if asBefore {
		require.Equal(t, m.start, text)
	}
	errs := 0
	for _, f := range gitops.Check(m.d.set(t), validate.Checker{}) {
		if f.Severity == validate.Error {
			errs++
		}
	}
	require.Equal(t, drifted, errs > 0, text)
}
