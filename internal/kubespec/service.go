package kubespec

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/swimlane-go/swimlane/internal/dnslabel"
	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// ServiceSpec returns why the API server refuses a Service.
// Source: Kubernetes, pkg/apis/core/validation, ValidateService.
func ServiceSpec(s *corev1.Service) []Fault {
	var f faults
	p, spec := fieldpath.New("spec"), &s.Spec
	oneOf(&f, Service, p.Child("type"), spec.Type, corev1.ServiceTypeClusterIP, corev1.ServiceTypeNodePort,
		corev1.ServiceTypeLoadBalancer, corev1.ServiceTypeExternalName)
	oneOf(&f, Service, p.Child("sessionAffinity"), spec.SessionAffinity, corev1.ServiceAffinityNone,
		corev1.ServiceAffinityClientIP)
	oneOfPtr(&f, Service, p.Child("internalTrafficPolicy"), spec.InternalTrafficPolicy,
		corev1.ServiceInternalTrafficPolicyCluster, corev1.ServiceInternalTrafficPolicyLocal)
	oneOf(&f, Service, p.Child("externalTrafficPolicy"), spec.ExternalTrafficPolicy,
		corev1.ServiceExternalTrafficPolicyCluster, corev1.ServiceExternalTrafficPolicyLocal)
	oneOfPtr(&f, Service, p.Child("trafficDistribution"), spec.TrafficDistribution, "PreferClose", "PreferSameZone",
		"PreferSameNode")
	f.affinity(p, spec)
	f.labels(Selector, p.Child("selector"), spec.Selector)
	headless := spec.ClusterIP == corev1.ClusterIPNone
	switch {
	case spec.Type == corev1.ServiceTypeExternalName:
		f.externalName(p, spec)
	case len(spec.Ports) == 0 && !headless:
		f.add(Ports, p.Child("ports"), "must have a port: the Service is not headless")
	}
	if headless && (spec.Type == corev1.ServiceTypeNodePort || spec.Type == corev1.ServiceTypeLoadBalancer) {
		f.add(Service, p.Child("clusterIP"), fmt.Sprintf("must not be None: the type is %s", spec.Type))
	}
	if spec.ClusterIP != "" && !headless && validation.IsValidIP(nil, spec.ClusterIP) != nil {
		f.add(Service, p.Child("clusterIP"), fmt.Sprintf("must be empty, None or an IP address: %q", spec.ClusterIP))
	}
	for i, ip := range spec.ExternalIPs {
		if at := p.Child("externalIPs").Index(i); validation.IsValidIP(nil, ip) != nil {
			f.add(Service, at, fmt.Sprintf("must be an IP address: %q", ip))
		}
	}
	f.servicePorts(p.Child("ports"), spec)
	return f.all()
}

// externalName checks a Service of type ExternalName.
func (f *faults) externalName(p *fieldpath.Path, spec *corev1.ServiceSpec) {
	if spec.ClusterIP != "" {
		f.add(Service, p.Child("clusterIP"), "must not be set: the type is ExternalName")
	}
	name := spec.ExternalName
	if n := len(name); n > 0 && name[n-1] == '.' {
		name = name[:n-1]
	}
	f.named(Service, p.Child("externalName"), name, validation.IsDNS1123Subdomain)
}

// affinity checks the timeout of session affinity.
func (f *faults) affinity(p *fieldpath.Path, spec *corev1.ServiceSpec) {
	config := spec.SessionAffinityConfig
	if spec.SessionAffinity != corev1.ServiceAffinityClientIP || config == nil || config.ClientIP == nil ||
		config.ClientIP.TimeoutSeconds == nil {
		return
	}
	if n := *config.ClientIP.TimeoutSeconds; n <= 0 || n > 86400 {
		f.add(Service, p.Child("sessionAffinityConfig.clientIP.timeoutSeconds"),
			fmt.Sprintf("must be between 1 and 86400: %d", n))
	}
}

// servicePorts checks the ports.
func (f *faults) servicePorts(p *fieldpath.Path, spec *corev1.ServiceSpec) {
	type numbered struct {
		port     int32
		protocol corev1.Protocol
	}
	var names set[string]
	var numbers, nodes set[numbered]
	for i := range spec.Ports {
		at, port := p.Index(i), &spec.Ports[i]
		name := at.Child("name")
		switch {
		case port.Name == "":
			if len(spec.Ports) > 1 {
				f.add(Ports, name, "must be set: there are several ports")
			}
		case !dnslabel.Is(port.Name):
			f.named(Ports, name, port.Name, validation.IsDNS1123Label)
		case !names.add(port.Name):
			f.add(Ports, name, fmt.Sprintf("must differ from that of other ports: %q", port.Name))
		}
		f.port(Ports, at.Child("port"), port.Port)
		protocol := port.Protocol
		oneOf(f, Ports, at.Child("protocol"), protocol, corev1.ProtocolTCP, corev1.ProtocolUDP, corev1.ProtocolSCTP)
		if protocol == "" {
			protocol = corev1.ProtocolTCP
		}
		if !numbers.add(numbered{port.Port, protocol}) {
			f.add(Ports, at.Child("port"),
				fmt.Sprintf("must differ from that of other ports: %d of %s", port.Port, protocol))
		}
		if port.TargetPort != (intstr.IntOrString{}) {
			f.portOrName(Ports, at.Child("targetPort"), port.TargetPort)
		}
		if port.AppProtocol != nil {
			f.maybeNamed(Ports, at.Child("appProtocol"), *port.AppProtocol, validation.IsQualifiedName)
		}
		switch node := at.Child("nodePort"); {
		case port.NodePort == 0:
		case spec.Type == "" || spec.Type == corev1.ServiceTypeClusterIP || spec.Type == corev1.ServiceTypeExternalName:
			f.add(Ports, node, fmt.Sprintf("must not be set: the type is not NodePort or LoadBalancer: %d",
				port.NodePort))
		case !nodes.add(numbered{port.NodePort, protocol}):
			f.add(Ports, node, fmt.Sprintf("must differ from that of other ports: %d", port.NodePort))
		}
	}
}

// portOrName checks a port that is a number or a name.
func (f *faults) portOrName(rule Rule, p *fieldpath.Path, port intstr.IntOrString) {
	if port.Type == intstr.Int {
		f.port(rule, p, port.IntVal)
		return
	}
	f.portName(rule, p, port.StrVal)
}
