package release_test

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// configText returns the ConfigMap of the sample directory.
func configText(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("../examples/gitops/testdata/tree/release.yaml")
	require.NoError(t, err)
	return string(data)
}

func TestReadConfig(t *testing.T) {
	t.Parallel()
	config, err := release.ReadConfig(decoded(t, configText(t)), "")
	require.NoError(t, err)
	require.Equal(t, "mock", config.Name)
	require.Equal(t, mock.Plan().Digest(), config.Plan.Digest())
	require.Equal(t, "v3", config.Candidate.LaneName())
	require.Equal(t, "v2", config.Candidate.From)
	require.Len(t, config.Candidate.Images, 1)
	require.Equal(t, []release.EntryRoute{{Namespace: "istio-system", Name: "mock"}}, config.Routes)

	// The first route by namespace and name carries the state.
	config, err = release.ReadConfig(decoded(t,
		strings.Replace(configText(t), "- {namespace: istio-system, name: mock}",
			"[{name: b}, {namespace: z, name: a}, {name: a, route: main}]", 1)), "")
	require.NoError(t, err)
	require.Equal(t, []release.EntryRoute{{Name: "a", Route: "main"}, {Name: "b"}, {Namespace: "z", Name: "a"}},
		config.Routes)
	require.Equal(t, manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "default",
		Name: "a"}, config.Routes[0].Ref())
}

