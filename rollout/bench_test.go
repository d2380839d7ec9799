package rollout_test

import (
	"testing"

	"github.com/swimlane-go/swimlane/examples/mock"
)

func BenchmarkPromote(b *testing.B) {
	plan := mock.Plan()
	state, err := plan.Prepare(t0)
	if err != nil {
		b.Fatal(err)
	}
	if state, err = plan.Start(state, t0); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := plan.Promote(state, t0); err != nil {
			b.Fatal(err)
		}
	}
}
