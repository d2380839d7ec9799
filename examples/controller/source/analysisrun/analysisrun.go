// Package analysisrun is a source of facts: the AnalysisRuns of Argo Rollouts, without its client.
package analysisrun

import (
	"context"
	"errors"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/swimlane-go/swimlane/examples/controller/source"
	"github.com/swimlane-go/swimlane/rollout"
)

// Source creates one AnalysisRun for each stay of a release, from a template in the namespace of
// the plan, and returns its result.
type Source struct {
	// Client reads templates and runs, and creates runs.
	Client client.Client
	// Template is the name of an AnalysisTemplate. All of its arguments must have values.
	Template string
}

// Kind returns a GroupVersionKind of Argo Rollouts.
func Kind(kind string) schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: "argoproj.io", Version: "v1alpha1", Kind: kind}
}

// NameOf returns the name of the run for a query. It has the plan's name and digest, the metric,
// and the revision and stage of the stay.
func NameOf(q source.Query) string {
	digest := strings.TrimPrefix(q.State.PlanDigest, "sha256:")
	return fmt.Sprintf("%.200s-%.12s-%s-%d-%d", q.Config.Name, digest, q.Metric.Name, q.Stay, q.State.Stage)
}

// Observe implements [source.Source]. Successful gives the candidate a value of 1 and Failed 0, for
// a check with a floor of 1. Inconclusive means no data, and Error an observation with Err. A run
// that has not ended gives no observations. A missing template is [source.ErrUnknown].
func (s Source) Observe(ctx context.Context, q source.Query) ([]rollout.Observation, error) {
	run := &unstructured.Unstructured{}
	run.SetGroupVersionKind(Kind("AnalysisRun"))
	err := s.Client.Get(ctx, client.ObjectKey{Namespace: q.Namespace, Name: NameOf(q)}, run)
	if apierrors.IsNotFound(err) {
		err = s.create(ctx, q)
	}
	switch {
	case meta.IsNoMatchError(err):
		return nil, fmt.Errorf("%w: the cluster has no AnalysisRuns", source.ErrUnknown)
	case errors.Is(err, source.ErrUnknown), apierrors.IsForbidden(err), apierrors.IsInvalid(err):
		return nil, err
	case apierrors.IsTimeout(err), apierrors.IsServerTimeout(err), errors.Is(err, context.DeadlineExceeded):
		return q.Same(rollout.Observation{Err: "timeout"}), nil
	case err != nil:
		return q.Same(rollout.Observation{Err: fmt.Sprintf("%.200s", err)}), nil
	}
	phase, _, _ := unstructured.NestedString(run.Object, "status", "phase")
	message, _, _ := unstructured.NestedString(run.Object, "status", "message")
	switch phase {
	case "", "Pending", "Running":
		return nil, nil
	case "Successful":
		return q.Verdict(true), nil
	case "Failed":
		return q.Verdict(false), nil
	case "Inconclusive":
		return q.Same(rollout.Observation{NoData: fmt.Sprintf("inconclusive: %.200s", message)}), nil
	case "Error":
		return q.Same(rollout.Observation{Err: fmt.Sprintf("AnalysisRun: %.200s", message)}), nil
	}
	return nil, fmt.Errorf("AnalysisRun %s: the phase must be one of Argo Rollouts, not %q", run.GetName(), phase)
}

// create creates the run. It succeeds if another replica was first.
func (s Source) create(ctx context.Context, q source.Query) error {
	template := &unstructured.Unstructured{}
	template.SetGroupVersionKind(Kind("AnalysisTemplate"))
	err := s.Client.Get(ctx, client.ObjectKey{Namespace: q.Namespace, Name: s.Template}, template)
	if apierrors.IsNotFound(err) {
		return fmt.Errorf("%w: there is no AnalysisTemplate %s/%s", source.ErrUnknown, q.Namespace, s.Template)
	} else if err != nil {
		return err
	}
	run := &unstructured.Unstructured{}
	run.SetGroupVersionKind(Kind("AnalysisRun"))
	run.SetNamespace(q.Namespace)
	run.SetName(NameOf(q))
	spec, _, _ := unstructured.NestedMap(template.Object, "spec")
	if err := unstructured.SetNestedMap(run.Object, spec, "spec"); err != nil {
		return err
	}
	if err := s.Client.Create(ctx, run); !apierrors.IsAlreadyExists(err) {
		return err
	}
	return nil
}
