package sequential_test

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/swimlane-go/swimlane/rollout/sequential"
)

// FuzzFold folds whatever into whatever: evidence comes from annotations that anybody
// may write. The logarithms stay within their bounds, and nothing panics.
func FuzzFold(f *testing.F) {
	f.Add([]byte{}, 1.5, 0.01, 1, int64(2302585))
	f.Add(make([]byte, 200), math.NaN(), math.Inf(-1), -1, int64(math.MinInt64))
	f.Add([]byte("the counts of some windows, and evidence that nobody computed"), 1e308, 1e-308, math.MaxInt,
		int64(math.MaxInt64))
	f.Fuzz(func(t *testing.T, data []byte, ratio, rate float64, clump int, limit int64) {
		next := func() int64 {
			if len(data) < 8 {
				return 0
			}
			v := int64(binary.LittleEndian.Uint64(data))
			data = data[8:]
			return v >> (v & 63) // of every size
		}
		counts := func() sequential.Counts {
			total := next()
			return sequential.Counts{Bad: min(next(), total), Total: total}
		}
		w, g := sequential.Worse{Windows: next()}, sequential.Good{}
		for i := range w.Logs {
			w.Logs[i] = sequential.Nats(next())
		}
		for i := range g.Logs {
			g.Logs[i] = sequential.Nats(next())
		}
		bounded := func(logs ...sequential.Nats) {
			t.Helper()
			for _, log := range logs {
				if log < -40e6 || log > 40e6 {
					t.Fatalf("%d is out of bounds", log)
				}
			}
		}
		bounded(w.Log(), g.Log())
		for range 4 {
			c, o := counts(), counts()
			share, ceiling := w.Share(ratio, c, o, clump, sequential.Nats(limit)),
				w.Ceiling(rate, c, clump, sequential.Nats(limit))
			for _, after := range []sequential.Worse{share, ceiling} {
				if after != w { // what says nothing leaves even this as it is
					bounded(after.Logs[:]...)
				}
				bounded(after.Log())
			}
			good, fine := g.Share(ratio, c, o, clump), g.Ceiling(rate, c, clump)
			for _, after := range []sequential.Good{good, fine} {
				if after != g {
					bounded(after.Logs[:]...)
				}
				bounded(after.Log())
			}
			w, g = share, fine
		}
		median, p99, ok := sequential.Rates{Base: rate, Times: ratio, Share: 0.5, Window: next()}.Detect(1, 0.01, clump)
		if ok && (median < 1 || p99 < median) || !ok && median+p99 != 0 {
			t.Fatalf("median %d, p99 %d, %t", median, p99, ok)
		}
	})
}
