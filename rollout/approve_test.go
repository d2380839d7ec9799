package rollout_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/rollout"
)

func TestWhoMayApprove(t *testing.T) {
	base := full(t) // ann approved as owner
	base.evidence.Author = "cid"
	for name, test := range map[string]struct {
		change func(a *rollout.Approval)
		want   error
	}{
		"good": {func(*rollout.Approval) {}, nil},
		"another plan": {func(a *rollout.Approval) { a.PlanDigest = seed().Digest() },
			rollout.ErrForeign},
		"no plan":            {func(a *rollout.Approval) { a.PlanDigest = "" }, rollout.ErrForeign},
		"the stay before":    {func(a *rollout.Approval) { a.Stay-- }, rollout.ErrBefore},
		"a stay to come":     {func(a *rollout.Approval) { a.Stay++ }, rollout.ErrBefore},
		"no stay":            {func(a *rollout.Approval) { a.Stay = 0 }, rollout.ErrBefore},
		"a stranger":         {func(a *rollout.Approval) { a.By = "eve" }, rollout.ErrStranger},
		"of another role":    {func(a *rollout.Approval) { a.By = "dan" }, rollout.ErrStranger},
		"other case":         {func(a *rollout.Approval) { a.By = "Bob" }, rollout.ErrStranger},
		"the author":         {func(a *rollout.Approval) { a.By = "cid" }, rollout.ErrAuthor},
		"twice":              {func(a *rollout.Approval) { a.By = "ann" }, rollout.ErrTwice},
		"twice, named":       {func(a *rollout.Approval) { a.By, a.To = "ann", "b" }, rollout.ErrTwice},
		"again, but further": {func(a *rollout.Approval) { a.By, a.To = "ann", "c" }, nil},
		"all of it: the plan is asked first": {func(a *rollout.Approval) { a.PlanDigest, a.Stay, a.By = "", 0, "cid" },
			rollout.ErrForeign},
	} {
		t.Run(name, func(t *testing.T) {
			r := base
			a := r.approval("owner", "bob")
			test.change(&a)
			e, err := r.plan.Approve(r.state, r.evidence, a)
			require.ErrorIs(t, err, test.want)
			if test.want != nil {
				requireNoEvidence(t, e, err)
			}
		})
	}
}

