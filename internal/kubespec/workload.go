package kubespec

import (
	"fmt"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
	"github.com/swimlane-go/swimlane/internal/labelindex"
)

// Deployment returns why the API server refuses a Deployment.
// Source: Kubernetes, pkg/apis/apps/validation, ValidateDeploymentSpec.
func Deployment(d *appsv1.Deployment) []Fault {
	var f faults
	p := fieldpath.New("spec")
	f.count(Workload, p.Child("replicas"), d.Spec.Replicas)
	f.notNegative(Workload, p.Child("minReadySeconds"), int64(d.Spec.MinReadySeconds))
	f.count(Workload, p.Child("revisionHistoryLimit"), d.Spec.RevisionHistoryLimit)
	deadline := int32(600)
	if d.Spec.ProgressDeadlineSeconds != nil {
		deadline = *d.Spec.ProgressDeadlineSeconds
	}
	switch at := p.Child("progressDeadlineSeconds"); {
	case deadline < 0:
		f.notNegative(Workload, at, int64(deadline))
	case deadline <= d.Spec.MinReadySeconds:
		f.add(Workload, at, fmt.Sprintf("must be greater than minReadySeconds, %d: %d", d.Spec.MinReadySeconds,
			deadline))
	}
	at, s := p.Child("strategy"), d.Spec.Strategy
	oneOf(&f, Strategy, at.Child("type"), s.Type, appsv1.RollingUpdateDeploymentStrategyType,
		appsv1.RecreateDeploymentStrategyType)
	rolling := at.Child("rollingUpdate")
	switch {
	case s.RollingUpdate == nil:
	case s.Type == appsv1.RecreateDeploymentStrategyType:
		f.add(Strategy, rolling, "must not be set: the type is Recreate")
	default:
		f.moves(rolling, s.RollingUpdate.MaxUnavailable, s.RollingUpdate.MaxSurge, false)
	}
	f.ownPods(p, d.Spec.Selector, d.Spec.Template.Labels)
	f.template(p.Child("template"), &d.Spec.Template, nil)
	return f.all()
}

// StatefulSet returns why the API server refuses a StatefulSet.
// Source: Kubernetes, pkg/apis/apps/validation, ValidateStatefulSetSpec.
func StatefulSet(s *appsv1.StatefulSet) []Fault {
	var f faults
	p := fieldpath.New("spec")
	f.count(Workload, p.Child("replicas"), s.Spec.Replicas)
	f.notNegative(Workload, p.Child("minReadySeconds"), int64(s.Spec.MinReadySeconds))
	f.maybeNamed(Workload, p.Child("serviceName"), s.Spec.ServiceName, validation.IsDNS1123Label)
	oneOf(&f, Workload, p.Child("podManagementPolicy"), s.Spec.PodManagementPolicy, appsv1.OrderedReadyPodManagement,
		appsv1.ParallelPodManagement)
	if o := s.Spec.Ordinals; o != nil {
		f.notNegative(Workload, p.Child("ordinals.start"), int64(o.Start))
	}
	if keep := s.Spec.PersistentVolumeClaimRetentionPolicy; keep != nil {
		at := p.Child("persistentVolumeClaimRetentionPolicy")
		oneOf(&f, Workload, at.Child("whenDeleted"), keep.WhenDeleted,
			appsv1.RetainPersistentVolumeClaimRetentionPolicyType,
			appsv1.DeletePersistentVolumeClaimRetentionPolicyType)
		oneOf(&f, Workload, at.Child("whenScaled"), keep.WhenScaled,
			appsv1.RetainPersistentVolumeClaimRetentionPolicyType,
			appsv1.DeletePersistentVolumeClaimRetentionPolicyType)
	}
	at, u := p.Child("updateStrategy"), s.Spec.UpdateStrategy
	oneOf(&f, Strategy, at.Child("type"), u.Type, appsv1.RollingUpdateStatefulSetStrategyType,
		appsv1.OnDeleteStatefulSetStrategyType, "Recreate")
	if r := u.RollingUpdate; r != nil {
		rolling := at.Child("rollingUpdate")
		if u.Type == appsv1.OnDeleteStatefulSetStrategyType {
			f.add(Strategy, rolling, "must not be set: the type is OnDelete")
		} else {
			f.count(Strategy, rolling.Child("partition"), r.Partition)
		}
	}
	f.ownPods(p, s.Spec.Selector, s.Spec.Template.Labels)
	claims := make([]string, len(s.Spec.VolumeClaimTemplates))
	for i := range s.Spec.VolumeClaimTemplates {
		claims[i] = s.Spec.VolumeClaimTemplates[i].Name
	}
	f.template(p.Child("template"), &s.Spec.Template, claims)
	return f.all()
}

