package sequential_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout/sequential"
)

func window(i int) (candidate, others sequential.Counts) {
	return sequential.Counts{Bad: int64(i%7) / 3, Total: 20}, sequential.Counts{Bad: int64(i%5) / 2, Total: 180}
}

func BenchmarkShare(b *testing.B) {
	b.ReportAllocs()
	w, limit, i := sequential.Worse{}, sequential.Limit(0.01), 0
	for b.Loop() {
		c, s := window(i)
		w = w.Share(1.5, c, s, 1, limit)
		i++
		if w.Log() > 1e12 {
			b.Fatal("more than can be")
		}
	}
}

func BenchmarkCeiling(b *testing.B) {
	b.ReportAllocs()
	w, limit, i := sequential.Worse{}, sequential.Limit(0.01), 0
	for b.Loop() {
		c, _ := window(i)
		w = w.Ceiling(0.02, c, 1, limit)
		i++
		if w.Log() > 1e12 {
			b.Fatal("more than can be")
		}
	}
}

func BenchmarkGood(b *testing.B) {
	b.ReportAllocs()
	g, i := sequential.Good{}, 0
	for b.Loop() {
		c, s := window(i)
		g = g.Share(3, c, s, 1)
		i++
		if g.Log() > 1e12 {
			b.Fatal("more than can be")
		}
	}
}

func TestNothingAllocates(t *testing.T) {
	w, g, limit := sequential.Worse{}, sequential.Good{}, sequential.Limit(0.01)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		c, s := window(3)
		w = w.Share(1.5, c, s, 2, limit).Ceiling(0.02, c, 2, limit)
		g = g.Share(3, c, s, 2).Ceiling(0.02, c, 2)
		if w.Log()+g.Log() > 1e12 {
			t.Error("more than can be")
		}
	}))
}
