package preview_test

import (
	"fmt"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
)

func decode(t testing.TB, documents ...string) manifest.Set {
	t.Helper()
	set, err := manifest.Decode(manifest.File{Name: "all.yaml", Data: []byte(strings.Join(documents, "\n---\n"))})
	require.NoError(t, err)
	require.Empty(t, set.Faults())
	return set
}

func read(t testing.TB, path ...string) manifest.Set {
	t.Helper()
	files, _, err := manifest.ReadPaths(filepath.Join(path...))
	require.NoError(t, err)
	set, err := manifest.Decode(files...)
	require.NoError(t, err)
	return set
}

func text(t testing.TB, path ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	return string(data)
}

// trace follows a request, and checks what holds for every result.
func trace(t testing.TB, set manifest.Set, r preview.Request) preview.Result {
	t.Helper()
	result, err := preview.New(set).Trace(r)
	require.NoError(t, err)
	sum := new(big.Rat)
	for _, o := range result.Outcomes {
		require.Positive(t, o.Share.Sign())
		sum.Add(sum, o.Share)
	}
	if result.Outcomes != nil {
		require.Equal(t, "1", sum.RatString(), "shares sum to 1")
	}
	entered := new(big.Rat)
	for _, e := range result.Edges {
		if e.From == (preview.Stop{}) {
			entered.Add(entered, e.Rate)
		}
	}
	require.Equal(t, "1", entered.RatString(), "every request goes somewhere")
	return result
}

// The functions below return documents.

func service(name string) string {
	return fmt.Sprintf(`apiVersion: v1
kind: Service
metadata: {name: %[1]s}
spec:
  selector: {app: %[1]s}
  ports: [{name: http, port: 8000}]`, name)
}

// deployment returns one with the pods of a service in a version.
func deployment(name, version string, calls ...string) string {
	var env strings.Builder
	for i, c := range calls {
		fmt.Fprintf(&env, "\n        - {name: UPSTREAM_%d, value: %q}", i, "http://"+c+":8000/")
	}
	return fmt.Sprintf(`apiVersion: apps/v1
kind: Deployment
metadata: {name: %[1]s-%[2]s}
spec:
  replicas: 1
  selector: {matchLabels: {app: %[1]s, version: %[2]s}}
  template:
    metadata: {labels: {app: %[1]s, version: %[2]s}}
    spec:
      containers:
      - name: default
        image: i
        env:
        - {name: app, value: %[1]s}%[3]s`, name, version, env.String())
}

// app returns the Services and Deployments of a, b and c, which call each other
// in a chain, in versions v1 and v2.
func app() []string {
	out := []string{service("a"), service("b"), service("c")}
	for _, v := range []string{"v1", "v2"} {
		out = append(out, deployment("a", v, "b"), deployment("b", v, "c"), deployment("c", v))
	}
	return out
}

const gateway = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gw, namespace: istio-system}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 80, name: http, protocol: HTTP}
    hosts: ["*"]`

// entry returns the VirtualService of the gateway that shares requests among the
// lanes of a.
func entry(v1, v2 int) string {
	return fmt.Sprintf(`apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: entry, namespace: istio-system}
spec:
  hosts: ["*"]
  gateways: [gw]
  http:
  - match: [{uri: {exact: /mock}}]
    route:
    - destination: {host: a.default.svc.cluster.local, subset: v1}
      weight: %d
    - destination: {host: a.default.svc.cluster.local, subset: v2}
      weight: %d`, v1, v2)
}

const group = `apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLaneGroup
metadata: {name: shop}
spec:
  ingress: {gateway: {name: gw, namespace: istio-system, type: ASM}}
  services: [{name: a, namespace: default}, {name: b, namespace: default}, {name: c, namespace: default}]`

const permissive = group + `
  isPermissive: true
  permissiveModeConfiguration: {fallbackTarget: v1, traceHeader: x-lane, routeHeader: x-lane}`

func lane(name string) string {
	return fmt.Sprintf(`apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLane
metadata: {name: %[1]s, labels: {swimlane-group: shop}}
spec:
  labelSelector: {version: %[1]s}`, name)
}

// marked is entry with the route header of a permissive group.
const marked = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: entry, namespace: istio-system}
spec:
  hosts: ["*"]
  gateways: [gw]
  http:
  - route:
    - destination: {host: a.default.svc.cluster.local, subset: v1}
      weight: 60
      headers: {request: {set: {x-lane: v1}}}
    - destination: {host: a.default.svc.cluster.local, subset: v2}
      weight: 40
      headers: {request: {set: {x-lane: v2}}}`

// rule returns the DestinationRule of a service with a subset for each lane.
func rule(name string, subsets ...string) string {
	out := fmt.Sprintf(`apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: %[1]s}
spec:
  host: %[1]s
  subsets:`, name)
	for _, s := range subsets {
		out += fmt.Sprintf("\n  - {name: %[1]s, labels: {version: %[1]s}}", s)
	}
	return out
}

// bySource returns the VirtualService of the sidecars that keeps calls to a
// service in the caller's lane.
func bySource(name string) string {
	return fmt.Sprintf(`apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: %[1]s}
spec:
  hosts: [%[1]s]
  http:
  - match: [{sourceLabels: {version: v1}}]
    route: [{destination: {host: %[1]s, subset: v1}}]
  - match: [{sourceLabels: {version: v2}}]
    route: [{destination: {host: %[1]s, subset: v2}}]`, name)
}

// byHeader returns the VirtualService of the sidecars that sends calls to the lane
// that the header names, all others to v1.
func byHeader(name string) string {
	return fmt.Sprintf(`apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: %[1]s}
spec:
  hosts: [%[1]s]
  http:
  - match: [{headers: {x-lane: {exact: v2}}}]
    route: [{destination: {host: %[1]s, subset: v2}}]
  - route: [{destination: {host: %[1]s, subset: v1}}]`, name)
}

func strict() []string {
	return append(app(), gateway, entry(60, 40), group, lane("v1"), lane("v2"))
}

func relaxed() []string {
	return append(app(), gateway, marked, permissive, lane("v1"), lane("v2"))
}

func plain() []string {
	return append(app(), gateway, entry(60, 40), rule("a", "v1", "v2"), rule("b", "v1", "v2"), rule("c", "v1", "v2"),
		bySource("b"), bySource("c"))
}

func plainRelaxed() []string {
	return append(app(), gateway, marked, rule("a", "v1", "v2"), rule("b", "v1", "v2"), rule("c", "v1", "v2"),
		byHeader("b"), byHeader("c"))
}

// withoutNotes returns what a result prints but its notes.
func withoutNotes(r preview.Result) string {
	text, _, _ := strings.Cut(r.String(), "note: ")
	return text
}

// show returns shares as "1/2 host:port|subset lane fault or end path {headers}".
func show(shares []preview.Part) []string {
	var out []string
	for _, s := range shares {
		line := s.Weight.RatString()
		if s.Host != "" {
			line += fmt.Sprintf(" %s:%d|%s %s", strings.TrimSuffix(s.Host, ".svc.cluster.local"), s.Port, s.Subset,
				s.Lane)
		}
		for _, more := range []string{s.End, string(s.Failure)} {
			if more != "" {
				line += " (" + more + ")"
			}
		}
		if s.Path != "/" {
			line += " " + s.Path
		}
		for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
			line += " " + name + ":" + s.Headers[name]
		}
		out = append(out, strings.Join(strings.Fields(line), " "))
	}
	return out
}

// calling returns a VirtualService of the sidecars for c.
func calling(http string) string {
	return "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: c}\nspec:\n  hosts: [c]\n" +
		"  http:\n  - " + strings.ReplaceAll(http, "\n", "\n    ")
}

// rooted sends calls to v1 of c from whatever namespace.
var rooted = strings.Replace(calling("route: [{destination: {host: c, subset: v1}}]"), "hosts: [c]",
	"hosts: [c.default.svc.cluster.local]", 1)