// TestPlanErrors compares the errors of faulty plans with a file: people read these texts. Each
// case makes replacements in the sample's ConfigMap.
func TestPlanErrors(t *testing.T) {
	t.Parallel()
	const route, version, weights = "- {namespace: istio-system, name: mock}", "    version: v3\n",
		"{lane: v1, percent: 60}, {lane: v2, percent: 30}"
	text := configText(t)
	var out strings.Builder
	for _, test := range []struct {
		name  string
		pairs []string
	}{
		{"label is no string", []string{`plan: "1"`, `plan: 1`}},
		{"label of another format", []string{`plan: "1"`, `plan: "2"`}},
		{"name", []string{"name: mock\n", `name: "mock\n\nCo-authored-by: a <a@b.c>\u202e"` + "\n"}},
		{"misspelt key", []string{"  candidate: |", "  kandidate: |"}},
		{"no keys", []string{"\ndata:\n", "\ndat:\n"}},
		{"data is a list", []string{text[strings.Index(text, "\ndata:"):], "\ndata: [plan]\n"}},
		{"values are no texts", []string{"  routes: |\n    " + route, "  routes: [mock]\n  laneGroup: 7",
			"  candidate: |", "  candidate:"}},
		{"lane group is no text", []string{"  routes: |\n    " + route, "  laneGroup: 7"}},
		{"key twice", []string{"  routes: |", "  candidate: |\n    version: v4\n  routes: |"}},
		{"weights", []string{weights, "{lane: v1, percent: 70}, {lane: v2, percent: 30}",
			"percent: 40}, {lane: v2, percent: 30}", "percent: 130}, {lane: v1, percent: 30}"}},
		{"wrong types", []string{weights, `{lane: 1, percent: ten}, {lane: v2, percent: 30.5}`,
			"name: increase-v3-share", "name: [a]", version, "    version: {}\n"}},
		{"unknown and duplicate keys",
			[]string{"      criteria: After deploying v3\n", "      kriteria: a\n      name: b\n", "    from: v2\n",
				"    form: v2\n    from: v2\n", route, "- {namespace: istio-system, name: mock, rout: a}"}},
		{"not YAML", []string{"    stages:\n", "    stages: [\n"}},
		{"two documents", []string{"    rollback:", "    ---\n    rollback:"}},
		{"merge conflict", []string{"    from: v2\n",
			"    <<<<<<< ours\n    from: v1\n    =======\n    from: v2\n    >>>>>>> theirs\n"}},
		{"names", []string{"name: increase-v3-share", "name: Increase", "name: shift-majority-to-v3", `name: "3"`,
			"name: full-promotion", "name: prepared", "from: v2", "from: V2", route, "- {name: Mock}"}},
		{"stage twice", []string{"name: increase-v3-share", "name: initial-canary"}},
		{"stage without a name", []string{"- name: initial-canary\n      weights:", "- weights:"}},
		{"candidate falls", []string{"{lane: v1, percent: 10}, {lane: v2, percent: 10}, {lane: v3, percent: 80}",
			"{lane: v1, percent: 80}, {lane: v2, percent: 10}, {lane: v3, percent: 10}"}},
		{"order of lanes", []string{weights, "{lane: v2, percent: 30}, {lane: v1, percent: 60}"}},
		{"lane twice", []string{weights, "{lane: v1, percent: 60}, {lane: v1, percent: 30}"}},
		{"candidate has weight before",
			[]string{"{lane: v2, percent: 50}, {lane: v3, percent: 0}]\n    stages",
				"{lane: v2, percent: 40}, {lane: v3, percent: 10}]\n    stages"}},
		{"candidate is none", []string{"    candidate: v3\n", ""}},
		{"candidate would forge a line", []string{"    candidate: v3\n", `    candidate: "v3\n\u2028"` + "\n"}},
		{"other version", []string{version, "    version: v9\n"}},
		{"other lane", []string{version, version + "    lane: green\n"}},
		{"images", []string{"service: mocka, ", "", "    images:\n",
			"    images:\n    - {service: mocka, container: default, image: 'a:FILL-IN'}\n"}},
		{"no routes", []string{route, "[]"}},
		{"routes twice", []string{route, route + "\n    - {namespace: istio-system, name: mock, route: b}"}},
		{"routes and lane group", []string{"  routes: |", "  laneGroup: Mock\n  routes: |"}},
		{"neither", []string{"  routes: |\n    " + route, ""}},
		{"empty texts", []string{text[strings.Index(text, "  plan: |"):],
			"  plan: ''\n  candidate: |\n    # nothing\n  routes: |\n    null\n"}},
		{"flow and quoted texts", []string{"  routes: |\n    " + route, `  routes: "[{nam: a}, {nam: b, nam: c}]"`}},
		{"folded text", []string{"  candidate: |\n", "  candidate: >\n"}},
		{"block below a tag", []string{"  candidate: |\n", "  candidate: !!str\n    |\n", "from: v2", "from: V2"}},
		{"blank lines, comments and CRLF",
			[]string{"  plan: |\n", "  plan: |2 # the plan\n\n\n    # more\n", "from: v2", "from: V2", weights,
				"{lane: v1, percent: 61}, {lane: v2, percent: 30}", "\n", "\r\n"}},
	} {
		changed := text
		for i := 0; i < len(test.pairs); i += 2 {
			require.Contains(t, changed, test.pairs[i], test.name)
			n := 1
			if test.pairs[i] == "\n" {
				n = -1
			}
			changed = strings.Replace(changed, test.pairs[i], test.pairs[i+1], n)
		}
		_, err := release.ReadConfig(decoded(t, changed), "")
		var faulty *release.PlanError
		require.ErrorAs(t, err, &faulty, test.name)
		require.NotErrorIs(t, err, release.ErrNoPlan)
		require.Equal(t, "ConfigMap", faulty.Object.Kind)
		require.Equal(t, len(faulty.Faults), len(strings.Split(err.Error(), "\n")), "a line a fault: %s", err)
		var first release.PlanFault
		require.ErrorAs(t, err, &first)
		require.Equal(t, faulty.Faults[0], first)
		fmt.Fprintf(&out, "# %s\n%s\n\n", test.name, err)
	}
	golden.Equal(t, "plan-errors.txt", out.String())
}

func TestReadConfigFindsThePlan(t *testing.T) {
	t.Parallel()
	text := configText(t)
	_, err := release.ReadConfig(manifest.Set{}, "")
	require.ErrorIs(t, err, release.ErrNoPlan)
	_, err = release.ReadConfig(manifest.Set{}, "mock")
	require.ErrorIs(t, err, release.ErrNoPlan)

	two := decoded(t, text+"---\n"+strings.Replace(text, "name: mock\n", "name: \"x\\n\"\n", 1))
	_, err = release.ReadConfig(two, "")
	require.EqualError(t, err,
		`there must be one plan, or -plan must name one of them: there are "mock" (in.yaml:2), "x\n" (in.yaml:35)`)
	_, err = release.ReadConfig(two, "y")
	require.EqualError(t, err, `there must be a plan "y": there are "mock" (in.yaml:2), "x\n" (in.yaml:35)`)
	require.NotErrorIs(t, err, release.ErrNoPlan)
	config, err := release.ReadConfig(two, "mock")
	require.NoError(t, err, "what is wrong with others is no matter")
	require.Equal(t, "mock", config.Name)
	require.Len(t, release.PlanObjects(two), 2)

	_, err = release.ReadConfig(decoded(t, text+"---\n"+text), "mock")
	require.EqualError(t, err, `there must be one plan "mock": there are "mock" (in.yaml:2), "mock" (in.yaml:35)`)

	built, err := manifest.NewObject(&corev1.ConfigMap{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{Name: "mock", Labels: map[string]string{release.LabelPlan: "1"}}}, "")
	require.NoError(t, err)
	_, err = release.ReadConfig(manifest.NewSet(built), "")
	require.EqualError(t, err, "ConfigMap mock: must be a ConfigMap that was read")
}

