package rollout_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/rollout"
)

// The random driver checks at every step that the answers are those of the plan.

func TestCheckedRefusesWhatThePlanRefuses(t *testing.T) {
	c, err := rollout.Plan{Candidate: "V3"}.Checked()
	require.Equal(t, rollout.Checked{}, c)
	require.Equal(t, rollout.Plan{Candidate: "V3"}.Check(rollout.State{}), err)

	own, other := must(seed().Prepare(t0)), seed()
	other.Stages[0].Name = "other"
	c = must(seed().Checked())
	require.NoError(t, c.Check(own))
	require.ErrorIs(t, c.Check(must(other.Prepare(t0))), rollout.ErrForeign)
	require.ErrorIs(t, c.Check(rollout.State{}), rollout.ErrNoState)

	hostile := own
	hostile.PlanDigest = string(make([]byte, len(own.PlanDigest)))
	require.Equal(t, rollout.Plan{}.Check(hostile), rollout.Checked{}.Check(hostile), "the zero Checked is not valid")
	_, err = rollout.Checked{}.Decide(rollout.Facts{State: hostile, Now: t0})
	require.Error(t, err)
}

// A checked plan keeps the value of its plan: it shares nothing with the plan that it was
// made from, nor with the copy that it returns.
func TestCheckedSharesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := drawGated(t)
		plan.Annotations = map[string]string{"team/ticket": "A-1"}
		plan.Stages[0].Annotations = map[string]string{"team/ticket": "A-2"}
		c := must(plan.Checked())
		require.Equal(t, plan, c.Plan())
		owned := map[uintptr]bool{}
		pointers(reflect.ValueOf(plan), func(p uintptr) { owned[p] = true })
		copied := func(p uintptr) {
			if owned[p] {
				t.Fatalf("a part of %+v is shared", plan)
			}
		}
		pointers(reflect.ValueOf(c), copied)
		pointers(reflect.ValueOf(c.Plan()), copied)
		pointers(reflect.ValueOf(c), func(p uintptr) { owned[p] = true })
		pointers(reflect.ValueOf(c.Plan()), copied)
	})
}

// pointers calls see with all pointers in a value that may be written through.
func pointers(v reflect.Value, see func(uintptr)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			see(v.Pointer())
			pointers(v.Elem(), see)
		}
	case reflect.Slice:
		if v.Cap() > 0 {
			see(v.Pointer())
		}
		for i := range v.Len() {
			pointers(v.Index(i), see)
		}
	case reflect.Map:
		if !v.IsNil() {
			see(v.Pointer())
		}
		for _, key := range v.MapKeys() {
			pointers(v.MapIndex(key), see)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			pointers(v.Field(i), see)
		}
	}
}
