package release_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// valuesConfig is a release of v3 beside v1 and v2 with the weights in values.yaml.
func valuesConfig() release.Config {
	c := mockConfig()
	c.Values = &release.Values{File: "values.yaml", Path: "weights"}
	return c
}

// valuesOf reads a release with its weights in a text.
func valuesOf(t *testing.T, config release.Config, text string) release.Live {
	t.Helper()
	set, err := manifest.Decode(manifest.File{Name: "values.yaml", Data: []byte(text)})
	require.NoError(t, err)
	return release.ReadSet(config, set)
}

// edited returns the text after changes of values.
func edited(t *testing.T, l release.Live, changes []manifest.Change) string {
	t.Helper()
	edit, err := l.Set.Edit(changes...)
	require.NoError(t, err)
	require.Len(t, edit.Files, 1)
	return string(edit.Files[0].After)
}

func TestStateStandsBesideTheWeights(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"weights":            "swimlaneState",
		"shop.weights":       "shop.swimlaneState",
		"apps[0].weights":    "apps[0].swimlaneState",
		"shop[a.b/c]":        "shop.swimlaneState",
		"shop[a.b/c].lanes":  "shop[a.b/c].swimlaneState",
		"shop.lanes[weight]": "shop.lanes.swimlaneState",
	} {
		require.Equal(t, want, release.Values{Path: path}.StatePath(), path)
	}
	require.Equal(t, "x.y", release.Values{Path: "weights", State: "x.y"}.StatePath())
}

// Every form is read in its order. A move changes the weights and adds the state. What it adds
// is taken out again.
func TestFormsOfValues(t *testing.T) {
	t.Parallel()
	state := "swimlaneState: STATE\n"
	for name, test := range map[string]struct {
		values       release.Values
		text, moved  string
		withoutState string // after AddLane, TakeOut and RemoveState; the text itself when empty
	}{
		"a mapping": {text: "# c\nweights:\n  v1: 50 # old\n  'v2': 50\nx: 1\n",
			moved: "# c\nweights:\n  v1: 60 # old\n  'v2': 30\n  v3: 10\nx: 1\n" + state},
		"brackets": {text: "weights: {v1: 50, v2: 50} # sum\n", moved: "weights: {v1: 60, v2: 30, v3: 10} # sum\n" +
			state},
		"quotes": {text: "weights:\n  v1: '50'\n  v2: \"50\"\n",
			moved: "weights:\n  v1: '60'\n  v2: \"30\"\n  v3: \"10\"\n" + state},
		"a list": {text: "weights:\n- lane: v1\n  weight: 50\n- lane: v2 # new\n  weight: 50\n",
			moved: "weights:\n- lane: v1\n  weight: 60\n- lane: v2 # new\n  weight: 30\n- lane: v3\n  weight: 10\n" +
				state},
		"a list with keys of its own": {values: release.Values{Path: "a.b", Lane: "name", Weight: "percent",
			State: "s"},
			text: "a:\n  b:\n    - {name: v1, percent: 50}\n    - {percent: 50, name: v2}\n",
			moved: "a:\n  b:\n    - {name: v1, percent: 60}\n    - {percent: 30, name: v2}\n" +
				"    - {percent: 10, name: v3}\ns: STATE\n"},
		"JSON": {text: `{"weights": {"v1": 50, "v2": 50}}` + "\n",
			moved: `{"weights": {"v1": 60, "v2": 30, "v3": 10}, "swimlaneState": STATE}` + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			config := valuesConfig()
			if test.values.Path != "" {
				*config.Values = test.values
				config.Values.File = "values.yaml"
			}
			live := valuesOf(t, config, test.text)
			require.NoError(t, live.Holders[0].Err)
			require.Equal(t, "v1=50 v2=50", live.Holders[0].Weights.ByLane())
			require.False(t, live.Bears)
			next := drive(t, rollout.Start)
			changes, err := live.Move(next, live.Holders, false)
			require.NoError(t, err)
			got := edited(t, live, changes)
			after := valuesOf(t, config, got)
			require.Equal(t, next, after.State)
			require.Empty(t, after.Faults)
			text, err := release.EncodeState(next)
			require.NoError(t, err)
			quoted := "'" + text + "'"
			if name == "JSON" {
				quoted = `"` + strings.ReplaceAll(text, `"`, `\"`) + `"`
			}
			require.Equal(t, strings.Replace(test.moved, "STATE", quoted, 1), got)

			out, err := after.TakeOut([]string{"v3"}, nil)
			require.NoError(t, err)
			before := live.Holders[0]
			back, err := after.Move(drive(t, rollout.Start, rollout.RollBack), after.Holders, true)
			require.NoError(t, err)
			clean := edited(t, after, append(append(back, out...), after.RemoveState()...))
			require.Equal(t, test.text, clean)
			require.Equal(t, before.Weights, valuesOf(t, config, clean).Holders[0].Weights)

			added, err := live.AddLane("v3")
			require.NoError(t, err)
			again := valuesOf(t, config, edited(t, live, added))
			require.Equal(t, "v1=50 v2=50 v3=0", again.Holders[0].Weights.ByLane())
			none, err := again.AddLane("v3")
			require.NoError(t, err)
			require.Empty(t, none)
		})
	}
}

