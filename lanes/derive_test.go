package lanes_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
)

// stable returns a Deployment as a cluster has it.
func stable(t testing.TB) *appsv1.Deployment {
	t.Helper()
	template := pod()
	template.Annotations = map[string]string{"a": "b"}
	template.Spec.InitContainers = []corev1.Container{{Name: "init", Image: "init:1"}}
	template.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "APP_VERSION", Value: "v1"},
		{Name: "version", Value: "other"}, {Name: "first", Value: "v1"}}
	d, err := lanes.DeploymentBuilder{Service: "mocka", Version: "v1", Namespace: "shop", Replicas: new(int32(3)),
		Template: template}.Build()
	require.NoError(t, err)
	d.TypeMeta = metav1.TypeMeta{} // as Kubernetes' own client returns it
	d.UID, d.ResourceVersion, d.Generation, d.CreationTimestamp = "1", "2", 3, metav1.Now()
	d.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kubectl"}}
	d.Annotations = map[string]string{"owner": "team", "deployment.kubernetes.io/revision": "7",
		corev1.LastAppliedConfigAnnotation: "{}"}
	d.Status.Replicas = 3
	return d
}

func TestDerivedDeployment(t *testing.T) {
	from := stable(t)
	before := from.DeepCopy()
	got, err := lanes.DerivedDeployment{From: from, Version: "v2",
		Images: map[string]string{"default": "mock:2"}}.Build()
	require.NoError(t, err)
	require.Equal(t, before, from, "the other version is not changed")

	want := stable(t)
	want.TypeMeta = metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"}
	want.ObjectMeta = metav1.ObjectMeta{Name: "mocka-v2", Namespace: "shop",
		Labels: map[string]string{"app": "mocka", "version": "v2"}, Annotations: map[string]string{"owner": "team"}}
	want.Status = appsv1.DeploymentStatus{}
	tags := map[string]string{"app": "mocka", "version": "v2", "ASM_TRAFFIC_TAG": "v2"}
	want.Spec.Selector.MatchLabels, want.Spec.Template.Labels = tags, tags
	want.Spec.Template.Spec.Containers[0].Image = "mock:2"
	want.Spec.Template.Spec.Containers[0].Env[0].Value = "v2"
	require.Equal(t, want, got)

	got.Spec.Template.Spec.Containers[0].Env[2].Value = "changed"
	require.Equal(t, before, from, "nothing is shared")
}

// Pods that one label alone tells apart are told apart by it in the new version too.
func TestDerivedDeploymentOfOneLabel(t *testing.T) {
	for _, key := range []string{lanes.LabelVersion, lanes.LabelTrafficTag} {
		from := stable(t)
		only := map[string]string{"app": "mocka", key: "v1"}
		from.Labels, from.Spec.Selector.MatchLabels, from.Spec.Template.Labels = only, only, only
		got, err := lanes.DerivedDeployment{From: from, Version: "v2"}.Build()
		require.NoError(t, err)
		want := map[string]string{"app": "mocka", key: "v2"}
		require.Equal(t, "mocka-v2", got.Name)
		require.Equal(t, want, got.Labels)
		require.Equal(t, want, got.Spec.Selector.MatchLabels)
		require.Equal(t, want, got.Spec.Template.Labels)
	}
}

func TestVersionOf(t *testing.T) {
	require.Equal(t, "v2", lanes.VersionOf(map[string]string{"version": "v2", "ASM_TRAFFIC_TAG": "v3"}))
	require.Equal(t, "v3", lanes.VersionOf(map[string]string{"version": "", "ASM_TRAFFIC_TAG": "v3"}))
	require.Empty(t, lanes.VersionOf(map[string]string{"app": "mocka"}))
}

