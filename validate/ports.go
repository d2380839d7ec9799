package validate

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
	"github.com/swimlane-go/swimlane/internal/mesh"
)

// checkServices checks the ports of Services: their names must show their protocol, and
// Services of the same pods must agree on it.
func (c *checker) checkServices() {
	spoken := map[podPort]*mesh.Service{}
	for _, host := range c.Hosts {
		s := c.Services[host]
		at := fieldpath.New("spec.ports")
		for i, p := range s.Spec.Ports {
			if p.AppProtocol == nil && isTCP(p) && !mesh.TellsProtocol(p.Name) {
				c.report(PortProtocol, &s.Object, at.Index(i).Child("name"),
					fmt.Sprintf("must begin with the protocol, such as http or http-web: %q", p.Name))
			}
		}
		for _, w := range s.Pods {
			if w.Services > 1 {
				c.agree(s, w, spoken)
			}
		}
	}
}

func isTCP(p corev1.ServicePort) bool { return p.Protocol == "" || p.Protocol == corev1.ProtocolTCP }

// podPort is a port of pods.
type podPort struct {
	pods *mesh.Workload
	port string
}

// agree checks that a Service names the same protocol for a port of its pods as other
// Services do.
func (c *checker) agree(s *mesh.Service, w *mesh.Workload, spoken map[podPort]*mesh.Service) {
	for _, p := range s.Spec.Ports {
		target := p.TargetPort.String()
		if target == "0" || target == "" {
			target = fmt.Sprint(p.Port)
		}
		at := podPort{w, target}
		first := spoken[at]
		if first == nil {
			spoken[at] = s
			continue
		}
		if first == s { // two names of one port
			continue
		}
		for _, q := range first.Spec.Ports {
			other := q.TargetPort.String()
			if other == "0" || other == "" {
				other = fmt.Sprint(q.Port)
			}
			if other == target && (isTCP(q) != isTCP(p) || s.IsHTTP(uint32(p.Port)) != first.IsHTTP(uint32(q.Port))) {
				c.report(PodPortTwice, &w.Object, nil,
					fmt.Sprintf("must have one protocol at port %s: %s and %s name two", target,
						first.Object.Ref, s.Object.Ref))
				return
			}
		}
	}
}

// checkGatewayPorts checks that a Service of a Gateway's pods leads to each of its ports,
// if the set has both.
func (c *checker) checkGatewayPorts() {
	for _, o := range c.gateways {
		ports := c.portsOf(o.Gateway().GetSelector())
		for i, s := range o.Gateway().GetServers() {
			if n := s.GetPort().GetNumber(); len(ports) > 0 && n != 0 && !ports[n] {
				c.report(GatewayPort, o, fieldpath.New("spec.servers").Index(i).Child("port.number"),
					fmt.Sprintf("must be a port of a Service of the Gateway's pods: %d", n))
			}
		}
	}
}

// findServices finds the Services of pods.
func (c *checker) findServices() {
	c.servicesOf = make(map[*mesh.Workload][]*mesh.Service, len(c.Workloads))
	for _, host := range c.Hosts {
		for _, w := range c.Services[host].Pods {
			c.servicesOf[w] = append(c.servicesOf[w], c.Services[host])
		}
	}
}

// portsOf returns the ports by which Services lead to pods with some labels; nil when the
// set has no such pods with a Service.
func (c *checker) portsOf(selector map[string]string) map[uint32]bool {
	var ports map[uint32]bool
	if len(selector) == 0 {
		return nil
	}
	pods := c.Everywhere(selector)
	if len(pods) > 0 && c.servicesOf == nil {
		c.findServices()
	}
	for _, w := range pods {
		for _, s := range c.servicesOf[w] {
			for _, p := range s.Spec.Ports {
				if ports == nil {
					ports = map[uint32]bool{}
				}
				ports[uint32(p.Port)], ports[uint32(p.TargetPort.IntValue())] = true, true
			}
		}
	}
	return ports
}
