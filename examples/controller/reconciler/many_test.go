package reconciler_test

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/swimlane-go/swimlane/examples/controller/trial"
)

// A cluster in memory is slow with many apps: go test ./reconciler -run Many -v -args -apps=200
// -reconciles=10000
var (
	apps       = flag.Int("apps", 20, "how many apps TestManyApps has")
	reconciles = flag.Int("reconciles", 200, "how often it looks at them")
)

// Apps wait at a stage and are measured again and again: nothing grows with time.
func TestManyApps(t *testing.T) {
	plan := trial.Plan()
	plan.Stages[1].Gate = nil // a person must ask, and nobody does
	var all []client.Object
	for i := range *apps {
		all = append(all, objectsOf(t, fmt.Sprintf("app-%d", i), plan)...)
	}
	w := &world{t: t, clock: clocktesting.NewFakePassiveClock(t0), source: trial.Counted(0), events: &events{}}
	w.plain = fake.NewClientBuilder().WithScheme(scheme(t)).WithObjects(all...).Build()
	reads, writes := 0, 0
	w.client = interceptor.NewClient(w.plain, counting(&reads, &writes))
	w.start()
	looks := 0
	look := func(n int) {
		for range n {
			plan := types.NamespacedName{Namespace: fmt.Sprintf("app-%d", looks%*apps), Name: "mock"}
			if looks++; looks%*apps == 0 {
				w.clock.SetTime(w.clock.Now().Add(time.Minute))
			}
			_, err := w.r.Reconcile(t.Context(), reconcile.Request{NamespacedName: plan})
			require.NoError(t, err)
		}
	}
	held := func() runtime.MemStats {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m
	}
	look(4 * *apps) // prepared, started, measured once
	before, told := held(), len(w.events.all)
	reads, writes = 0, 0
	began := time.Now()
	look(*reconciles)
	took, after := time.Since(began), held()
	t.Logf("%d apps: %.0f reconciles a minute, each with %.1f reads and %.2f writes", *apps,
		float64(*reconciles)/took.Minutes(), float64(reads)/float64(*reconciles),
		float64(writes)/float64(*reconciles))
	t.Logf("in memory, the cluster included: %.1f MB in %d objects, after %d reconciles %.1f MB in %d",
		megabytes(before), before.HeapObjects, looks, megabytes(after), after.HeapObjects)
	require.LessOrEqual(t, float64(after.HeapObjects), 1.05*float64(before.HeapObjects))
	require.Len(t, w.events.all, told, "nothing new is said")
}

func megabytes(m runtime.MemStats) float64 { return float64(m.HeapAlloc) / 1e6 }

// counting counts the reads and writes of a client.
func counting(reads, writes *int) interceptor.Funcs {
	return interceptor.Funcs{
		Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, o client.Object,
			opts ...client.GetOption) error {
			*reads++
			return c.Get(ctx, key, o, opts...)
		},
		List: func(ctx context.Context, c client.WithWatch, list client.ObjectList, opts ...client.ListOption) error {
			*reads++
			return c.List(ctx, list, opts...)
		},
		Update: func(ctx context.Context, c client.WithWatch, o client.Object, opts ...client.UpdateOption) error {
			*writes++
			return c.Update(ctx, o, opts...)
		},
		Patch: func(ctx context.Context, c client.WithWatch, o client.Object, p client.Patch,
			opts ...client.PatchOption) error {
			*writes++
			return c.Patch(ctx, o, p, opts...)
		},
	}
}
