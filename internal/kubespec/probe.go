package kubespec

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// probes checks the probes and the lifecycle of a container. A container that ends has none.
// Source: Kubernetes, pkg/apis/core/validation, validateProbe and validateInitContainers.
func (v *pod) probes(p *fieldpath.Path, c *corev1.Container, stays bool) {
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
func (v *pod) probe(p *fieldpath.Path, probe *corev1.Probe, once bool) {
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

func (v *pod) handler(p *fieldpath.Path, h handler) {
	n := 0
	first := func(p *fieldpath.Path, set bool) bool { // whether an action needs a check
		if !set {
			return false
		}
		if n++; n > 1 {
			v.add(Probe, p, "must not be set: there is another action")
		}
		return n == 1
	}
	if at := p.Child("exec"); first(at, h.exec != nil) && len(h.exec.Command) == 0 {
		v.add(Probe, at.Child("command"), "must be set")
	}
	if at := p.Child("httpGet"); first(at, h.get != nil) {
		v.portOrName(Probe, at.Child("port"), h.get.Port)
		oneOf(v.faults, Probe, at.Child("scheme"), h.get.Scheme, corev1.URISchemeHTTP, corev1.URISchemeHTTPS)
		for _, header := range h.get.HTTPHeaders {
			for _, message := range validation.IsHTTPHeaderName(header.Name) {
				v.add(Probe, at.Child("httpHeaders"),
					fmt.Sprintf("must be named as headers are: %q: %s", header.Name, message))
			}
		}
	}
	if at := p.Child("tcpSocket"); first(at, h.tcp != nil) {
		v.portOrName(Probe, at.Child("port"), h.tcp.Port)
	}
	if at := p.Child("grpc"); first(at, h.grpc != nil) {
		v.port(Probe, at.Child("port"), h.grpc.Port)
	}
	if at := p.Child("sleep"); first(at, h.sleep != nil) {
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
