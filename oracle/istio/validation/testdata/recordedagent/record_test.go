// Package agent is compiled with the files of Istio's package of that name, by an overlay. It
// records the objects that Istio's tests validate.
package agent

import (
	networking "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pkg/config"

	"github.com/swimlane-go/swimlane/oracle/istio/validation/corpus"
)

// sends records a DestinationRule with the policy of a test.
func sends(p *networking.TrafficPolicy) {
	corpus.Record("DestinationRule", config.Config{
		Meta: config.Meta{Name: "recorded", Namespace: "default"},
		Spec: &networking.DestinationRule{Host: "foo.bar", TrafficPolicy: p},
	})
}

func recordTLS(namespace string, s *networking.ClientTLSSettings) error {
	sends(&networking.TrafficPolicy{Tls: s})
	return ValidateTLS(namespace, s)
}

func recordLocalityLbSetting(l *networking.LocalityLoadBalancerSetting, o *networking.OutlierDetection) Validation {
	sends(&networking.TrafficPolicy{LoadBalancer: &networking.LoadBalancerSettings{LocalityLbSetting: l},
		OutlierDetection: o})
	return ValidateLocalityLbSetting(l, o)
}

func recordZoneAwareLbSetting(z *networking.ZoneAwareLoadBalancerSetting, o *networking.OutlierDetection) Validation {
	sends(&networking.TrafficPolicy{LoadBalancer: &networking.LoadBalancerSettings{ZoneAwareLbSetting: z},
		OutlierDetection: o})
	return ValidateZoneAwareLbSetting(z, o)
}
