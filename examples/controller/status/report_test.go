package status_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/swimlane-go/swimlane/examples/controller/metrics"
	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

type events struct{ all []string }

func (e *events) Eventf(_, _ runtime.Object, kind, reason, _, note string, args ...any) {
	e.all = append(e.all, kind+" "+reason+" "+fmt.Sprintf(note, args...))
}

// newPlan returns a plan's ConfigMap in a cluster that counts patches.
func newPlan(t *testing.T, annotations map[string]string) (c client.WithWatch, plan *corev1.ConfigMap, patches *int) {
	t.Helper()
	patches = new(int)
	plan = &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "mock", Annotations: annotations}}
	c = interceptor.NewClient(fake.NewClientBuilder().WithObjects(plan).Build(), interceptor.Funcs{
		Patch: func(ctx context.Context, c client.WithWatch, o client.Object, p client.Patch,
			opts ...client.PatchOption) error {
			*patches++
			return c.Patch(ctx, o, p, opts...)
		},
	})
	require.NoError(t, c.Get(t.Context(), client.ObjectKeyFromObject(plan), plan))
	return c, plan, patches
}

// The annotations depend on the condition. An event needs a new place or a new condition.
func TestTell(t *testing.T) {
	live := release.Live{Config: release.Config{Name: "mock", Plan: mock.Plan()}}
	state := rollout.State{PlanDigest: mock.Plan().Digest(), Revision: 3, Phase: rollout.Running, Stage: 1}
	written := status.Written{Digest: state.PlanDigest, Revision: 3}
	for name, c := range map[string]struct {
		report status.Report
		want   map[string]string
		event  string
	}{
		"no plan": {status.Report{Condition: status.Invalid, Message: "no"},
			map[string]string{status.AnnotationCondition: "Invalid", status.AnnotationMessage: "no"},
			"Warning Invalid : no"},
		"waits": {status.Report{Live: live, State: state, Condition: status.Waiting, Message: "for a minute",
			Written: written},
			map[string]string{status.AnnotationPlace: "stage 1 of 4, initial-canary",
				status.AnnotationCondition: "Waiting",
				status.AnnotationMessage:   "for a minute", status.AnnotationWritten: written.String()},
			"Normal Waiting stage 1 of 4, initial-canary: for a minute"},
		"lacks pods": {status.Report{Live: live, State: state, Condition: status.Unavailable},
			map[string]string{status.AnnotationPlace: "stage 1 of 4, initial-canary",
				status.AnnotationCondition: "Unavailable"},
			"Warning Unavailable stage 1 of 4, initial-canary: "},
		"Git owns it": {status.Report{Live: live, State: state, Condition: status.GitOwns, Written: written,
			Decision: rollout.Decision{Action: rollout.ActHold, Revision: 3},
			Evidence: rollout.Evidence{Revision: 3}},
			map[string]string{status.AnnotationPlace: "stage 1 of 4, initial-canary",
				status.AnnotationCondition: "GitOwns"},
			"Normal GitOwns stage 1 of 4, initial-canary: "},
	} {
		t.Run(name, func(t *testing.T) {
			cluster, plan, patches := newPlan(t, nil)
			said := &events{}
			r := status.Reporter{Events: said, Metrics: &metrics.Releases{}}
			for range 3 {
				require.NoError(t, r.Tell(t.Context(), cluster, "swimlane", plan, c.report))
			}
			require.Equal(t, 1, *patches, "nothing new is said")
			require.Equal(t, []string{c.event}, said.all)
			got := plan.Annotations
			if c.report.Condition == status.GitOwns {
				require.JSONEq(t, `{"action":"Hold","revision":3}`, got[status.AnnotationProposal])
				require.Contains(t, got[status.AnnotationEvidence], `"revision":3`)
				delete(got, status.AnnotationProposal)
				delete(got, status.AnnotationEvidence)
			}
			require.Equal(t, c.want, got)
			c.report.Message = "another"
			require.NoError(t, r.Tell(t.Context(), cluster, "swimlane", plan, c.report))
			require.Len(t, said.all, 1, "a message is no news")
			c.report.Condition = status.Contested
			require.NoError(t, r.Tell(t.Context(), cluster, "swimlane", plan, c.report))
			require.Len(t, said.all, 2)
		})
	}
}

func TestAnnotate(t *testing.T) {
	for name, c := range map[string]struct {
		has, set, want map[string]string
		patches        int
	}{
		"adds": {nil, map[string]string{"a": "1"}, map[string]string{"a": "1"}, 1},
		"changes": {map[string]string{"a": "1", "b": "2"}, map[string]string{"a": "3"},
			map[string]string{"a": "3", "b": "2"}, 1},
		"removes": {map[string]string{"a": "1", "b": "2"}, map[string]string{"a": ""},
			map[string]string{"b": "2"}, 1},
		"is there":     {map[string]string{"a": "1"}, map[string]string{"a": "1"}, map[string]string{"a": "1"}, 0},
		"is not there": {map[string]string{"b": "2"}, map[string]string{"a": ""}, map[string]string{"b": "2"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			cluster, plan, patches := newPlan(t, c.has)
			require.NoError(t, status.Annotate(t.Context(), cluster, "swimlane", plan, c.set))
			require.NoError(t, cluster.Get(t.Context(), client.ObjectKeyFromObject(plan), plan))
			require.Equal(t, c.want, plan.Annotations)
			require.Equal(t, c.patches, *patches)
		})
	}
	t.Run("refuses a plan that has changed", func(t *testing.T) {
		cluster, plan, _ := newPlan(t, nil)
		late := plan.DeepCopy()
		require.NoError(t, status.Annotate(t.Context(), cluster, "swimlane", plan, map[string]string{"a": "1"}))
		err := status.Annotate(t.Context(), cluster, "swimlane", late, map[string]string{"a": "2"})
		require.True(t, apierrors.IsConflict(err), "%v", err)
	})
}
