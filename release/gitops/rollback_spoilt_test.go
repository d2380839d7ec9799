package gitops_test

import (
	"errors"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// walk is a release on one layout, tree by tree.
type walk struct {
	layout string
	trees  []directory
}

// walks returns releases of random commands on every layout.
func walks(t *testing.T, random *rand.Rand, each int) []walk {
	words := []string{"Start", "Promote", "Promote", "Promote", "StepBack", "Pause", "Resume", "Finish", "CleanUp"}
	var out []walk
	all := layouts(t)
	for _, layout := range slices.Sorted(maps.Keys(all)) {
		for i := range each {
			w := walk{layout, []directory{all[layout]}}
			story := append([]string{"Prepare", "Start"}, pick(random, words, 9)...)
			if i == 0 {
				story = finished()
			}
			for _, word := range story {
				d := maps.Clone(w.trees[len(w.trees)-1])
				c, err := command(d.open(t), word)
				if err != nil || c.Nothing() {
					continue
				}
				for n := 1; n < len(c.Files); n++ { // and every way in which it may be cut off
					half := maps.Clone(d)
					half.write(c, n)
					w.trees = append(w.trees, half)
				}
				d.write(c, len(c.Files))
				w.trees = append(w.trees, d)
			}
			out = append(out, w)
		}
	}
	return out
}

func pick(random *rand.Rand, from []string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = from[random.IntN(len(from))]
	}
	return out
}

var weightText = regexp.MustCompile(`(?m)^(\s+(?:- )?weight: +)(\d+)`)

// spoils damage directories. Each says what it did.
func spoils() []func(random *rand.Rand, w walk, d directory) string {
	file := func(random *rand.Rand, d directory) string {
		names := slices.Sorted(maps.Keys(d))
		return names[random.IntN(len(names))]
	}
	with := func(random *rand.Rand, d directory, text string) string { // a file that holds a text
		var names []string
		for _, name := range slices.Sorted(maps.Keys(d)) {
			if strings.Contains(d[name], text) {
				names = append(names, name)
			}
		}
		if len(names) == 0 {
			return ""
		}
		return names[random.IntN(len(names))]
	}
	weight := func(random *rand.Rand, w walk, d directory) string {
		name := with(random, d, " weight: ")
		d[name] = weightText.ReplaceAllStringFunc(d[name], func(m string) string {
			if random.IntN(2) == 0 {
				return m
			}
			return weightText.ReplaceAllString(m, "${1}"+strconv.Itoa(random.IntN(101)))
		})
		return "weights edited"
	}
	replace := func(what, text, old, replacement string) func(*rand.Rand, walk, directory) string {
		return func(random *rand.Rand, _ walk, d directory) string {
			name := with(random, d, text)
			n := 1
			if old == "lane: v2" {
				n = -1
			}
			d[name] = strings.Replace(d[name], old, replacement, n)
			return what
		}
	}
	older := func(random *rand.Rand, w walk, d directory) string {
		from := w.trees[random.IntN(len(w.trees))]
		name := file(random, from)
		d[name] = from[name]
		return "older copy of " + name
	}
	add := func(what, name, text string) func(*rand.Rand, walk, directory) string {
		return func(_ *rand.Rand, _ walk, d directory) string { d[name] = text; return what }
	}
	return []func(*rand.Rand, walk, directory) string{
		weight, weight, weight, older, older, older,
		func(random *rand.Rand, _ walk, d directory) string {
			name := with(random, d, "kind: Deployment")
			delete(d, name)
			return "pods deleted"
		},
		func(random *rand.Rand, _ walk, d directory) string {
			if random.IntN(4) > 0 {
				return "nothing"
			}
			name := file(random, d)
			delete(d, name)
			return "deleted " + name
		},
		replace("stage renamed", "name: full-promotion", "name: full-promotion", "name: complete"),
		replace("stage edited", "{lane: v3, percent: 10}", "{lane: v1, percent: 60}, {lane: v2, percent: 30}",
			"{lane: v1, percent: 30}, {lane: v2, percent: 60}"),
		replace("rollback edited", "rollback: [{lane: v1",
			"rollback: [{lane: v1, percent: 50}, {lane: v2, percent: 50}",
			"rollback: [{lane: v1, percent: 80}, {lane: v2, percent: 20}"),
		replace("state garbled", "/state: '", `/state: '{"schema":1`, `/state: '{"schema":7`),
		replace("state removed", "/state: '", "swimlane-go.github.io/state: '", "example.com/state: '"),
		replace("digest edited", `"planDigest":"sha256:`, `"planDigest":"sha256:`, `"planDigest":"sha256:0`),
		replace("subset misspelt", "subset: v2", "subset: v2", "subset: v9"),
		replace("mark edited", `"revision":`, `"revision":`, `"revision":1`),
		add("template", "templates/all.yaml", "apiVersion: v1\nkind: {{ .Kind }}\nmetadata: {name: {{ .Name }}}\n"),
		add("broken file", "broken.yaml", "a: ["),
		add("other errors", "other.yaml",
			"apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: other}\nspec:\n  hosts: [x]\n"+
				"  http:\n  - route:\n    - {destination: {host: nowhere, subset: none}}\n"),
		func(random *rand.Rand, _ walk, d directory) string {
			name := with(random, d, " weight: ")
			if name == "" || random.IntN(4) > 0 {
				return "nothing"
			}
			d["copy.yaml"] = d[name]
			return "copy of " + name
		},
		func(random *rand.Rand, _ walk, d directory) string {
			name := file(random, d)
			if random.IntN(4) > 0 {
				return "nothing"
			}
			lines := strings.SplitAfter(d[name], "\n")
			at := random.IntN(len(lines))
			d[name] = strings.Join(slices.Insert(lines, at, "<<<<<<< HEAD\n", "a: b\n", "=======\n", "a: c\n",
				">>>>>>> main\n"), "")
			return "conflict in " + name
		},
		func(random *rand.Rand, _ walk, d directory) string {
			if random.IntN(3) > 0 {
				return "nothing"
			}
			name := with(random, d, " weight: ")
			d[name] = weightText.ReplaceAllString(d[name], "${1}&w$2 ")
			return "uneditable " + name
		},
		replace("plan of a lane that is not there", "release", "lane: v2", "lane: v9"),
		replace("wrong type", "exact: /mock", "exact: /mock", "exact: [/mock]"),
		replace("candidate with weight before", "release",
			"{lane: v2, percent: 50}, {lane: v3, percent: 0}]\n    stages",
			"{lane: v2, percent: 50}, {lane: v3, percent: 1}]\n    stages"),
	}
}