func TestMalformedApprovalsAreRefused(t *testing.T) {
	r := full(t)
	for name, test := range map[string]struct {
		change func(a *rollout.Approval)
		want   field.ErrorList
	}{
		"empty": {func(a *rollout.Approval) { *a = rollout.Approval{} },
			field.ErrorList{fieldtest.Required("by"), fieldtest.NotFound("role"), fieldtest.Required("at")}},
		"unknown role": {func(a *rollout.Approval) { a.Role = "ops" }, field.ErrorList{fieldtest.NotFound("role")}},
		"here":         {func(a *rollout.Approval) { a.To = "a" }, field.ErrorList{fieldtest.Invalid("to", "")}},
		"nowhere":      {func(a *rollout.Approval) { a.To = "e" }, field.ErrorList{fieldtest.Invalid("to", "")}},
		"year 10000": {func(a *rollout.Approval) { a.At = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
			field.ErrorList{fieldtest.Invalid("at", "")}},
	} {
		t.Run(name, func(t *testing.T) {
			a := r.approval("owner", "bob")
			test.change(&a)
			e, err := r.plan.Approve(r.state, r.evidence, a)
			requireNoEvidence(t, e, err)
			fieldtest.Equal(t, test.want, fieldtest.Of(err))
		})
	}
}

// approvals returns how many approvals a decision misses, by role: have of need.
func approvals(d rollout.Decision) map[string][2]int {
	out := map[string][2]int{}
	for _, r := range d.Reasons {
		if r.Cause == rollout.CauseApproval {
			out[r.Place] = [2]int{r.Have, r.Need}
		}
	}
	return out
}

func TestAPersonCountsOnce(t *testing.T) {
	p := gated()
	p.Stages[1].Gate.Approvals = []rollout.Approvals{{Role: "owner", Count: 2}, {Role: "qa"}}
	p.Stages[2].Gate.Approvals = []rollout.Approvals{{Role: "owner"}}
	r := enter(p, 1)
	require.Equal(t, map[string][2]int{"owner": {0, 2}, "qa": {0, 1}}, approvals(r.decide()))

	require.NoError(t, r.approve("owner", "bob"))
	require.ErrorIs(t, r.approve("qa", "bob"), rollout.ErrTwice, "in whatever role")
	further := r.approval("qa", "bob")
	further.To = "c"
	require.ErrorIs(t, second(p.Approve(r.state, r.evidence, further)), rollout.ErrTwice, "nor further in another role")
	further.Role = "owner"
	r.evidence = must(p.Approve(r.state, r.evidence, further))
	require.Len(t, r.evidence.Approvals, 1)
	require.Equal(t, map[string][2]int{"owner": {1, 2}, "qa": {0, 1}}, approvals(r.decide()),
		"two approvals of one are one")
	require.ErrorIs(t, r.approve("owner", "bob"), rollout.ErrTwice, "it reaches less far")

	require.NoError(t, r.approve("qa", "dan"))
	require.NoError(t, r.approve("owner", "ann"))
	require.Empty(t, approvals(r.decide()))
	require.Equal(t, []rollout.Approval{
		{Role: "owner", By: "bob", To: "c", At: r.now}, {Role: "qa", By: "dan", To: "b", At: r.now},
		{Role: "owner", By: "ann", To: "b", At: r.now},
	}, r.evidence.Approvals)

	// A person who turns out to be the author counts no longer.
	r.evidence.Author = "ann"
	require.Equal(t, map[string][2]int{"owner": {1, 2}}, approvals(r.decide()))
}

// An approval counts up to its target, and a promotion past it asks for more.
func TestHowFarAnApprovalReaches(t *testing.T) {
	p := gated()
	for i := range p.Stages {
		p.Stages[i].Gate = &rollout.Gate{Approvals: []rollout.Approvals{{Role: "owner"}}}
	}
	p.Guards, p.Metrics, p.FinishGate = nil, nil, &rollout.Gate{Approvals: []rollout.Approvals{{Role: "owner"}}}
	for reach, to := range map[int]string{2: "", 3: "c", 4: "d"} {
		r := enter(p, 1)
		a := r.approval("owner", "ann")
		a.To = to
		r.evidence = must(p.Approve(r.state, r.evidence, a))
		for target := 2; target <= 4; target++ {
			e := rollout.Event{Kind: rollout.Promote, Revision: r.state.Revision, To: p.Stages[target-1].Name,
				At: r.now, Evidence: r.evidence}
			_, err := p.Apply(r.state, e)
			if target <= reach {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, rollout.ErrGated)
				require.ErrorContains(t, err, "0 of 1 approvals by owner")
			}
		}
	}
	// Before the first stage, and after the last.
	r := enter(p, 0)
	require.NoError(t, r.approve("owner", "ann"))
	require.Equal(t, "a", r.evidence.Approvals[0].To)
	require.Equal(t, rollout.ActStart, r.decide().Action)
	r = enter(p, 4)
	require.NoError(t, r.approve("owner", "ann"))
	require.Empty(t, r.evidence.Approvals[0].To)
	require.Equal(t, rollout.ActFinish, r.decide().Action)
	require.ErrorIs(t, r.approve("owner", "ann"), rollout.ErrTwice)
}

// Approving while paused is approving the stay.
func TestApprovalsOutliveAPause(t *testing.T) {
	r := full(t)
	pause(&r)
	require.NoError(t, r.approve("owner", "bob"))
	r.move(rollout.Resume, time.Minute)
	require.Empty(t, approvals(r.decide()))
	require.ErrorIs(t, r.approve("owner", "ann"), rollout.ErrTwice)
}
