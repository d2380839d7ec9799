package preview_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/preview"
)

// behindWaypoint returns documents with labels on the Service called name.
func behindWaypoint(documents []string, name, labels string) []string {
	out := slices.Clone(documents)
	for i, d := range out {
		if strings.HasPrefix(d, "apiVersion: v1\nkind: Service\n") {
			out[i] = strings.Replace(d, "metadata: {name: "+name+"}", "metadata: {name: "+name+", labels: {"+labels+
				"}}", 1)
		}
	}
	return out
}

// TestCallsThroughWaypoints holds what oracle/istio found out with istiod.
func TestCallsThroughWaypoints(t *testing.T) {
	const edge = "istio.io/use-waypoint: w, istio.io/use-waypoint-namespace: edge"
	const ambient = "apiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: {" + edge + "}}"
	plainly := append(app(), rule("c", "v1", "v2"))
	of := func(namespace, http string) string {
		return strings.Replace(strings.Replace(calling(http), "{name: c}", "{name: c, namespace: "+namespace+"}", 1),
			"hosts: [c]", "hosts: [c.default.svc.cluster.local]", 1)
	}
	const toV2 = "route: [{destination: {host: c.default.svc.cluster.local, subset: v2}}]"
	all, v1, v2 := []string{"1/2 c.default:8000| v1", "1/2 c.default:8000| v2"}, []string{"1 c.default:8000|v1 v1"},
		[]string{"1 c.default:8000|v2 v2"}
	for name, test := range map[string]struct {
		set  []string
		want []string
	}{
		"strict lanes":                  {behindWaypoint(strict(), "c", edge), all},
		"strict lanes, elsewhere":       {behindWaypoint(strict(), "b", edge), v1},
		"strict lanes, its Namespace's": {append(strict(), ambient), all},
		"permissive lanes": {behindWaypoint(relaxed(), "c", edge),
			[]string{"1 c.default:8000|v2 v2 x-lane:v2"}},
		"by labels": {behindWaypoint(plain(), "c", edge), all},
		"by header": {behindWaypoint(plainRelaxed(), "c", edge),
			[]string{"1 c.default:8000|v2 v2 x-lane:v2"}},
		"of the Service's namespace":  {append(behindWaypoint(plainly, "c", edge), of("default", toV2)), v2},
		"of the waypoint's namespace": {append(behindWaypoint(plainly, "c", edge), of("edge", toV2)), v2},
		"of a foreign namespace":      {append(behindWaypoint(plainly, "c", edge), of("other", toV2)), all},
		"none": {append(behindWaypoint(plainly, "c", "istio.io/use-waypoint: none"),
			ambient, of("other", toV2)), v2},
		"empty": {append(behindWaypoint(plainly, "c", "istio.io/use-waypoint: ''"),
			ambient, of("other", toV2)), v2},
		"in upper case, which is not compared": {append(behindWaypoint(plainly, "c", edge),
			strings.Replace(of("edge", toV2), "hosts: [c", "hosts: [C", 1)), all},
	} {
		t.Run(name, func(t *testing.T) {
			c := preview.Call{Labels: map[string]string{"app": "b", "version": "v1"}, Host: "c"}
			if strings.Contains(name, "header") || strings.Contains(name, "permissive") {
				c.Headers = map[string]string{"x-lane": "v2"}
			}
			shares, err := preview.New(decode(t, test.set...)).Hop(c)
			require.NoError(t, err)
			require.Equal(t, test.want, show(shares))
		})
	}
}