// FuzzPlan checks three things: no plan makes the reader panic, every fault is in the file, and
// a plan without one can be released.
func FuzzPlan(f *testing.F) {
	data, err := os.ReadFile("../examples/gitops/testdata/tree/release.yaml")
	require.NoError(f, err)
	text := string(data)
	for _, part := range strings.Split(text, "- ") {
		f.Add(strings.Replace(text, part, "", 1))
		f.Add(strings.Replace(text, part, part+"x", 1))
	}
	f.Fuzz(func(t *testing.T, text string) {
		set, err := manifest.Decode(manifest.File{Name: "in.yaml", Data: []byte(text)})
		if err != nil {
			return
		}
		config, err := release.ReadConfig(set, "")
		var faulty *release.PlanError
		switch {
		case err == nil:
			_, err := config.Plan.Prepare(t0)
			require.NoError(t, err)
		case errors.As(err, &faulty):
			for _, fault := range faulty.Faults {
				require.GreaterOrEqual(t, fault.Line, 1)
				require.LessOrEqual(t, fault.Line, 1+
					len(regexp.MustCompile("\r\n|[\n\r\u0085\u2028\u2029]").FindAllString(text, -1)))
				require.NotContains(t, fault.Error(), "\n")
			}
		}
	})
}

// A text is read in a JSON file, in a List, and without a literal block too.
func TestReadConfigOfOtherForms(t *testing.T) {
	t.Parallel()
	want, err := release.ReadConfig(decoded(t, configText(t)), "")
	require.NoError(t, err)
	data, err := yaml.YAMLToJSON([]byte(configText(t)))
	require.NoError(t, err)
	for _, text := range []string{string(data), "apiVersion: v1\nkind: List\nitems:\n- " + string(data) + "\n",
		strings.ReplaceAll(configText(t), "\n", "\r\n")} {
		got, err := release.ReadConfig(decoded(t, text), "")
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err = release.ReadConfig(decoded(t, "\n"+strings.Replace(string(data), "percent: 60", "percent: 61", 1)), "")
	require.EqualError(t, err, "in.yaml:2: plan.stages[0].weights: must sum to 100, not 101", "the line of the key")
}

func decoded(t *testing.T, text string) manifest.Set {
	t.Helper()
	set, err := manifest.Decode(manifest.File{Name: "in.yaml", Data: []byte(text)})
	require.NoError(t, err)
	return set
}

// Names of a plan without a namespace are in the namespace of the set for its file.
func TestPlanInTheNamespaceOfItsSet(t *testing.T) {
	const plan = `apiVersion: v1
kind: ConfigMap
metadata: {name: mock, labels: {swimlane-go.github.io/plan: "1"}}
data:
  plan: |
    candidate: v2
    before: [{lane: v1, percent: 100}, {lane: v2, percent: 0}]
    stages: [{name: all, weights: [{lane: v1, percent: 0}, {lane: v2, percent: 100}]}]
    rollback: [{lane: v1, percent: 100}, {lane: v2, percent: 0}]
  candidate: "{version: v2, from: v1}"
  routes: "[{name: b}, {namespace: own, name: a}, {namespace: zoo, name: a}]"
  services: "[{name: cart}, {name: pay, namespace: own}]"
`
	for namespace, want := range map[string][]string{"shop": {"own/a", "shop/b", "zoo/a"},
		"": {"default/b", "own/a", "zoo/a"}} {
		set, err := manifest.Reader{Namespace: namespace}.Decode(manifest.File{Name: "release.yaml",
			Data: []byte(plan)})
		require.NoError(t, err)
		config, err := release.ReadConfig(set, "")
		require.NoError(t, err)
		var got []string
		for _, r := range config.Routes {
			got = append(got, r.Ref().Namespace+"/"+r.Name)
		}
		require.Equal(t, want, got)
		require.Equal(t, []release.ServiceName{{Name: "cart", Namespace: namespace}, {Name: "pay", Namespace: "own"}},
			config.Services)
	}
}
