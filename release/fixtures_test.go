package release_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// t0 is when releases of the tests are prepared.
var t0 = time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)

// drive returns the state of the mock app's release after the events.
func drive(t testing.TB, kinds ...rollout.EventKind) rollout.State {
	t.Helper()
	s, err := mock.Plan().Prepare(t0)
	require.NoError(t, err)
	for _, kind := range kinds {
		s, err = mock.Plan().Apply(s, rollout.Event{Kind: kind, Revision: s.Revision, At: t0})
		require.NoError(t, err)
	}
	return s
}

func text(t require.TestingT, set manifest.Set) string {
	data, err := set.YAML()
	require.NoError(t, err)
	return string(data)
}

// spoil changes a template in depth.
func spoil(template *corev1.PodTemplateSpec) {
	for key := range template.Labels {
		template.Labels[key] = "spoilt"
	}
	c := &template.Spec.Containers[0]
	c.Image = "spoilt"
	for i := range c.Env {
		c.Env[i].Value = "spoilt"
	}
	if c.ReadinessProbe != nil {
		c.ReadinessProbe.PeriodSeconds = 99
	}
}
