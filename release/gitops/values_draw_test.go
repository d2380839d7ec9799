package gitops_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
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