// An error names the line of what cannot be weights.
func TestValuesThatHoldNoWeights(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"x: 1\n":                   "values.yaml:1: Values values.yaml: weights must be a mapping of lanes to weights, or a list of lanes",
		"x: 1\nweights: 3\n":       "values.yaml:2: Values values.yaml: weights must be a mapping",
		"weights:\n  v1: x\n":      `values.yaml:2: Values values.yaml: weights[v1] must be a weight, a whole number from 0 to 100, not "x"`,
		"weights:\n  v1: 010\n":    `not "010"`,
		"weights:\n  v1: 50.0\n":   `not "50.0"`,
		"weights:\n  v1: -1\n":     `not "-1"`,
		"weights:\n  v1: 101\n":    `not "101"`,
		"weights:\n  v1:\n":        `not ""`,
		"weights:\n  v1: {a: 1}\n": "not a list or nothing",
		"weights:\n- v1\n":         "weights[0] must name its lane under the key lane",
		"weights:\n- {lane: v1}\n": "weights[0].weight must be a weight",
		"weights:\n- {lane: v1, weight: 1}\n- {lane: v1, weight: 99}\n": "values.yaml:3: Values values.yaml: weights must list lane v1 once",
	} {
		live := valuesOf(t, valuesConfig(), text)
		err := live.Holders[0].Err
		require.ErrorIs(t, err, release.ErrUnreadable, text)
		require.ErrorContains(t, err, want, text)
		_, err = live.Move(drive(t, rollout.Start), live.Holders, false)
		require.ErrorIs(t, err, release.ErrUnreadable, text)
		_, err = live.AddLane("v3")
		require.ErrorIs(t, err, release.ErrUnreadable, text)
	}
	for _, text := range []string{"", "- a\n"} { // no mapping at all
		require.ErrorIs(t, valuesOf(t, valuesConfig(), text).Holders[0].Err, release.ErrMissing, text)
	}
	// An item with more keys is not made up.
	live := valuesOf(t, valuesConfig(), "weights:\n- {lane: v1, weight: 50}\n- {lane: v2, weight: 50, image: x}\n")
	_, err := live.AddLane("v3")
	require.ErrorContains(t, err, "must list lane v3 with a weight of 0: its items have other keys, image")
	_, err = live.Move(drive(t, rollout.Start), live.Holders, false)
	require.ErrorIs(t, err, release.ErrUnreadable)
}

// The state is read as strictly as an annotation.
func TestStateInValues(t *testing.T) {
	t.Parallel()
	good, err := release.EncodeState(drive(t))
	require.NoError(t, err)
	for text, want := range map[string]error{
		"'" + good + "'": nil,
		good:             release.ErrState, // a mapping, which is no text
		"":               release.ErrState,
		"3":              release.ErrState,
		"'" + strings.Replace(good, `"revision":1`, `"revision":1,"x":2`, 1) + "'": release.ErrState,
		"'" + strings.Replace(good, "sha256:", "sha256:0", 1) + "'":                rollout.ErrForeign,
	} {
		live := valuesOf(t, valuesConfig(), "weights: {v1: 50, v2: 50, v3: 0}\n\nswimlaneState: "+text+"\n")
		require.True(t, live.Bears, text)
		if want == nil {
			require.Equal(t, drive(t), live.State)
			require.Empty(t, live.Faults)
			continue
		}
		require.Zero(t, live.State, text)
		require.Len(t, live.Faults, 1, text)
		require.ErrorIs(t, live.Faults[0].Err, want, text)
		require.Equal(t, 3, live.Faults[0].Object.Line, text)
	}
}

func TestValuesInAPlan(t *testing.T) {
	t.Parallel()
	config := valuesConfig()
	config.Values = &release.Values{File: "values.yaml", Path: "a.w", State: "s", Lane: "n", Weight: "p"}
	cm, err := config.ConfigMap()
	require.NoError(t, err)
	require.NotContains(t, cm.Data, "routes")
	back, err := release.ConfigOf(cm)
	require.NoError(t, err)
	require.Equal(t, config, back)

	// The path of the file is relative to the plan.
	o, err := manifest.NewObject(cm, "apps/shop/release.yaml")
	require.NoError(t, err)
	back, err = release.DecodeConfig(o)
	if err == nil { // a typed object was not read from a file
		require.Equal(t, "apps/shop/values.yaml", back.Values.File)
	}

	for want, spoil := range map[string]func(c *release.Config){
		"values: Forbidden":        func(c *release.Config) { c.LaneGroup = "mock" },
		"values.file: Required":    func(c *release.Config) { c.Values.File = "" },
		"values.file: Invalid":     func(c *release.Config) { c.Values.File = "/etc/x.yaml" },
		"must be a file of values": func(c *release.Config) { c.Values.File = "x/kustomization.yaml" },
		"values.path: Required":    func(c *release.Config) { c.Values.Path = "" },
		"values.path: Invalid":     func(c *release.Config) { c.Values.Path = "a[0" },
		"values.state: Invalid":    func(c *release.Config) { c.Values.State = "a.w.x" },
		"values.weight: Invalid":   func(c *release.Config) { c.Values.Weight = "n" },
		"candidate.images: Forbidden": func(c *release.Config) {
			c.Candidate.Images = []release.Image{{Service: "a", Container: "b", Image: "c"}}
		},
		"services: Forbidden": func(c *release.Config) { c.Services = []release.ServiceName{{Name: "a"}} },
	} {
		bad := config
		values := *config.Values
		bad.Values = &values
		spoil(&bad)
		_, err := bad.ConfigMap()
		require.ErrorContains(t, err, want)
	}
}

// Objects of a cluster have no release with weights in a file.
func TestReadKnowsNoValues(t *testing.T) {
	t.Parallel()
	live, err := release.Read(valuesConfig(), []runtime.Object{}...)
	require.NoError(t, err)
	require.ErrorIs(t, live.Holders[0].Err, release.ErrMissing)
	_, err = live.With(drive(t))
	require.Error(t, err)
	require.Empty(t, live.RemoveState())
	require.Empty(t, live.Unserved(rollout.Weights{rollout.W("v1", 100)}))
}
