package analysisrun_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"github.com/swimlane-go/swimlane/examples/controller/source"
	"github.com/swimlane-go/swimlane/examples/controller/source/analysisrun"
	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

func query(t *testing.T) source.Query {
	state, err := mock.Plan().Prepare(time.Unix(1, 0))
	require.NoError(t, err)
	return source.Query{
		Config: release.Config{Name: "mock", Plan: mock.Plan()}, Namespace: "shop", State: state, Stay: 1,
		Metric: rollout.Metric{Name: "smoke", Kind: rollout.Value}, From: time.Unix(1, 0), To: time.Unix(61, 0),
	}
}

func template() *unstructured.Unstructured {
	u := &unstructured.Unstructured{
		Object: map[string]any{"spec": map[string]any{"metrics": []any{map[string]any{"name": "smoke"}}}}}
	u.SetGroupVersionKind(analysisrun.Kind("AnalysisTemplate"))
	u.SetNamespace("shop")
	u.SetName("smoke")
	return u
}

func TestOneRunAStay(t *testing.T) {
	c := fake.NewClientBuilder().WithScheme(runtime.NewScheme()).WithObjects(template()).Build()
	s, q := analysisrun.Source{Client: c, Template: "smoke"}, query(t)
	run := &unstructured.Unstructured{}
	run.SetGroupVersionKind(analysisrun.Kind("AnalysisRun"))
	key := client.ObjectKey{Namespace: "shop", Name: analysisrun.NameOf(q)}
	for range 2 {
		out, err := s.Observe(t.Context(), q)
		require.NoError(t, err)
		require.Empty(t, out, "it has not ended")
		require.NoError(t, c.Get(t.Context(), key, run))
	}
	metrics, _, _ := unstructured.NestedSlice(run.Object, "spec", "metrics")
	require.Len(t, metrics, 1)
	end := func(phase string) (rollout.Observation, error) {
		require.NoError(t, unstructured.SetNestedMap(run.Object, map[string]any{"phase": phase, "message": "so"},
			"status"))
		require.NoError(t, c.Update(t.Context(), run))
		out, err := s.Observe(t.Context(), q)
		if len(out) == 0 {
			return rollout.Observation{}, err
		}
		return out[0], err
	}
	for phase, value := range map[string]float64{"Successful": 1, "Failed": 0} {
		o, err := end(phase)
		require.NoError(t, err)
		require.Equal(t, []rollout.LaneCount{{Lane: "v3", Value: &value}}, o.Lanes)
	}
	o, err := end("Inconclusive")
	require.NoError(t, err)
	require.Equal(t, "inconclusive: so", o.NoData)
	o, err = end("Error")
	require.NoError(t, err)
	require.Equal(t, "AnalysisRun: so", o.Err)
	_, err = end("Jumping")
	require.ErrorContains(t, err, "Jumping")

	later := q
	later.Stay = 2
	require.NotEqual(t, analysisrun.NameOf(q), analysisrun.NameOf(later))
	out, err := s.Observe(t.Context(), later)
	require.NoError(t, err)
	require.Empty(t, out)
}

func TestWhatGoesWrong(t *testing.T) {
	resource := schema.GroupResource{Group: "argoproj.io", Resource: "analysisruns"}
	observe := func(err error) ([]rollout.Observation, error) {
		c := fake.NewClientBuilder().WithScheme(runtime.NewScheme()).WithInterceptorFuncs(interceptor.Funcs{
			Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, o client.Object,
				opts ...client.GetOption) error {
				if err != nil {
					return err
				}
				return c.Get(ctx, key, o, opts...)
			},
		}).Build()
		return analysisrun.Source{Client: c, Template: "smoke"}.Observe(t.Context(), query(t))
	}
	_, err := observe(nil)
	require.ErrorIs(t, err, source.ErrUnknown, "no template")
	_, err = observe(&meta.NoKindMatchError{})
	require.ErrorIs(t, err, source.ErrUnknown, "no Argo Rollouts")
	_, err = observe(apierrors.NewForbidden(resource, "smoke", errors.New("no")))
	require.True(t, apierrors.IsForbidden(err))
	out, err := observe(apierrors.NewServerTimeout(resource, "get", 1))
	require.NoError(t, err)
	require.Equal(t, "timeout", out[0].Err)
	out, err = observe(apierrors.NewInternalError(errors.New("broken")))
	require.NoError(t, err)
	require.Contains(t, out[0].Err, "broken")
}
