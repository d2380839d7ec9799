package kubespec

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// hostPort is a port of the node.
type hostPort struct {
	port     int32
	ip       string
	protocol corev1.Protocol
}

// container checks a container. Stays says that the container runs as long as the pod.
// Source: Kubernetes, pkg/apis/core/validation, validateContainers.
func (v *pod) container(p *fieldpath.Path, c *corev1.Container, stays bool) {
	name := p.Child("name")
	v.named(Container, name, c.Name, validation.IsDNS1123Label)
	if !v.names.add(c.Name) && c.Name != "" {
		v.add(Container, name, fmt.Sprintf("must differ from that of other containers: %q", c.Name))
	}
	v.set(Container, p.Child("image"), c.Image)
	oneOf(v.faults, Container, p.Child("imagePullPolicy"), c.ImagePullPolicy, corev1.PullAlways,
		corev1.PullIfNotPresent, corev1.PullNever)
	oneOf(v.faults, Container, p.Child("terminationMessagePolicy"), c.TerminationMessagePolicy,
		corev1.TerminationMessageReadFile, corev1.TerminationMessageFallbackToLogsOnError)
	v.env(p, c)
	if len(c.Ports) > 0 {
		v.ports(p.Child("ports"), c.Ports)
	}
	v.resources(p.Child("resources"), c.Resources)
	if len(c.VolumeMounts) > 0 {
		v.mounts(p.Child("volumeMounts"), c.VolumeMounts)
	}
	v.probes(p, c, stays)
}

// env checks the environment.
func (v *pod) env(p *fieldpath.Path, c *corev1.Container) {
	for i := range c.Env {
		at, e := p.Child("env").Index(i), &c.Env[i]
		if v.set(Env, at.Child("name"), e.Name) {
			for _, message := range validation.IsRelaxedEnvVarName(e.Name) {
				v.add(Env, at.Child("name"), fmt.Sprintf("must be the name of a variable: %q: %s", e.Name, message))
			}
		}
		if e.ValueFrom != nil {
			v.envSource(at.Child("valueFrom"), e)
		}
	}
	for i, from := range c.EnvFrom {
		at := p.Child("envFrom").Index(i)
		switch m, s := from.ConfigMapRef, from.SecretRef; {
		case m != nil && s != nil:
			v.add(Env, at, "must have one of configMapRef and secretRef, not both")
		case m != nil:
			v.named(Env, at.Child("configMapRef.name"), m.Name, validation.IsDNS1123Subdomain)
		case s != nil:
			v.named(Env, at.Child("secretRef.name"), s.Name, validation.IsDNS1123Subdomain)
		default:
			v.add(Env, at, "must have a configMapRef or a secretRef")
		}
	}
}

// envSource checks the source of the value of a variable.
func (v *pod) envSource(p *fieldpath.Path, e *corev1.EnvVar) {
	sources := 0
	from := e.ValueFrom
	if r := from.FieldRef; r != nil {
		sources++
		v.set(Env, p.Child("fieldRef.fieldPath"), r.FieldPath)
	}
	if r := from.ResourceFieldRef; r != nil {
		sources++
		v.set(Env, p.Child("resourceFieldRef.resource"), r.Resource)
	}
	if r := from.ConfigMapKeyRef; r != nil {
		sources++
		v.key(p.Child("configMapKeyRef"), r.Name, r.Key)
	}
	if r := from.SecretKeyRef; r != nil {
		sources++
		v.key(p.Child("secretKeyRef"), r.Name, r.Key)
	}
	if from.FileKeyRef != nil {
		sources++
	}
	switch {
	case sources == 0:
		v.add(Env, p, "must have a source")
	case e.Value != "":
		v.add(Env, p, "must not be set: value is set")
	case sources > 1:
		v.add(Env, p, "must have one source")
	}
}

// key checks a key of a ConfigMap or Secret.
func (v *pod) key(p *fieldpath.Path, name, key string) {
	v.named(Env, p.Child("name"), name, validation.IsDNS1123Subdomain)
	v.named(Env, p.Child("key"), key, validation.IsConfigMapKey)
}

