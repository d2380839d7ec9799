package gen

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/lanes"
)

// template draws the pod template of a service: for one version, or for all if v is nil.
func template(t *rapid.T, s lanes.AppService, v *lanes.Version) *corev1.PodTemplateSpec {
	out := &corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: podLabels(t, s.Name, v)},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{container(t, s)}},
	}
	pod := &out.Spec
	if rapid.Bool().Draw(t, "annotated") {
		out.Annotations = map[string]string{"example.com/note": text().Draw(t, "annotation")}
	}
	if rapid.IntRange(0, 3).Draw(t, "second container") == 3 {
		pod.Containers = append(pod.Containers, corev1.Container{Name: "agent", Image: "agent:1"})
	}
	if rapid.IntRange(0, 2).Draw(t, "volume") == 2 {
		// The empty object means something: every printer must keep it.
		pod.Volumes = []corev1.Volume{{Name: "tmp",
			VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}
		pod.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: "tmp", MountPath: "/tmp"}}
	}
	if rapid.IntRange(0, 3).Draw(t, "affinity") == 3 {
		pod.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{
				LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{lanes.LabelApp: s.Name}},
				TopologyKey:   corev1.LabelHostname,
			}},
		}}
	}
	return out
}

func container(t *rapid.T, s lanes.AppService) corev1.Container {
	c := corev1.Container{
		Name: "default",
		Image: "registry.example.com/" + s.Name + ":" +
			rapid.SampledFrom([]string{"1.0", "latest", "2024-01-01"}).Draw(t, "tag"),
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "number of variables") {
		c.Env = append(c.Env, corev1.EnvVar{Name: "VAR_" + strconv.Itoa(i), Value: text().Draw(t, "variable")})
	}
	if rapid.Bool().Draw(t, "container port") {
		port := s.Port
		if s.TargetPort.IntVal != 0 {
			port = s.TargetPort.IntVal
		}
		c.Ports = []corev1.ContainerPort{{ContainerPort: port}}
	}
	if rapid.IntRange(0, 2).Draw(t, "probe") == 2 {
		c.ReadinessProbe = &corev1.Probe{
			ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/healthz",
				Port: intstr.FromInt32(s.Port)}},
			PeriodSeconds: rapid.Int32Range(0, 30).Draw(t, "period"),
		}
	}
	if rapid.IntRange(0, 2).Draw(t, "resources") == 2 {
		c.Resources.Requests = corev1.ResourceList{
			corev1.ResourceCPU: resource.MustParse(rapid.SampledFrom([]string{"100m", "1", "1500m"}).Draw(t, "cpu")),
			corev1.ResourceMemory: resource.MustParse(rapid.SampledFrom([]string{"64Mi", "1Gi", "128M"}).Draw(t,
				"memory")),
		}
	}
	return c
}

// text draws strings that careless YAML breaks.
func text() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"", "v1", "true", "null", "~", "0x1f", "1e3", "a: b", "#x", "- x", " ", "'", "\"",
			"a\nb\n", "{{ .x }}", "ü"}),
		rapid.StringMatching(`[ -~]{0,12}`),
	)
}
