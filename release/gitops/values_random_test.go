package gitops_test

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
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

// valuesApp is an app with its weights in a file of values, as somebody wrote it.
type valuesApp struct {
	name   string
	lanes  []string // the stable ones and, last, the candidate
	path   string   // of the weights, as a plan has it
	at     []any    // the same, by keys and positions
	state  string   // the key of the state
	lane   string   // the key of a lane in a list; empty for a mapping
	weight string
	listed bool // the candidate is there before the release
	block  string
	plan   rollout.Plan
}

func (a valuesApp) candidate() string { return a.lanes[len(a.lanes)-1] }

// around are the places in a file for the weights of an app: the text before and behind them,
// their depth, and their path.
var around = []struct {
	before, behind string
	indent         int
	path           string
	at             []any
}{
	{"%s:\n", "", 2, "%s", nil},
	{"%[1]s-app: # the app\n  replicas: 3\n  %[1]s:\n", "", 4, "%[1]s-app.%[1]s", []any{"-app"}},
	{"%[1]s-apps:\n- name: a\n  example.com/%[1]s:\n", "  # the last of its keys\n- name: b\n", 4,
		"%[1]s-apps[0][example.com/%[1]s]", []any{"-apps", 0}},
}

// drawValuesApp returns an app and the text that its block begins and ends with. A single app
// may have numbers as names of lanes.
func drawValuesApp(t *rapid.T, name string, alone bool) (a valuesApp, before, behind string) {
	draw := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }
	a.name = name
	a.lanes = rapid.SampledFrom([][]string{{"1", "2"}, {"1", "2", "3"}, {"4", "3", "2", "1"}}).Draw(t, "lanes")
	prefix := draw(name+"-v", name)
	if alone && rapid.Bool().Draw(t, "numbers") {
		prefix = ""
	}
	a.lanes = slices.Clone(a.lanes)
	for i := range a.lanes {
		a.lanes[i] = prefix + a.lanes[i]
	}
	place := rapid.SampledFrom(around).Draw(t, "place")
	before, behind = strings.ReplaceAll(place.before, "%[1]s", name), place.behind
	before, a.path = strings.ReplaceAll(before, "%s", name),
		strings.NewReplacer("%[1]s", name, "%s", name).Replace(place.path)
	key := name
	if len(place.at) == 2 {
		key = "example.com/" + name
	}
	for i, part := range place.at {
		if text, ok := part.(string); ok {
			part = name + text
		}
		a.at = slices.Insert(a.at, i, part)
	}
	a.at = append(a.at, key)
	a.state = draw("swimlaneState", "state-of-"+name)
	if place.at == nil {
		a.state = "state-of-" + name // two apps may be side by side
	}
	a.listed = rapid.Bool().Draw(t, "listed")

	a.plan.Candidate = a.candidate()
	vector := func(percent int) (out rollout.Weights) {
		rest := 100 - percent
		for _, share := range shareOut(len(a.lanes) - 1) {
			out = append(out, rollout.W(a.lanes[len(out)], share*(100-percent)/100))
			rest -= out[len(out)-1].Percent
		}
		out[0].Percent += rest
		return append(out, rollout.W(a.candidate(), percent))
	}
	a.plan.Before, a.plan.Rollback = vector(0), vector(0)
	for i, percent := range []int{10, 50, 100}[rapid.IntRange(0, 2).Draw(t, "first stage"):] {
		a.plan.Stages = append(a.plan.Stages, rollout.Stage{Name: fmt.Sprintf("s%d", i), Weights: vector(percent)})
	}
	if len(a.lanes) > 2 && rapid.Bool().Draw(t, "another roll back") {
		a.plan.Rollback[0].Percent, a.plan.Rollback[1].Percent = 1, a.plan.Rollback[0].Percent+
			a.plan.Rollback[1].Percent-1
	}

	// The entries, each in a different form.
	isList, flow := rapid.Bool().Draw(t, "a list"), rapid.Bool().Draw(t, "in brackets")
	if isList {
		a.lane, a.weight = draw("lane", "name"), draw("weight", "percent")
	}
	var entries []string
	for i, w := range a.plan.Before {
		if w.Lane == a.candidate() && !a.listed {
			continue
		}
		quote := draw("", "'", `"`)
		value := quote + strconv.Itoa(w.Percent) + quote
		quote = draw("", "'", `"`)
		lane := quote + w.Lane + quote
		switch {
		case isList && (flow || draw("", "x") == ""):
			pair := []string{a.lane + ": " + lane, a.weight + ": " + value}
			if draw("", "x") == "" {
				slices.Reverse(pair)
			}
			entries = append(entries, "{"+strings.Join(pair, ", ")+"}")
		case isList:
			entries = append(entries, a.lane+": "+lane+draw("", " # of old")+"\n  "+a.weight+": "+value)
		default:
			entries = append(entries, lane+draw(": ", ":   ")+value)
		}
		if !flow {
			entries[len(entries)-1] += draw("", "", fmt.Sprintf(" # number %d", i))
		}
	}
	indent := strings.Repeat(" ", place.indent)
	switch {
	case flow && isList:
		a.block = " [" + strings.Join(entries, ", ") + "]" + draw("", " # in brackets")
	case flow:
		a.block = " {" + strings.Join(entries, ", ") + "}" + draw("", " # in brackets")
	default:
		for i, e := range entries {
			if isList {
				e = "- " + strings.ReplaceAll(e, "\n", "\n"+indent)
			}
			a.block += "\n" + indent + e
			if i < len(entries)-1 && draw("", "", "x") != "" {
				a.block += "\n" + indent + "# between"
			}
		}
	}
	return a, strings.TrimSuffix(before, "\n"), "\n" + behind
}

