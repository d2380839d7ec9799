package release_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/swimlane-go/swimlane/examples/mock"
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
	config, err := release.ReadConfig(decoded(t, configText(t)))
	require.NoError(t, err)
	require.Equal(t, "mock", config.Name)
	require.Equal(t, mock.Plan().Digest(), config.Plan.Digest())
	require.Equal(t, "v3", config.Candidate.LaneName())
	require.Equal(t, "v2", config.Candidate.From)
	require.Len(t, config.Candidate.Images, 1)
	require.Equal(t, []release.EntryRoute{{Namespace: "istio-system", Name: "mock"}}, config.Routes)

	// The first route by namespace and name carries the state.
	config, err = release.ReadConfig(decoded(t, strings.Replace(configText(t), "- {namespace: istio-system, name: mock}", "[{name: b}, {namespace: z, name: a}, {name: a, route: main}]", 1)))
	require.NoError(t, err)
	require.Equal(t, []release.EntryRoute{{Name: "a", Route: "main"}, {Name: "b"}, {Namespace: "z", Name: "a"}}, config.Routes)
	require.Equal(t, manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "default", Name: "a"}, config.Routes[0].Ref())
}

func TestReadConfigRefuses(t *testing.T) {
	t.Parallel()
	const route = "- {namespace: istio-system, name: mock}"
	text := configText(t)
	for name, test := range map[string]struct{ old, replacement, want string }{
		"no string":       {`plan: "1"`, `plan: 1`, `must be the string "1"`},
		"other format":    {`plan: "1"`, `plan: "2"`, `must be the string "1"`},
		"no candidate":    {"  candidate: |", "  kandidate: |", "data.candidate: must be set\ndata.kandidate: must be one of plan, candidate, routes"},
		"unknown key":     {"criteria:", "kriteria:", `unknown field "stages[0].kriteria"`},
		"bad plan":        {"{lane: v3, percent: 10}", "{lane: v3, percent: 20}", "plan.stages[0].weights: Invalid value"},
		"other lane":      {"version: v3", "version: v9", "candidate.lane: Invalid value"},
		"bad version":     {"from: v2", "from: V2", "candidate.from: Invalid value"},
		"image":           {"service: mocka, ", "", "candidate.images[0]: Required value"},
		"no routes":       {route, "[]", "routes: Required value"},
		"route twice":     {route, route + "\n    - {namespace: istio-system, name: mock, route: b}", "routes[1]: Duplicate value"},
		"bad route":       {route, "- {name: Mock}", "routes[0].name: Invalid value"},
		"both":            {"  routes: |", "  laneGroup: mock\n  routes: |", "routes: Forbidden"},
		"bad group":       {"  routes: |\n    " + route, "  laneGroup: Mock", "laneGroup: Invalid value"},
		"neither":         {"  routes: |\n    " + route, "", "routes: Required value"},
		"data of numbers": {"  routes: |\n    " + route, "  routes: 7", "data"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, text, test.old)
			_, err := release.ReadConfig(decoded(t, strings.Replace(text, test.old, test.replacement, 1)))
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, err, "in.yaml:2: ConfigMap mock: ", "where it stands")
			require.NotErrorIs(t, err, release.ErrNoPlan)
		})
	}
	_, err := release.ReadConfig(manifest.Set{})
	require.ErrorIs(t, err, release.ErrNoPlan)
	_, err = release.ReadConfig(decoded(t, text+"---\n"+strings.Replace(text, "name: mock\n", "name: x\n", 1)))
	require.ErrorContains(t, err, "there must be one plan")
	built, err := manifest.NewObject(&corev1.ConfigMap{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"}, ObjectMeta: metav1.ObjectMeta{Name: "mock", Labels: map[string]string{release.LabelPlan: "1"}}}, "")
	require.NoError(t, err)
	_, err = release.ReadConfig(manifest.NewSet(built))
	require.ErrorContains(t, err, "must be a ConfigMap that was read")
}

func decoded(t *testing.T, text string) manifest.Set {
	t.Helper()
	set, err := manifest.Decode(manifest.File{Name: "in.yaml", Data: []byte(text)})
	require.NoError(t, err)
	return set
}
