package istiospec

import (
	"fmt"

	networking "istio.io/api/networking/v1"
)

// policyFaults collects the faults of one DestinationRule.
type policyFaults struct {
	faults
	namespace string
}

// policy checks a traffic policy, if it is set.
// Source: Istio, pkg/config/validation, validateTrafficPolicy.
func (f *policyFaults) policy(p *at, t *networking.TrafficPolicy) {
	if t == nil {
		return
	}
	ports, tunnel, proxy := p.child("portLevelSettings"), p.child("tunnel"), p.child("proxyProtocol")
	if len(t.PortLevelSettings) == 0 && t.Tunnel == nil && t.ProxyProtocol == nil && t.RetryBudget == nil {
		f.saysSomething(p, t)
	}
	f.settings(p, t)
	f.atMost(TrafficPolicy, &ports, len(t.PortLevelSettings), 4096)
	for i, t := range t.PortLevelSettings {
		p := ports.item(i)
		if t.GetPort() == nil {
			port := p.child("port")
			f.add(TrafficPolicy, &port, "must be set")
		}
		f.saysSomething(&p, t)
		f.settings(&p, t)
	}
	if t.Tunnel != nil && t.ProxyProtocol != nil {
		f.add(TrafficPolicy, &proxy, "must not be set: there is a tunnel")
	}
	f.tunnel(&tunnel, t.Tunnel)
	if version := t.ProxyProtocol.GetVersion(); version != networking.TrafficPolicy_ProxyProtocol_V1 &&
		version != networking.TrafficPolicy_ProxyProtocol_V2 {
		at := proxy.child("version")
		f.add(TrafficPolicy, &at, fmt.Sprintf("must be V1 or V2: %d", version))
	}
	if percent := t.RetryBudget.GetPercent().GetValue(); percent < 0 || percent > 100 {
		budget := p.child("retryBudget")
		at := budget.child("percent")
		f.add(TrafficPolicy, &at, fmt.Sprintf("must be between 0 and 100: %v", percent))
	}
}

// portPolicy has the settings that a traffic policy shares with its policies for ports.
type portPolicy interface {
	GetLoadBalancer() *networking.LoadBalancerSettings
	GetConnectionPool() *networking.ConnectionPoolSettings
	GetOutlierDetection() *networking.OutlierDetection
	GetTls() *networking.ClientTLSSettings
}

func (f *policyFaults) saysSomething(p *at, t portPolicy) {
	if t.GetLoadBalancer() == nil && t.GetConnectionPool() == nil && t.GetOutlierDetection() == nil &&
		t.GetTls() == nil {
		f.add(TrafficPolicy, p, "must have a setting")
	}
}

func (f *policyFaults) settings(p *at, t portPolicy) {
	balancer, pool, outlier, tls := p.child("loadBalancer"), p.child("connectionPool"), p.child("outlierDetection"),
		p.child("tls")
	f.loadBalancer(&balancer, t.GetLoadBalancer())
	f.connectionPool(&pool, t.GetConnectionPool())
	f.outlierDetection(&outlier, t.GetOutlierDetection())
	f.clientTLS(&tls, t.GetTls())
}

// tunnel checks the target of a tunnel, if it is set.
// Source: Istio, pkg/config/validation, validateTunnelSettings.
func (f *policyFaults) tunnel(p *at, t *networking.TrafficPolicy_TunnelSettings) {
	if t == nil {
		return
	}
	protocol, host, port := p.child("protocol"), p.child("targetHost"), p.child("targetPort")
	if t.Protocol != "" && t.Protocol != "CONNECT" && t.Protocol != "POST" {
		f.add(Tunnel, &protocol, fmt.Sprintf("must be CONNECT or POST: %q", t.Protocol))
	}
	if !isDomain(t.TargetHost) && !isAddress(t.TargetHost) {
		f.add(Tunnel, &host, fmt.Sprintf("must be the name of a host or an IP address: %q", t.TargetHost))
	}
	f.port(Tunnel, &port, t.TargetPort)
}

// outlierDetection checks the conditions for ejecting pods, if they are set.
// Source: Istio, pkg/config/validation, validateOutlierDetection; the statuses: its CRD.
func (f *policyFaults) outlierDetection(p *at, o *networking.OutlierDetection) {
	if o == nil {
		return
	}
	interval, ejection, codes := p.child("interval"), p.child("baseEjectionTime"),
		p.child("outlierDetectionHttpErrorCodes")
	f.duration(PolicyDuration, &interval, o.Interval)
	f.duration(PolicyDuration, &ejection, o.BaseEjectionTime)
	if n := o.ConsecutiveLocalOriginFailures.GetValue(); n > 0 && !o.SplitExternalLocalOriginErrors {
		at := p.child("consecutiveLocalOriginFailures")
		f.add(OutlierDetection, &at, fmt.Sprintf("must be 0 unless splitExternalLocalOriginErrors is true: %d", n))
	}
	for _, percent := range [...]struct {
		key   string
		value int32
	}{{"maxEjectionPercent", o.MaxEjectionPercent}, {"minHealthPercent", o.MinHealthPercent}} {
		if percent.value < 0 || percent.value > 100 {
			at := p.child(percent.key)
			f.add(OutlierDetection, &at, fmt.Sprintf("must be between 0 and 100: %d", percent.value))
		}
	}
	for i, code := range o.OutlierDetectionHttpErrorCodes {
		if code < 100 || code > 599 {
			at := codes.item(i)
			f.add(OutlierDetection, &at, fmt.Sprintf("must be a status of HTTP, from 100 to 599: %d", code))
		}
	}
}