// config returns the plan of the app as a file.
func (a valuesApp) config(t require.TestingT) string {
	c := release.Config{Name: a.name, Plan: a.plan,
		Candidate: release.Candidate{Version: a.candidate(), From: a.lanes[0]}}
	c.Values = &release.Values{File: "values.yaml", Path: a.path, State: a.statePath(), Lane: a.lane, Weight: a.weight}
	cm, err := c.ConfigMap()
	require.NoError(t, err)
	data, err := yaml.Marshal(map[string]any{"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{"name": cm.Name, "labels": cm.Labels}, "data": cm.Data})
	require.NoError(t, err)
	return string(data)
}

// statePath is the path of the state in the plan: empty if the plan need not say it.
func (a valuesApp) statePath() string {
	if a.state == release.StateKey {
		return ""
	}
	return strings.TrimSuffix(release.Values{Path: a.path}.StatePath(), release.StateKey) + a.state
}

// weights returns the weights of the app in a decoded file, and removes them and the state from
// it.
func (a valuesApp) weights(t require.TestingT, doc map[string]any) string {
	var at any = doc
	for _, step := range a.at[:len(a.at)-1] {
		if i, ok := step.(int); ok {
			at = at.([]any)[i]
		} else {
			at = at.(map[string]any)[step.(string)]
		}
	}
	parent := at.(map[string]any)
	key := a.at[len(a.at)-1].(string)
	var out []string
	switch weights := parent[key].(type) {
	case map[string]any:
		for _, lane := range slices.Sorted(maps.Keys(weights)) {
			out = append(out, fmt.Sprintf("%s=%v", lane, weights[lane]))
		}
	case map[any]any: // keys are numbers
		for lane, weight := range weights {
			out = append(out, fmt.Sprintf("%v=%v", lane, weight))
		}
	case []any:
		for _, item := range weights {
			item := item.(map[string]any)
			require.Len(t, item, 2)
			out = append(out, fmt.Sprintf("%v=%v", item[a.lane], item[a.weight]))
		}
	}
	delete(parent, key)
	delete(parent, a.state)
	slices.Sort(out)
	return strings.Join(out, " ")
}

// spell spells weights as valuesApp.weights does.
func spell(weights rollout.Weights, but ...string) string {
	var out []string
	for _, w := range weights {
		if !slices.Contains(but, w.Lane) {
			out = append(out, fmt.Sprintf("%s=%d", w.Lane, w.Percent))
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// masked returns a text without the states and without the lines and items of other lanes.
// Every weight of a lane that stays is the same number.
func masked(text string, apps []valuesApp, gone map[string]bool) string {
	text = strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n") + "\n"
	for _, a := range apps {
		text = regexp.MustCompile(`(?m)^ *`+a.state+`: '\{[^']*\}'\n`).ReplaceAllString(text, "")
		for _, lane := range a.lanes {
			name, number := `['"]?`+lane+`['"]?`, `['"]?\d+['"]?`
			one := name + ": +" + number
			if a.lane != "" {
				item := []string{a.lane + ": " + name, a.weight + ": " + number}
				one = `\{(?:` + item[0] + ", " + item[1] + "|" + item[1] + ", " + item[0] + `)\}|` + item[0] +
					`(?: # of old)?\n +` + item[1]
			}
			if gone[lane] {
				text = regexp.MustCompile(`(?m)^ +(?:- )?(?:`+one+`)(?: #.*)?\n`).ReplaceAllString(text, "")
				text = regexp.MustCompile(`, (?:`+one+`)|(?:`+one+`), `).ReplaceAllString(text, "")
				continue
			}
			text = regexp.MustCompile(one).ReplaceAllStringFunc(text, func(found string) string {
				return regexp.MustCompile(`: *(['"]?)\d+(['"]?)`).ReplaceAllString(found, ": ${1}N$2")
			})
		}
	}
	return text
}

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

// node returns the weight of a lane in a decoded file.
func (a valuesApp) node(at *yaml.Node, lane string) *yaml.Node {
	get := func(in *yaml.Node, key string) *yaml.Node {
		for i := 0; i < len(in.Content); i += 2 {
			if in.Content[i].Value == key {
				return in.Content[i+1]
			}
		}
		return nil
	}
	for _, step := range a.at {
		if i, ok := step.(int); ok {
			at = at.Content[i]
		} else {
			at = get(at, step.(string))
		}
	}
	if at.Kind == yaml.MappingNode {
		return get(at, lane)
	}
	i := slices.IndexFunc(at.Content, func(item *yaml.Node) bool { return get(item, a.lane).Value == lane })
	return get(at.Content[i], a.weight)
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
