package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/manifest"
)

func TestDiff(t *testing.T) {
	from, err := mockSet(t).YAML()
	require.NoError(t, err)
	docs := strings.Split(string(from), "\n---\n")
	docs = docs[1:] // mocka's Service goes
	to := strings.Join(docs, "\n---\n") + "---\n" + configMap("new")
	for _, change := range [][2]string{
		{"weight: 50", "weight: 40"},
		{"weight: 50", "weight: 60"},
		{"replicas: 1", "replicas: 2"},
		{"value: v1\n", "value: 'v1|x'\n"},
		{"    version: v3\n", "    version: v3\n    team: x\n"},
		{"        subset: v2\n", "        subset: v9\n"},
		{"        imagePullPolicy: IfNotPresent\n", ""},
	} {
		require.Contains(t, to, change[0])
		to = strings.Replace(to, change[0], change[1], 1)
	}
	differences := manifest.Diff(setOf(t, string(from)), setOf(t, to))
	golden.Equal(t, "diff.txt", differences.String())
	golden.Equal(t, "diff.md", differences.Markdown())
}

// The same meaning in another form is no difference.
func TestDiffSeesMeaning(t *testing.T) {
	a := setOf(t, vs(twoLanes))
	b := setOf(t,
		"# other\nkind: VirtualService\napiVersion: networking.istio.io/v1beta1\n"+
			"spec: {http: [{route: [{weight: 60.0, destination: {subset: v1, host: mocka.default.svc.cluster.local}}, {weight: 40, destination: {subset: v2, host: mocka.default.svc.cluster.local}}]}], hosts: [mock]}\nmetadata: {annotations: {}, name: mock}\n")
	require.Empty(t, manifest.Diff(a, b))
	require.Empty(t, manifest.Diff(manifest.Set{}, manifest.Set{}))

	set := mockSet(t)
	text, err := set.YAML()
	require.NoError(t, err)
	require.Empty(t, manifest.Diff(set, setOf(t, string(text))), "built and read")

	// Values that only the document holds are compared too.
	fallback := func(to string) manifest.Set {
		return setOf(t, route("v1", "{route: [{destination: {host: a}, fallback: {target: {host: "+to+"}}}]}"))
	}
	require.Equal(t, "  VirtualService default/mock: spec.http[0].route[0].fallback.target.host: b -> c\n",
		manifest.Diff(fallback("b"), fallback("c")).String())
}