// DaemonSet returns why the API server refuses a DaemonSet.
// Source: Kubernetes, pkg/apis/apps/validation, ValidateDaemonSetSpec.
func DaemonSet(d *appsv1.DaemonSet) []Fault {
	var f faults
	p := fieldpath.New("spec")
	f.notNegative(Workload, p.Child("minReadySeconds"), int64(d.Spec.MinReadySeconds))
	f.count(Workload, p.Child("revisionHistoryLimit"), d.Spec.RevisionHistoryLimit)
	at, u := p.Child("updateStrategy"), d.Spec.UpdateStrategy
	oneOf(&f, Strategy, at.Child("type"), u.Type, appsv1.RollingUpdateDaemonSetStrategyType,
		appsv1.OnDeleteDaemonSetStrategyType)
	if r := u.RollingUpdate; r != nil && u.Type != appsv1.OnDeleteDaemonSetStrategyType {
		f.moves(at.Child("rollingUpdate"), r.MaxUnavailable, r.MaxSurge, true)
	}
	f.ownPods(p, d.Spec.Selector, d.Spec.Template.Labels)
	f.template(p.Child("template"), &d.Spec.Template, nil)
	return f.all()
}

// ownPods checks that a workload selects the pods of its template.
func (f *faults) ownPods(p *fieldpath.Path, s *metav1.LabelSelector, pods map[string]string) {
	at := p.Child("selector")
	if !f.labelSelector(OwnPods, at, s) {
		return
	}
	if s != nil && len(s.MatchExpressions) == 0 && labelindex.Selects(s.MatchLabels, pods) {
		return // the common case, without the cost of a selector
	}
	selector, err := metav1.LabelSelectorAsSelector(s)
	switch {
	case err != nil:
		f.add(OwnPods, at, "must be a label selector: "+err.Error())
	case s == nil || selector.Empty():
		f.add(OwnPods, at, "must select the pods of the template")
	case !selector.Matches(labels.Set(pods)):
		f.add(OwnPods, p.Child("template.metadata.labels"), "must be selected by the object's own selector: "+
			selector.String())
	}
}

// moves checks how many pods an update may remove and add. Not both may be 0. Either says that one
// of them must be 0, as in a DaemonSet.
func (f *faults) moves(p *fieldpath.Path, unavailable, surge *intstr.IntOrString, either bool) {
	before := len(f.list)
	f.amount(Strategy, p.Child("maxUnavailable"), unavailable, 100)
	most := 0
	if either {
		most = 100
	}
	f.amount(Strategy, p.Child("maxSurge"), surge, most)
	switch {
	case len(f.list) > before:
	case isZero(unavailable) && (isZero(surge) || either && surge == nil):
		f.add(Strategy, p.Child("maxUnavailable"), "must not be 0: maxSurge is 0 too")
	case either && surge != nil && !isZero(surge) && (unavailable == nil || !isZero(unavailable)):
		f.add(Strategy, p.Child("maxSurge"), "must not be set: maxUnavailable is not 0")
	}
}

// amount checks a number of pods, or a percentage of them of at most most; 0 means no limit.
// Source: Kubernetes, pkg/apis/apps/validation, ValidatePositiveIntOrPercent.
func (f *faults) amount(rule Rule, p *fieldpath.Path, amount *intstr.IntOrString, most int) {
	if amount == nil {
		return
	}
	if amount.Type == intstr.Int {
		f.notNegative(rule, p, int64(amount.IntVal))
		return
	}
	if validation.IsValidPercent(amount.StrVal) != nil {
		f.add(rule, p, fmt.Sprintf(`must be a number or a share such as "50%%": %q`, amount.StrVal))
	} else if n, err := strconv.Atoi(strings.TrimSuffix(amount.StrVal, "%")); most > 0 && (err != nil || n > most) {
		f.add(rule, p, fmt.Sprintf("must be at most %d%%: %q", most, amount.StrVal))
	}
}

// isZero reports whether an amount is set to 0.
func isZero(amount *intstr.IntOrString) bool {
	return amount != nil && (amount.Type == intstr.Int && amount.IntVal == 0 ||
		amount.Type == intstr.String && strings.Trim(strings.TrimSuffix(amount.StrVal, "%"), "0") == "")
}
