package istiospec

import (
	"fmt"

	networking "istio.io/api/networking/v1"
)

// DestinationRule returns why Istio refuses a DestinationRule in a namespace.
// Source: Istio, pkg/config/validation, ValidateDestinationRule.
func DestinationRule(namespace string, dr *networking.DestinationRule) []Fault {
	f := policyFaults{namespace: namespace}
	spec := at{key: "spec"}
	host, policy, subsets := spec.child("host"), spec.child("trafficPolicy"), spec.child("subsets")
	if !isHost(dr.GetHost()) {
		f.add(RuleHost, &host, fmt.Sprintf("must be the name of a host, which may begin with *: %q", dr.GetHost()))
	}
	f.policy(&policy, dr.GetTrafficPolicy())
	named := map[string]int{}
	for i, s := range dr.GetSubsets() {
		p := subsets.item(i)
		name, labels, policy := p.child("name"), p.child("labels"), p.child("trafficPolicy")
		if !isLabel(s.GetName()) {
			f.add(SubsetName, &name, fmt.Sprintf("must be a DNS label: %q", s.GetName()))
		} else if first, twice := named[s.Name]; twice {
			f.add(SubsetName, &name, fmt.Sprintf("must differ from that of subsets[%d]: %q", first, s.Name))
		} else {
			named[s.Name] = i
		}
		f.labels(PodLabels, &labels, s.GetLabels())
		f.policy(&policy, s.GetTrafficPolicy())
	}
	f.exportTo(ExportTo, &spec, namespace, dr.GetExportTo(), false)
	if selector := dr.GetWorkloadSelector(); selector != nil {
		f.ownNamespace(&spec, dr.GetExportTo())
		p := spec.child("workloadSelector")
		labels := p.child("matchLabels")
		f.selector(&labels, selector.MatchLabels, 4096)
	}
	return f.all()
}

// ownNamespace checks that a DestinationRule for some pods is exported to its own namespace only.
func (f *policyFaults) ownNamespace(spec *at, exportTo []string) {
	list := spec.child("exportTo")
	for i, to := range exportTo {
		if to != "." && to != f.namespace {
			p := list.item(i)
			f.add(ExportTo, &p, fmt.Sprintf("must be the namespace of the rule, since there is a workloadSelector: %q",
				to))
		}
	}
}
