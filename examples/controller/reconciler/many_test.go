package reconciler_test

import (
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
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// A cluster in memory is slow with many: go test ./reconciler -run Many -args -apps=200 -reconciles=10000
var (
	apps       = flag.Int("apps", 20, "how many apps TestManyApps has")
	reconciles = flag.Int("reconciles", 200, "how often it looks at them")
)

// Apps that wait at a stage and are measured on and on: nothing grows with time.
func TestManyApps(t *testing.T) {
	plan := gatedPlan()
	plan.Stages[1].Gate = nil // a person must ask, and nobody does
	var all []client.Object
	for i := range *apps {
		all = append(all, objectsOf(t, fmt.Sprintf("app-%d", i), plan)...)
	}
	w := &world{t: t, clock: clocktesting.NewFakePassiveClock(t0), source: counted(0), events: &events{}}
	w.plain = fake.NewClientBuilder().WithScheme(scheme(t)).WithObjects(all...).Build()
	calls := 0
	w.client = w.plain
	w.start()
	look := func(n int) {
		for range n {
			namespace := fmt.Sprintf("app-%d", calls%*apps)
			if calls++; calls%*apps == 0 {
				w.clock.SetTime(w.clock.Now().Add(time.Minute))
			}
			_, err := w.r.Reconcile(t.Context(),
				reconcile.Request{NamespacedName: types.NamespacedName{Namespace: namespace, Name: "mock"}})
			require.NoError(t, err)
		}
	}
	held := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapObjects
	}
	look(4 * *apps) // prepared, started, measured once
	before, told := held(), len(w.events.all)
	look(*reconciles)
	after := held()
	t.Logf("%d apps, %d reconciles: %d objects in memory, then %d", *apps, calls, before, after)
	require.LessOrEqual(t, float64(after), 1.05*float64(before))
	require.Len(t, w.events.all, told, "nothing new is said")
}
