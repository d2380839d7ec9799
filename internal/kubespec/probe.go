package kubespec

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// probes checks the probes and the lifecycle of a container. A container that ends has none.
// Source: Kubernetes, pkg/apis/core/validation, validateProbe and validateInitContainers.
func (v pod) probes(p *field.Path, c *corev1.Container, stays bool) {
	for _, probe := range [...]struct {
		key   string
		probe *corev1.Probe
		once  bool // its successThreshold must be 1
	}{
		{"livenessProbe", c.LivenessProbe, true},
		{"readinessProbe", c.ReadinessProbe, false},
		{"startupProbe", c.StartupProbe, true},
	} {
		at := p.Child(probe.key)
		switch {
		case probe.probe == nil:
		case !stays:
			v.add(Probe, at, "must not be set: the container ends before the others start")
		default:
			v.probe(at, probe.probe, probe.once)
		}
	}
	if c.Lifecycle == nil {
		return
	}
	at := p.Child("lifecycle")
	if !stays {
		v.add(Probe, at, "must not be set: the container ends before the others start")
		return
	}
	for key, h := range map[string]*corev1.LifecycleHandler{"postStart": c.Lifecycle.PostStart,
		"preStop": c.Lifecycle.PreStop} {
		if h != nil {
			v.handler(at.Child(key), handler{h.Exec, h.HTTPGet, h.TCPSocket, nil, h.Sleep})
		}
	}
}

// probe checks one probe.
func (v pod) probe(p *field.Path, probe *corev1.Probe, once bool) {
	v.handler(p, handler{probe.Exec, probe.HTTPGet, probe.TCPSocket, probe.GRPC, nil})
	v.notNegative(Probe, p.Child("initialDelaySeconds"), int64(probe.InitialDelaySeconds))
	v.notNegative(Probe, p.Child("timeoutSeconds"), int64(probe.TimeoutSeconds))
	v.notNegative(Probe, p.Child("periodSeconds"), int64(probe.PeriodSeconds))
	v.notNegative(Probe, p.Child("failureThreshold"), int64(probe.FailureThreshold))
	v.notNegative(Probe, p.Child("successThreshold"), int64(probe.SuccessThreshold))
	if n := probe.SuccessThreshold; once && n > 1 {
		v.add(Probe, p.Child("successThreshold"), fmt.Sprintf("must be 1: %d", n))
	}
	switch n := probe.TerminationGracePeriodSeconds; {
	case n == nil:
	case !once:
		v.add(Probe, p.Child("terminationGracePeriodSeconds"), "must not be set: the probe ends no container")
	case *n <= 0:
		v.add(Probe, p.Child("terminationGracePeriodSeconds"), fmt.Sprintf("must be greater than 0: %d", *n))
	}
}

// handler is the action of a probe or a hook: one field is set.
type handler struct {
	exec  *corev1.ExecAction
	get   *corev1.HTTPGetAction
	tcp   *corev1.TCPSocketAction
	grpc  *corev1.GRPCAction
	sleep *corev1.SleepAction
}

func (v pod) handler(p *field.Path, h handler) {
	n := 0
	one := func(key string, set bool) *field.Path { // nil if it needs no check
		if !set {
			return nil
		}
		if n++; n > 1 {
			v.add(Probe, p.Child(key), "must not be set: there is another action")
			return nil
		}
		return p.Child(key)
	}
	if at := one("exec", h.exec != nil); at != nil && len(h.exec.Command) == 0 {
		v.add(Probe, at.Child("command"), "must be set")
	}
	if at := one("httpGet", h.get != nil); at != nil {
		v.portOrName(Probe, at.Child("port"), h.get.Port)
		oneOf(v.faults, Probe, at.Child("scheme"), h.get.Scheme, corev1.URISchemeHTTP, corev1.URISchemeHTTPS)
		for _, header := range h.get.HTTPHeaders {
			for _, message := range validation.IsHTTPHeaderName(header.Name) {
				v.add(Probe, at.Child("httpHeaders"),
					fmt.Sprintf("must be named as headers are: %q: %s", header.Name, message))
			}
		}
	}
	if at := one("tcpSocket", h.tcp != nil); at != nil {
		v.portOrName(Probe, at.Child("port"), h.tcp.Port)
	}
	if at := one("grpc", h.grpc != nil); at != nil {
		v.port(Probe, at.Child("port"), h.grpc.Port)
	}
	if at := one("sleep", h.sleep != nil); at != nil {
		grace := int64(30)
		if n := v.spec.TerminationGracePeriodSeconds; n != nil {
			grace = *n
		}
		if n := h.sleep.Seconds; n < 0 || n > grace {
			v.add(Probe, at, fmt.Sprintf("must be between 0 and the pod's terminationGracePeriodSeconds, %d: %d", grace,
				n))
		}
	}
	if n == 0 {
		v.add(Probe, p, "must have an action: exec, httpGet, tcpSocket or another")
	}
}
