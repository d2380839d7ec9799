package lanes_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/lanes"
)

// Names that are too long by one, and just not.
var (
	name63 = strings.Repeat("n", 63)
	name64 = strings.Repeat("n", 64)
)

const (
	dnsLabel     = "format=dns-label"
	dnsSubdomain = "format=dns-subdomain"
	dns1035      = "format=dns-1035-label"
)

// pod returns a template with one container.
func pod() *corev1.PodTemplateSpec {
	return &corev1.PodTemplateSpec{
		Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "default", Image: "mock:1"}}}}
}

// builder is any builder of the package.
type builder interface{ Validate() field.ErrorList }

// requireBuilds holds that build refuses exactly what Validate finds.
func requireBuilds[T runtime.Object](t *testing.T, want field.ErrorList, b interface {
	builder
	Build() (T, error)
}) {
	t.Helper()
	fieldtest.Equal(t, want, b.Validate())
	got, err := b.Build()
	if len(want) == 0 {
		require.NoError(t, err)
		require.NotEmpty(t, got.GetObjectKind().GroupVersionKind().Kind)
		return
	}
	fieldtest.Equal(t, want, fieldtest.Of(err))
	require.Zero(t, got)
}

func TestDeploymentBuilder(t *testing.T) {
	good := func() lanes.DeploymentBuilder {
		return lanes.DeploymentBuilder{Service: "mocka", Version: "v1", Template: pod()}
	}
	const app, version = "metadata.labels[app]", "metadata.labels[version]"
	for name, test := range map[string]struct {
		spoil func(b *lanes.DeploymentBuilder)
		want  field.ErrorList
	}{
		"nothing":       {func(*lanes.DeploymentBuilder) {}, nil},
		"zero replicas": {func(b *lanes.DeploymentBuilder) { b.Replicas = new(int32(0)) }, nil},
		"longest names": {func(b *lanes.DeploymentBuilder) { b.Service, b.Version = name63, name63 }, nil},
		"digits":        {func(b *lanes.DeploymentBuilder) { b.Version = "2024" }, nil},
		"own labels": {func(b *lanes.DeploymentBuilder) {
			b.Template.Labels = map[string]string{"app": "mocka",
				"team": "x"}
		}, nil},
		"everything": {func(b *lanes.DeploymentBuilder) { *b = lanes.DeploymentBuilder{} },
			field.ErrorList{fieldtest.Required(app), fieldtest.Required(version), fieldtest.Required("spec.template")}},
		"64 characters": {func(b *lanes.DeploymentBuilder) { b.Service, b.Version = name64, name64 },
			field.ErrorList{fieldtest.Invalid(app, dns1035), fieldtest.Invalid(version, dnsLabel)}},
		"starts with 1": {func(b *lanes.DeploymentBuilder) { b.Service = "1a" },
			field.ErrorList{fieldtest.Invalid(app, dns1035)}},
		"version 1.2": {func(b *lanes.DeploymentBuilder) { b.Version = "1.2" },
			field.ErrorList{fieldtest.Invalid(version, dnsLabel)}},
		"bad namespace": {func(b *lanes.DeploymentBuilder) { b.Namespace = "My" },
			field.ErrorList{fieldtest.Invalid("metadata.namespace", dnsLabel)}},
		"replicas of -1": {func(b *lanes.DeploymentBuilder) { b.Replicas = new(int32(-1)) },
			field.ErrorList{fieldtest.Invalid("spec.replicas", "")}},
		"nil template": {func(b *lanes.DeploymentBuilder) { b.Template = nil },
			field.ErrorList{fieldtest.Required("spec.template")}},
		"no containers": {func(b *lanes.DeploymentBuilder) { b.Template = &corev1.PodTemplateSpec{} },
			field.ErrorList{fieldtest.Required("spec.template.spec.containers")}},
		"bad containers": {func(b *lanes.DeploymentBuilder) {
			b.Template.Spec.Containers = []corev1.Container{{Name: "a", Image: "i"}, {Name: "a"}, {Image: "i"}}
		}, field.ErrorList{fieldtest.Duplicate("spec.template.spec.containers[1].name"),
			fieldtest.Required("spec.template.spec.containers[1].image"),
			fieldtest.Required("spec.template.spec.containers[2].name")}},
		"another's labels": {func(b *lanes.DeploymentBuilder) {
			b.Template.Labels = map[string]string{"app": "mockb", "version": "v2", "ASM_TRAFFIC_TAG": ""}
		}, field.ErrorList{
			fieldtest.Invalid("spec.template.metadata.labels[app]", "version-label"),
			fieldtest.Invalid("spec.template.metadata.labels[version]", "version-label"),
			fieldtest.Invalid("spec.template.metadata.labels[ASM_TRAFFIC_TAG]", "version-label"),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			b := good()
			test.spoil(&b)
			requireBuilds(t, test.want, b)
		})
	}
}

