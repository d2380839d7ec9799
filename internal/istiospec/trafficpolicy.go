package istiospec

import (
	"fmt"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// policyFaults collects the faults of one DestinationRule.
type policyFaults struct {
	faults
	namespace string
}

// policy checks a traffic policy, if it is set.
// Source: Istio, pkg/config/validation, validateTrafficPolicy.
func (f *policyFaults) policy(p *fieldpath.Path, t *networking.TrafficPolicy) {
	if t == nil {
		return
	}
	ports, proxy := p.Child("portLevelSettings"), p.Child("proxyProtocol")
	if len(t.PortLevelSettings) == 0 && t.Tunnel == nil && t.ProxyProtocol == nil && t.RetryBudget == nil {
		f.saysSomething(p, t)
	}
	f.settings(p, t)
	f.atMost(TrafficPolicy, ports, len(t.PortLevelSettings), 4096)
	for i, t := range t.PortLevelSettings {
		p := ports.Index(i)
		if t.GetPort() == nil {
			f.add(TrafficPolicy, p.Child("port"), "must be set")
		}
		f.saysSomething(p, t)
		f.settings(p, t)
	}
	if t.Tunnel != nil && t.ProxyProtocol != nil {
		f.add(TrafficPolicy, proxy, "must not be set: there is a tunnel")
	}
	f.tunnel(p.Child("tunnel"), t.Tunnel)
	if version := t.ProxyProtocol.GetVersion(); version != networking.TrafficPolicy_ProxyProtocol_V1 &&
		version != networking.TrafficPolicy_ProxyProtocol_V2 {
		f.add(TrafficPolicy, proxy.Child("version"), fmt.Sprintf("must be V1 or V2: %d", version))
	}
	if percent := t.RetryBudget.GetPercent().GetValue(); percent < 0 || percent > 100 {
		f.add(TrafficPolicy, p.Child("retryBudget.percent"),
			fmt.Sprintf("must be between 0 and 100: %v", percent))
	}
}

// portPolicy has the settings that a traffic policy shares with its policies for ports.
type portPolicy interface {
	GetLoadBalancer() *networking.LoadBalancerSettings
	GetConnectionPool() *networking.ConnectionPoolSettings
	GetOutlierDetection() *networking.OutlierDetection
	GetTls() *networking.ClientTLSSettings
}

func (f *policyFaults) saysSomething(p *fieldpath.Path, t portPolicy) {
	if t.GetLoadBalancer() == nil && t.GetConnectionPool() == nil && t.GetOutlierDetection() == nil &&
		t.GetTls() == nil {
		f.add(TrafficPolicy, p, "must have a setting")
	}
}

func (f *policyFaults) settings(p *fieldpath.Path, t portPolicy) {
	f.loadBalancer(p.Child("loadBalancer"), t.GetLoadBalancer())
	f.connectionPool(p.Child("connectionPool"), t.GetConnectionPool())
	f.outlierDetection(p.Child("outlierDetection"), t.GetOutlierDetection())
	f.clientTLS(p.Child("tls"), t.GetTls())
}

// tunnel checks the target of a tunnel, if it is set.
// Source: Istio, pkg/config/validation, validateTunnelSettings.
func (f *policyFaults) tunnel(p *fieldpath.Path, t *networking.TrafficPolicy_TunnelSettings) {
	if t == nil {
		return
	}
	if t.Protocol != "" && t.Protocol != "CONNECT" && t.Protocol != "POST" {
		f.add(Tunnel, p.Child("protocol"), fmt.Sprintf("must be CONNECT or POST: %q", t.Protocol))
	}
	if !isDomain(t.TargetHost) && !isAddress(t.TargetHost) {
		f.add(Tunnel, p.Child("targetHost"),
			fmt.Sprintf("must be the name of a host or an IP address: %q", t.TargetHost))
	}
	f.port(Tunnel, p.Child("targetPort"), t.TargetPort)
}

// outlierDetection checks the conditions for ejecting pods, if they are set.
// Source: Istio, pkg/config/validation, validateOutlierDetection; the statuses: its CRD.
func (f *policyFaults) outlierDetection(p *fieldpath.Path, o *networking.OutlierDetection) {
	if o == nil {
		return
	}
	f.duration(PolicyDuration, p.Child("interval"), o.Interval)
	f.duration(PolicyDuration, p.Child("baseEjectionTime"), o.BaseEjectionTime)
	if n := o.ConsecutiveLocalOriginFailures.GetValue(); n > 0 && !o.SplitExternalLocalOriginErrors {
		f.add(OutlierDetection, p.Child("consecutiveLocalOriginFailures"),
			fmt.Sprintf("must be 0 unless splitExternalLocalOriginErrors is true: %d", n))
	}
	for _, percent := range [...]struct {
		key   string
		value int32
	}{{"maxEjectionPercent", o.MaxEjectionPercent}, {"minHealthPercent", o.MinHealthPercent}} {
		if percent.value < 0 || percent.value > 100 {
			f.add(OutlierDetection, p.Child(percent.key), fmt.Sprintf("must be between 0 and 100: %d", percent.value))
		}
	}
	for i, code := range o.OutlierDetectionHttpErrorCodes {
		if code < 100 || code > 599 {
			f.add(OutlierDetection, p.Child("outlierDetectionHttpErrorCodes").Index(i),
				fmt.Sprintf("must be a status of HTTP, from 100 to 599: %d", code))
		}
	}
}
