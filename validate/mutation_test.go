package validate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/validate"
)

// spoiling is one change of a good tree: the n-th place where a text stands, replaced.
type spoiling struct {
	old, new string
	code     validate.Code
	// also are codes of what follows from the fault.
	also []validate.Code
}

// spoilings are faults of the seed's tree, one each.
var spoilings = []spoiling{
	// The set.
	{"    - destination:\n        host: mocka", "    - destinations:\n        host: mocka", "SL002",
		[]validate.Code{"SL127"}},
	{"      weight: 60", "      wieght: 60", "SL002", []validate.Code{"SL101"}},
	{"  labelSelector:", "  labelSelectors:", "SL003", []validate.Code{"SL201", "SL203", "SL216", "SL304"}},
	{"    port: 8000", "    port: 8000\n    port: 8000", "SL004", nil},
	{"      weight: 60", "      weight: [60]", "SL005", nil},
	{"    port: 8000", "    port: eighty", "SL005", []validate.Code{"SL302", "SL303"}},
	{"kind: VirtualService", "kind: Virtualservice", "SL010", nil},
	{"apiVersion: apps/v1\n", "apiVersion: apps/v1beta9\n", "SL010", nil},

	// Routes.
	{"      weight: 60", "      weight: 61", "SL101", nil},
	{"      weight: 60", "      weight: -60", "SL102", nil},
	{"        subset: v2", "        subset: v1", "SL104", nil},
	{"        host: mocka.default.svc.cluster.local",
		"        host: mocka.default.svc.cluster.local\n        port: {number: 81}", "SL107", nil},
	{"    - uri:\n        exact: /mock", "    - uri:\n        regex: '('", "SL106", nil},
	{"    - uri:\n        exact: /mock", "    - uri:\n        exact: /mock\n      headers: {x y: {exact: a}}", "SL119",
		nil},
	{"    route:\n", "    timeout: 10us\n    route:\n", "SL132", nil},
	{"    route:\n", "    redirect: {uri: /}\n    route:\n", "SL111", nil},
	{"    route:\n", "    retries: {attempts: -1}\n    route:\n", "SL131", nil},
	{"    route:\n", "    fault: {}\n    route:\n", "SL130", nil},
	{"    route:\n", "    mirror: {host: mocka.default.svc.cluster.local, subset: v9}\n    route:\n", "SL201", nil},
	{"    route:\n", "    mirror: {host: nobody}\n    route:\n", "SL302", nil},
	{"    route:\n", "    mirrorPercentage: {value: 101}\n    route:\n", "SL129", nil},
	{"    route:\n", "    rewrite: {}\n    route:\n", "SL135", nil},
	{"    route:\n", "    corsPolicy: {allowMethods: [get]}\n    route:\n", "SL136", nil},
	{"    route:\n", "    headers: {request: {set: {x: 5%}}}\n    route:\n", "SL121", nil},
	{"    route:\n", "    headers: {request: {remove: [host]}}\n    route:\n", "SL119", nil},
	{"  hosts:\n  - '*'", "  hosts:\n  - a_b", "SL114", []validate.Code{"SL402"}},
	{"  gateways:\n  - ingressgateway", "  gateways:\n  - a/b/c", "SL116", []validate.Code{"SL401"}},
	{"  gateways:\n  - ingressgateway", "  gateways:\n  - nobody", "SL401", nil},
	{"  gateways:\n  - ingressgateway", "  gateways:\n  - ingressgateway\n  exportTo: ['.', '*']", "SL137", nil},
	{"  http:\n", "  http:\n  - route: [{destination: {host: mocka.default.svc.cluster.local, subset: v1}}]\n", "SL140",
		nil},

	// Lanes and Services.
	{"        subset: v2", "        subset: v9", "SL201", nil},
	{"        host: mocka.default", "        host: mokca.default", "SL302", nil},
	{"    swimlane-group: mock", "    swimlane-group: mokc", "SL202", []validate.Code{"SL201"}},
	{"  labelSelector:\n    version: v2", "  labelSelector:\n    app: mocka", "SL204",
		[]validate.Code{"SL203", "SL301", "SL304"}},
	{"  labelSelector:\n    version: v2", "  labelSelector:\n    version: v9", "SL203", []validate.Code{"SL304"}},
	{"  - name: mockc\n", "  - name: nobody\n", "SL303", nil},
	{"  selector:\n    app: mockb", "  selector:\n    app: mockb\n    version: v1", "SL301", []validate.Code{"SL203"}},
	{"  selector:\n    app: mockb", "  clusterIP: None\n  selector:\n    app: mockb", "SL305", nil},

	// Kubernetes.
	{"      version: v1\n  template", "      version: v9\n  template", "SL501", nil},
	{"  name: mocka-v1", "  name: Mocka_v1", "SL502", nil},
	{"    port: 8000", "    port: 80000", "SL506", []validate.Code{"SL306"}},
}

// seed returns the seed's tree at its first stage, as one file.
func seed(t *testing.T) string {
	t.Helper()
	plan, now := mock.Plan(), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	state, err := plan.Prepare(now)
	require.NoError(t, err)
	state, err = plan.Start(state, now)
	require.NoError(t, err)
	set, err := release.Render(mock.App(), plan, state, release.Options{})
	require.NoError(t, err)
	text, err := set.YAML()
	require.NoError(t, err)
	return string(text)
}

// A fault in a good tree is found where it stands, by its code, wherever that is; and
// nothing else is an error but what follows from it.
func TestFaultsOfAGoodTreeAreFound(t *testing.T) {
	text := seed(t)
	set, err := manifest.Decode(manifest.File{Name: "a.yaml", Data: []byte(text)})
	require.NoError(t, err)
	require.Empty(t, slices.DeleteFunc(validate.Check(set),
		func(f validate.Finding) bool { return f.Severity == validate.Info }))
	for _, s := range spoilings {
		require.Contains(t, text, s.old)
		for n, at := 0, 0; ; n, at = n+1, at+1 {
			i := strings.Index(text[at:], s.old)
			if i < 0 {
				break
			}
			at += i
			t.Run(fmt.Sprintf("%s %q %d", s.code, s.new, n), func(t *testing.T) { found(t, text, at, s) })
		}
	}
}

// found spoils a text at a place, and holds what is found.
func found(t *testing.T, text string, at int, s spoiling) {
	bad := text[:at] + s.new + text[at+len(s.old):]
	line := 1 + strings.Count(bad[:at], "\n")
	set, _ := manifest.Decode(manifest.File{Name: "a.yaml", Data: []byte(bad)})
	findings := validate.Check(set)
	require.True(t, slices.ContainsFunc(findings, func(f validate.Finding) bool {
		return f.Code == s.code && f.Line >= line-4 && f.Line <= line+strings.Count(s.new, "\n")+4
	}), "line %d: %s", line, findings)
	for _, f := range findings {
		if f.Severity == validate.Error {
			require.Contains(t, append(s.also, s.code), f.Code, f)
		}
	}
}