// The pod is the user's: what the library does not have to say it keeps.
func TestDeploymentKeepsThePod(t *testing.T) {
	b := lanes.DeploymentBuilder{Service: "mocka", Version: "v1", Namespace: "shop", Replicas: new(int32(3)),
		Template: pod()}
	b.Template.Labels = map[string]string{"team": "x"}
	b.Template.Annotations = map[string]string{"sidecar.istio.io/inject": "true"}
	b.Template.Spec.ServiceAccountName = "mocka"
	b.Template.Spec.Containers[0].ReadinessProbe = &corev1.Probe{PeriodSeconds: 3}
	b.Template.Spec.Volumes = []corev1.Volume{{Name: "tmp",
		VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}
	want := b.Template.DeepCopy()

	d, err := b.Build()
	require.NoError(t, err)
	require.Equal(t, want, b.Template, "the builder's template is not changed")
	require.Equal(t, want.Spec, d.Spec.Template.Spec)
	require.Equal(t, want.Annotations, d.Spec.Template.Annotations)
	ours := map[string]string{"app": "mocka", "version": "v1", "ASM_TRAFFIC_TAG": "v1"}
	require.Equal(t, ours, d.Spec.Selector.MatchLabels)
	ours["team"] = "x"
	require.Equal(t, ours, d.Spec.Template.Labels)
	require.Equal(t, metav1.ObjectMeta{Name: "mocka-v1", Namespace: "shop",
		Labels: map[string]string{"app": "mocka", "version": "v1"}}, d.ObjectMeta)
	require.EqualValues(t, 3, *d.Spec.Replicas)

	// Nothing is shared: neither way does a change reach the other.
	d2, err := b.Build()
	require.NoError(t, err)
	*b.Replicas = 9
	b.Template.Labels["team"] = "y"
	b.Template.Spec.Containers[0].ReadinessProbe.PeriodSeconds = 9
	require.Equal(t, d2, d)
	*d.Spec.Replicas = 1
	d.Spec.Template.Spec.Containers[0].Image = "other"
	d.Spec.Template.Annotations["sidecar.istio.io/inject"] = "false"
	d.Spec.Selector.MatchLabels["x"] = "y"
	require.EqualValues(t, 9, *b.Replicas)
	require.Equal(t, "mock:1", b.Template.Spec.Containers[0].Image)
	require.Equal(t, "true", b.Template.Annotations["sidecar.istio.io/inject"])
	require.NotContains(t, d.Spec.Template.Labels, "x", "selector and labels are two maps")
}

func TestServiceBuilder(t *testing.T) {
	const port = "spec.ports[0].port"
	for name, test := range map[string]struct {
		b    lanes.ServiceBuilder
		want field.ErrorList
	}{
		"smallest": {lanes.ServiceBuilder{Name: "mocka", Port: 1}, nil},
		"greatest": {lanes.ServiceBuilder{Name: name63, Port: 65535, TargetPort: intstr.FromInt32(65535),
			PortName: "http2-web"}, nil},
		"grpc": {lanes.ServiceBuilder{Name: "mocka", Port: 80, PortName: "grpc"}, nil},
		"everything": {lanes.ServiceBuilder{},
			field.ErrorList{fieldtest.Required("metadata.name"), fieldtest.Invalid(port, "port")}},
		"ports": {lanes.ServiceBuilder{Name: "mocka", Port: 65536, TargetPort: intstr.FromInt32(-1)},
			field.ErrorList{fieldtest.Invalid(port, "port"), fieldtest.Invalid("spec.ports[0].targetPort", "port")}},
		"tcp": {lanes.ServiceBuilder{Name: "mocka", Port: 80, PortName: "tcp"},
			field.ErrorList{fieldtest.Invalid("spec.ports[0].name", "http-port")}},
		"https": {lanes.ServiceBuilder{Name: "mocka", Port: 80, PortName: "https"},
			field.ErrorList{fieldtest.Invalid("spec.ports[0].name", "http-port")}},
		"long name": {lanes.ServiceBuilder{Name: "mocka", Port: 80, PortName: "http-more-than-15"},
			field.ErrorList{fieldtest.Invalid("spec.ports[0].name", "format=port-name")}},
		"dotted": {lanes.ServiceBuilder{Name: "a.b", Port: 80},
			field.ErrorList{fieldtest.Invalid("metadata.name", dns1035)}},
		"bad namepace": {lanes.ServiceBuilder{Name: "a", Namespace: "-", Port: 80},
			field.ErrorList{fieldtest.Invalid("metadata.namespace", dnsLabel)}},
	} {
		t.Run(name, func(t *testing.T) { requireBuilds(t, test.want, test.b) })
	}

	s, err := lanes.ServiceBuilder{Name: "mocka", Namespace: "shop", Port: 80, TargetPort: intstr.FromInt32(8080),
		PortName: "http-web"}.Build()
	require.NoError(t, err)
	require.Equal(t, corev1.ServiceSpec{
		Ports:    []corev1.ServicePort{{Name: "http-web", Port: 80, TargetPort: intstr.FromInt32(8080)}},
		Selector: map[string]string{"app": "mocka"},
	}, s.Spec)
	require.Equal(t, "shop", s.Namespace)
}

func TestLaneBuilder(t *testing.T) {
	selector := map[string]string{"version": "v1"}
	group := "metadata.labels[swimlane-group]"
	for name, test := range map[string]struct {
		b    lanes.LaneBuilder
		want field.ErrorList
	}{
		"good": {lanes.LaneBuilder{Name: "v1", Group: "mock", Selector: selector}, nil},
		"everything": {lanes.LaneBuilder{},
			field.ErrorList{fieldtest.Required("metadata.name"), fieldtest.Required(group),
				fieldtest.Required("spec.labelSelector")}},
		"dotted": {lanes.LaneBuilder{Name: "v1.0", Group: "a.b", Selector: selector},
			field.ErrorList{fieldtest.Invalid("metadata.name", dnsLabel), fieldtest.Invalid(group, dnsLabel)}},
		"long": {lanes.LaneBuilder{Name: name64, Group: "mock", Selector: selector},
			field.ErrorList{fieldtest.Invalid("metadata.name", dnsLabel)}},
		"selector key": {lanes.LaneBuilder{Name: "v1", Group: "mock", Selector: map[string]string{"-": "v1"}},
			field.ErrorList{fieldtest.Invalid("spec.labelSelector", "format=label-key")}},
		"selector value": {lanes.LaneBuilder{Name: "v1", Group: "mock", Selector: map[string]string{"version": "v 1"}},
			field.ErrorList{fieldtest.Invalid("spec.labelSelector[version]", "format=label-value")}},
	} {
		t.Run(name, func(t *testing.T) { requireBuilds(t, test.want, test.b) })
	}

	lane, err := lanes.LaneBuilder{Name: "v1", Group: "mock", Selector: selector}.Build()
	require.NoError(t, err)
	selector["version"] = "changed"
	require.Equal(t, "v1", lane.Spec.LabelSelector["version"], "nothing is shared")
}

func TestLaneGroupBuilder(t *testing.T) {
	gateway := lanes.GatewayRef{Name: "ingressgateway", Namespace: "istio-system", Type: lanes.IngressASM}
	refs := []lanes.ServiceRef{{Name: "mocka", Namespace: "default"}, {Name: "mockb", Namespace: "default"}}
	const gw = "spec.ingress.gateway"
	for name, test := range map[string]struct {
		b    lanes.LaneGroupBuilder
		want field.ErrorList
	}{
		"good": {lanes.LaneGroupBuilder{Name: "mock", Gateway: gateway, Services: refs}, nil},
		"no type": {lanes.LaneGroupBuilder{Name: "mock",
			Gateway: lanes.GatewayRef{Name: "gw-v1", Namespace: "a"}, Services: refs}, nil},
		"same name": {lanes.LaneGroupBuilder{Name: "mock", Gateway: gateway,
			Services: []lanes.ServiceRef{{Name: "a", Namespace: "x"}, {Name: "a", Namespace: "y"}}}, nil},
		"everything": {lanes.LaneGroupBuilder{},
			field.ErrorList{fieldtest.Required("metadata.name"), fieldtest.Required(gw + ".name"),
				fieldtest.Required(gw + ".namespace"), fieldtest.Required("spec.services")}},
		"unknown type": {lanes.LaneGroupBuilder{Name: "mock",
			Gateway: lanes.GatewayRef{Name: "a", Namespace: "b", Type: "Nginx"}, Services: refs},
			field.ErrorList{fieldtest.NotSupported(gw + ".type")}},
		"bad gateway": {lanes.LaneGroupBuilder{Name: "mock", Gateway: lanes.GatewayRef{Name: "A", Namespace: "b.c"},
			Services: refs}, field.ErrorList{fieldtest.Invalid(gw+".name", dnsLabel),
			fieldtest.Invalid(gw+".namespace", dnsLabel)}},
		"dot in name": {lanes.LaneGroupBuilder{Name: "mock",
			Gateway: lanes.GatewayRef{Name: "gw.v1", Namespace: "b"}, Services: refs},
			field.ErrorList{fieldtest.Invalid(gw+".name", dnsLabel)}},
		"service twice": {lanes.LaneGroupBuilder{Name: "mock", Gateway: gateway, Services: append(refs, refs[0])},
			field.ErrorList{fieldtest.Duplicate("spec.services[2]")}},
		"empty services": {lanes.LaneGroupBuilder{Name: "mock", Gateway: gateway, Services: []lanes.ServiceRef{{}}},
			field.ErrorList{fieldtest.Required("spec.services[0].name"),
				fieldtest.Required("spec.services[0].namespace")}},
	} {
		t.Run(name, func(t *testing.T) { requireBuilds(t, test.want, test.b) })
	}

	group, err := lanes.LaneGroupBuilder{Name: "mock", Gateway: gateway, Services: refs}.Build()
	require.NoError(t, err)
	refs[0].Name = "changed"
	require.Equal(t, "mocka", group.Spec.Services[0].Name, "nothing is shared")
}

// What marshalling prints of built lanes is what a person would write.
func TestLanesPrintWithoutNoise(t *testing.T) {
	lane, err := lanes.LaneBuilder{Name: "v1", Group: "mock", Selector: map[string]string{"version": "v1"}}.Build()
	require.NoError(t, err)
	text, err := yaml.Marshal(lane)
	require.NoError(t, err)
	require.YAMLEq(t, `
apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLane
metadata: {name: v1, labels: {swimlane-group: mock}}
spec: {labelSelector: {version: v1}}
`, string(text))

	group, err := lanes.LaneGroupBuilder{
		Name:     "mock",
		Gateway:  lanes.GatewayRef{Name: "ingressgateway", Namespace: "istio-system", Type: lanes.IngressASM},
		Services: []lanes.ServiceRef{{Name: "mocka", Namespace: "default"}},
	}.Build()
	require.NoError(t, err)
	text, err = yaml.Marshal(group)
	require.NoError(t, err)
	require.YAMLEq(t, `
apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLaneGroup
metadata: {name: mock}
spec:
  ingress: {gateway: {name: ingressgateway, namespace: istio-system, type: ASM}}
  services: [{name: mocka, namespace: default}]
`, string(text))
}

func TestHost(t *testing.T) {
	require.Equal(t, "mocka.shop.svc.cluster.local", lanes.Host("mocka", "shop"))
	require.Equal(t, "mocka.default.svc.cluster.local", lanes.Host("mocka", ""))
}