// A roll back goes through from every damaged tree, or says which of a few reasons makes it
// impossible.
func TestRollBackOfSpoiltTrees(t *testing.T) {
	t.Parallel()
	const trees = 800
	random := rand.New(rand.NewPCG(11, 3))
	all := walks(t, random, 4)
	counts := map[string]int{}
	for range trees {
		w := all[random.IntN(len(all))]
		d := maps.Clone(w.trees[1+random.IntN(len(w.trees)-1)]) // a tree of a release
		var story []string
		for range 1 + random.IntN(3) {
			story = append(story, spoils()[random.IntN(len(spoils()))](random, w, d))
		}
		delete(d, "") // from a spoil that found no file
		counts[rollBackOf(t, d, w.layout+": "+strings.Join(story, ", "))]++
	}
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%5d %s", counts[reason], reason)
	}
	require.GreaterOrEqual(t, counts["done"], 480)
	require.Len(t, counts, 10, "every reason is met")
}

// rollBackOf rolls a damaged tree back, judges it, and returns the outcome.
func rollBackOf(t *testing.T, d directory, story string) string {
	var files []manifest.File
	for _, name := range slices.Sorted(maps.Keys(d)) {
		files = append(files, manifest.File{Name: name, Data: []byte(d[name])})
	}
	set, unread := manifest.Decode(files...)
	tree, err := gitops.Open(set, "", unread)
	var c gitops.Commit
	if err == nil {
		c, err = tree.Apply(rollout.Event{Kind: rollout.RollBack, Revision: tree.Revision(), At: t0})
	}
	seen := judge(d)
	if err != nil {
		reason, just := seen.reason(err)
		require.True(t, just, "%s\n%s\n%v\n%+v", story, reason, err, seen)
		require.Empty(t, c.Files)
		return reason
	}
	require.False(t, seen.finished || seen.twice || seen.missing || seen.anchors, "%s\n%+v", story, seen)
	d.write(c, len(c.Files))
	after := judge(d)
	require.NotEmpty(t, after.holders, story)
	for name, weights := range after.holders {
		require.Equal(t, seen.rollback, weights, "%s: %s", story, name)
	}
	again, err := tree.After(c).Apply(rollout.Event{Kind: rollout.RollBack, Revision: c.State.Revision, At: t0})
	require.NoError(t, err, story)
	require.True(t, again.Nothing(), story)
	return "done"
}

// reason returns why a roll back was refused, and whether the judge sees it too.
func (j judgement) reason(err error) (string, bool) {
	switch {
	case errors.Is(err, release.ErrNoPlan):
		return "no plan", j.plans == 0
	case errors.Is(err, release.ErrTwice):
		return "holder twice", j.twice
	case errors.Is(err, release.ErrMissing):
		return "holder missing", j.missing
	case errors.Is(err, routing.ErrNoLane):
		return "no such lane", j.odd
	case errors.Is(err, release.ErrUnreadable):
		return "holder unreadable", j.odd
	case errors.Is(err, gitops.ErrKustomize): // it is only in the copy, which no kustomization lists
		return "holder missing", j.missing || j.odd
	case errors.Is(err, gitops.ErrUneditable):
		return "holder not editable", j.anchors
	case errors.Is(err, rollout.ErrFinished):
		return "finished", j.finished
	case errors.Is(err, rollout.ErrNoState):
		return "no release", !j.marked
	}
	var faulty *release.PlanError
	return "plan invalid", errors.As(err, &faulty) && j.badPlan
}
