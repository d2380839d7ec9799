package kube_test

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/swimlane-go/swimlane/examples/controller/trial"
	"github.com/swimlane-go/swimlane/rollout"
)

// go -C oracle/kube test -run TestKube/controller/many -v -args -apps=200 -reconciles=10000
var (
	apps       = flag.Int("apps", 5, "how many apps one process of the controller has")
	reconciles = flag.Int("reconciles", 100, "how often it looks at them")
)

// testMany runs a process of examples/controller with many releases that wait at a stage, and are
// measured again and again: nothing grows with time. It reads the process's own metrics.
func testMany(t *testing.T, c cluster) {
	applyPermissions(t, c)
	direct := c.admin(t)
	hook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(hook.Close)
	plan := trial.Short()
	plan.Metrics, plan.Guards = []rollout.Metric{{Name: "well", Kind: rollout.Value}},
		[]rollout.Check{{Metric: "well", Floor: new(1.0)}}
	plan.Stages[0].Gate, plan.Stages[1].Gate, plan.FinishGate = &rollout.Gate{}, nil, nil // a person must promote
	for i := range *apps {
		newControlled(t, direct, trial.Routes, fmt.Sprintf("many-%d", i), plan)
	}
	dir := t.TempDir()
	sources := filepath.Join(dir, "sources.yaml")
	require.NoError(t, os.WriteFile(sources, fmt.Appendf(nil, "well: {hook: %q}\n", hook.URL), 0o600))
	p := startProgram(t, buildController(t, dir), "-kubeconfig", c.kubeconfig(t, dir), "-sources", sources,
		"-interval", "1s", "-lag", "0s", "-leader-elect=false")

	began, first, last := time.Now(), 0.0, 0.0
	var heap []float64 // at different times between garbage collections
	look := func(context.Context) (bool, error) {
		text := p.get("metrics", "/metrics")
		waiting := strings.Count(text, `swimlane_condition{condition="Waiting"`)
		done := sum(text, "controller_runtime_reconcile_total{")
		if waiting+1 < *apps || done == 0 {
			return false, nil // one may be moving
		}
		if first == 0 {
			first, began = done, time.Now()
		}
		last, heap = done-first, append(heap, sum(text, "go_memstats_heap_alloc_bytes"))
		return last >= float64(*reconciles), nil
	}
	err := wait.PollUntilContextTimeout(t.Context(), 50*time.Millisecond, 30*time.Minute, true, look)
	require.NoError(t, err, "%s", p.log.String())
	took, text := time.Since(began), p.get("metrics", "/metrics")
	half := len(heap) / 2
	early, late := slices.Min(heap[:half]), slices.Min(heap[half:])
	t.Logf("%d apps, %.0f reconciles: %.0f a minute, %.1f requests to the API server each; "+
		"heap %.1f MB in the first half, %.1f MB in the second; %.0f MB resident", *apps, last, last/took.Minutes(),
		sum(text, "rest_client_requests_total{")/(last+first), early/1e6, late/1e6,
		sum(text, "process_resident_memory_bytes")/1e6)
	require.LessOrEqual(t, late, 1.25*early+2e6)
	require.Zero(t, sum(text, "controller_runtime_reconcile_errors_total{"), "%s", p.log.String())
	p.stop()
}

// sum returns the sum of all series with text that begins so.
func sum(text, prefix string) float64 {
	out := 0.0
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, prefix) {
			continue
		}
		fields := strings.Fields(line)
		if n, err := strconv.ParseFloat(fields[len(fields)-1], 64); err == nil {
			out += n
		}
	}
	return out
}