func TestDerivedDeploymentRefuses(t *testing.T) {
	const labels = "spec.template.metadata.labels"
	for name, test := range map[string]struct {
		spoil func(b *lanes.DerivedDeployment)
		want  field.ErrorList
	}{
		"nothing":       {func(*lanes.DerivedDeployment) {}, nil},
		"an init image": {func(b *lanes.DerivedDeployment) { b.Images = map[string]string{"init": "init:2"} }, nil},
		"everything": {func(b *lanes.DerivedDeployment) { *b = lanes.DerivedDeployment{} },
			field.ErrorList{fieldtest.Required("version"), fieldtest.Required("from")}},
		"one label": {func(b *lanes.DerivedDeployment) { delete(b.From.Spec.Template.Labels, "version") }, nil},
		"no label": {func(b *lanes.DerivedDeployment) { clear(b.From.Spec.Template.Labels) },
			field.ErrorList{fieldtest.Required(labels + "[version]")}},
		"same version": {func(b *lanes.DerivedDeployment) { b.Version = "v1" },
			field.ErrorList{fieldtest.Invalid(labels, "")}},
		"no selector": {func(b *lanes.DerivedDeployment) { b.From.Spec.Selector = nil },
			field.ErrorList{fieldtest.Required("spec.selector.matchLabels")}},
		"images": {func(b *lanes.DerivedDeployment) { b.Images = map[string]string{"x": "y", "default": ""} },
			field.ErrorList{fieldtest.NotFound("spec.template.spec.containers[x]"),
				fieldtest.Required("spec.template.spec.containers[default].image")}},
	} {
		t.Run(name, func(t *testing.T) {
			b := lanes.DerivedDeployment{From: stable(t), Version: "v2"}
			test.spoil(&b)
			fieldtest.Equal(t, test.want, b.Validate())
			d, err := b.Build()
			fieldtest.Equal(t, test.want, fieldtest.Of(err))
			require.Equal(t, len(test.want) == 0, d != nil)
		})
	}
}

func TestDerivedLane(t *testing.T) {
	from, err := lanes.LaneBuilder{Name: "stable", Group: "mock",
		Selector: map[string]string{"version": "v1", "team": "x"}}.Build()
	require.NoError(t, err)
	from.ResourceVersion, from.TypeMeta = "7", metav1.TypeMeta{}
	got, err := lanes.DerivedLane{From: from, Name: "next", OldVersion: "v1", Version: "v2"}.Build()
	require.NoError(t, err)
	require.Equal(t, "ASMSwimLane", got.Kind)
	require.Equal(t, metav1.ObjectMeta{Name: "next", Labels: map[string]string{"swimlane-group": "mock"}},
		got.ObjectMeta)
	require.Equal(t, map[string]string{"version": "v2", "team": "x"}, got.Spec.LabelSelector)
	require.Equal(t, "v1", from.Spec.LabelSelector["version"], "nothing is shared")

	fieldtest.Equal(t, field.ErrorList{fieldtest.Required("metadata.name"), fieldtest.Required("version"),
		fieldtest.Required("from")}, lanes.DerivedLane{}.Validate())
	_, err = lanes.DerivedLane{From: from, Name: "next", OldVersion: "v9", Version: "v2"}.Build()
	fieldtest.Equal(t, field.ErrorList{fieldtest.Invalid("spec.labelSelector", "")}, fieldtest.Of(err))
}

// A lane that is derived takes no requests yet.
func TestDerivedLaneIsIdle(t *testing.T) {
	from, err := lanes.LaneBuilder{Name: "v1", Group: "mock", Selector: map[string]string{"version": "v1"}}.Build()
	require.NoError(t, err)
	from.Spec.IngressRules = []lanes.IngressRule{{Name: "all", Online: new(true)}}
	from.Spec.IngressWeight = &lanes.IngressWeight{Weight: new(int32(60))}
	got, err := lanes.DerivedLane{From: from, Name: "v2", OldVersion: "v1", Version: "v2"}.Build()
	require.NoError(t, err)
	require.Empty(t, got.Spec.IngressRules)
	require.Zero(t, *got.Spec.IngressWeight.Weight)
	require.Len(t, from.Spec.IngressRules, 1)
	require.EqualValues(t, 60, *from.Spec.IngressWeight.Weight, "nothing is shared")
}

// A version that is derived and derived back is the same again.
func TestDerivingIsReversible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		app := gen.App(t)
		// the baseline has
		of := slices.IndexFunc(app.Versions, func(v lanes.Version) bool { return v.Has(app.Services[0].Name) })
		d, err := app.Deployment(app.Versions[of], app.Services[0]).Build()
		require.NoError(t, err)
		there, err := lanes.DerivedDeployment{From: d, Version: "a-new-one"}.Build()
		require.NoError(t, err)
		require.NotEqual(t, d.Name, there.Name)
		back, err := lanes.DerivedDeployment{From: there, Version: app.Versions[of].Name}.Build()
		require.NoError(t, err)
		require.Equal(t, d.Name, back.Name)
		require.Equal(t, d.Spec.Selector, back.Spec.Selector)
		require.Equal(t, d.Spec.Template.Labels, back.Spec.Template.Labels)
	})
}
