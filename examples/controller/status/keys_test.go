package status_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/rollout"
)

func TestWrittenOf(t *testing.T) {
	nothing := status.Written{Digest: "sha256:a"}
	for text, want := range map[string]status.Written{
		"":                nothing,
		"sha256:a/7/2":    {Digest: "sha256:a", Revision: 7, Restores: 2},
		"sha256:a/7":      nothing,
		"sha256:a/7/x":    nothing,
		"sha256:b/7/2":    nothing,
		"sha256:a/a/b/c/": nothing,
		"nonsense":        nothing,
	} {
		_, plan, _ := newPlan(t, map[string]string{status.AnnotationWritten: text})
		require.Equal(t, want, status.WrittenOf(plan, "sha256:a"), text)
		if want != nothing {
			require.Equal(t, text, want.String())
		}
	}
}

// The evidence of a proposal counts until there is a later one.
func TestEvidenceOf(t *testing.T) {
	other := rollout.Evidence{PlanDigest: "sha256:a", Revision: 3, Author: "anna"}
	for name, c := range map[string]struct {
		text string
		own  bool
	}{
		"none":            {"", false},
		"unreadable":      {"{", false},
		"of another plan": {`{"planDigest":"sha256:b","revision":4}`, false},
		"earlier":         {`{"planDigest":"sha256:a","revision":2}`, false},
		"as late":         {`{"planDigest":"sha256:a","revision":3}`, true},
		"later":           {`{"planDigest":"sha256:a","revision":4}`, true},
	} {
		_, plan, _ := newPlan(t, map[string]string{status.AnnotationEvidence: c.text})
		got := status.EvidenceOf(plan, other)
		require.Equal(t, c.own, got.Author == "", name)
	}
}

func TestAskedBy(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		is    bool
		wrong bool
	}{
		"nothing":          {"", false, false},
		"blank":            {" \n", false, false},
		"unreadable":       {"{", false, true},
		"an unknown field": {`{"kind":"Promote","revison":3}`, false, true},
		"another revision": {`{"kind":"Promote","revision":2,"at":"2026-03-11T08:00:00Z"}`, false, false},
		"this revision":    {`{"kind":"Promote","revision":3,"at":"2026-03-11T08:00:00Z"}`, true, false},
	} {
		_, plan, _ := newPlan(t, map[string]string{status.AnnotationAsk: c.text})
		e, is, err := status.AskedBy(plan, 3)
		require.Equal(t, c.is, is, name)
		require.Equal(t, c.wrong, err != nil, name)
		if c.wrong {
			require.ErrorContains(t, err, status.AnnotationAsk)
		}
		if is {
			require.Equal(t, rollout.Promote, e.Kind)
		}
	}
}