// ports checks the ports that a container names.
func (v *pod) ports(p *fieldpath.Path, ports []corev1.ContainerPort) {
	var names set[string]
	for i, port := range ports {
		at := p.Index(i)
		if port.Name != "" {
			v.portName(PodPorts, at.Child("name"), port.Name)
			if !names.add(port.Name) {
				v.add(PodPorts, at.Child("name"), fmt.Sprintf("must differ from that of other ports: %q", port.Name))
			}
		}
		v.port(PodPorts, at.Child("containerPort"), port.ContainerPort)
		oneOf(v.faults, PodPorts, at.Child("protocol"), port.Protocol, corev1.ProtocolTCP, corev1.ProtocolUDP,
			corev1.ProtocolSCTP)
		host := at.Child("hostPort")
		switch {
		case port.HostPort == 0:
			continue
		case v.spec.HostNetwork && port.HostPort != port.ContainerPort:
			v.add(PodPorts, at.Child("containerPort"),
				fmt.Sprintf("must be the hostPort, since the pod is in the network of the host: %d",
					port.ContainerPort))
		}
		v.port(PodPorts, host, port.HostPort)
		key := hostPort{port.HostPort, port.HostIP, port.Protocol}
		if key.protocol == "" {
			key.protocol = corev1.ProtocolTCP
		}
		if !v.hosts.add(key) {
			v.add(PodPorts, host, fmt.Sprintf("must differ from that of other ports: %d", port.HostPort))
		}
	}
}

// resources checks the requests and limits of a container.
// Source: Kubernetes, pkg/apis/core/validation, ValidateContainerResourceRequirements.
func (v *pod) resources(p *fieldpath.Path, r corev1.ResourceRequirements) {
	for name, limit := range r.Limits {
		v.resource(p.Child("limits").Key(string(name)), name)
		if limit.Sign() < 0 {
			v.add(Resources, p.Child("limits").Key(string(name)), "must not be negative: "+limit.String())
		}
	}
	for name, request := range r.Requests {
		at := p.Child("requests").Key(string(name))
		v.resource(at, name)
		if request.Sign() < 0 {
			v.add(Resources, at, "must not be negative: "+request.String())
		}
		limit, limited := r.Limits[name]
		switch whole := isWhole(name); {
		case !limited && whole:
			v.add(Resources, p.Child("limits"), fmt.Sprintf("must have %s, which is requested and is not shared", name))
		case !limited:
		case request.Cmp(limit) > 0:
			v.add(Resources, p.Child("requests"),
				fmt.Sprintf("must be at most the limit of %s, %s: %s", name, limit.String(), request.String()))
		case whole && request.Cmp(limit) != 0:
			v.add(Resources, p.Child("requests"),
				fmt.Sprintf("must be the limit of %s, %s: %s", name, limit.String(), request.String()))
		}
	}
}

// isWhole reports whether the request of a resource must equal its limit: huge pages, and resources
// that are not Kubernetes' own.
// Source: Kubernetes, pkg/apis/core/helper, IsOvercommitAllowed.
func isWhole(name corev1.ResourceName) bool {
	n := string(name)
	return strings.HasPrefix(n, corev1.ResourceHugePagesPrefix) ||
		strings.Contains(n, "/") && !strings.Contains(n, corev1.ResourceDefaultNamespacePrefix)
}

// resource checks the name of a resource: one of Kubernetes', or one with a prefix.
func (v *pod) resource(p *fieldpath.Path, name corev1.ResourceName) {
	standard := name == corev1.ResourceCPU || name == corev1.ResourceMemory ||
		name == corev1.ResourceEphemeralStorage ||
		strings.HasPrefix(string(name), corev1.ResourceHugePagesPrefix)
	switch {
	case !isLabelKey(string(name)):
		v.add(Resources, p, fmt.Sprintf("must be the name of a resource: %q: %s", name,
			fielderr.Plain(validation.IsQualifiedName(string(name))[0])))
	case !standard && !strings.Contains(string(name), "/"):
		v.add(Resources, p, fmt.Sprintf("must be cpu, memory, ephemeral-storage or a name with a prefix: %q", name))
	}
}
