package istiospec

import (
	"fmt"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// DestinationRule returns why Istio refuses a DestinationRule in a namespace.
// Source: Istio, pkg/config/validation, ValidateDestinationRule.
func DestinationRule(namespace string, dr *networking.DestinationRule) []Fault {
	f := policyFaults{namespace: namespace}
	spec := fieldpath.New("spec")
	if !isHost(dr.GetHost()) {
		f.add(RuleHost, spec.Child("host"),
			fmt.Sprintf("must be the name of a host, which may begin with *: %q", dr.GetHost()))
	}
	f.policy(spec.Child("trafficPolicy"), dr.GetTrafficPolicy())
	named := map[string]int{}
	for i, s := range dr.GetSubsets() {
		p := spec.Child("subsets").Index(i)
		name := p.Child("name")
		if !isLabel(s.GetName()) {
			f.add(SubsetName, name, fmt.Sprintf("must be a DNS label: %q", s.GetName()))
		} else if first, twice := named[s.Name]; twice {
			f.add(SubsetName, name, fmt.Sprintf("must differ from that of subsets[%d]: %q", first, s.Name))
		} else {
			named[s.Name] = i
		}
		f.labels(PodLabels, p.Child("labels"), s.GetLabels())
		f.policy(p.Child("trafficPolicy"), s.GetTrafficPolicy())
	}
	f.exportTo(ExportTo, spec, namespace, dr.GetExportTo(), false)
	if selector := dr.GetWorkloadSelector(); selector != nil {
		f.ownNamespace(spec, dr.GetExportTo())
		f.selector(spec.Child("workloadSelector.matchLabels"), selector.MatchLabels, 4096)
	}
	return f.all()
}

// ownNamespace checks that a DestinationRule for some pods is exported to its own namespace only.
func (f *policyFaults) ownNamespace(spec *fieldpath.Path, exportTo []string) {
	for i, to := range exportTo {
		if to != "." && to != f.namespace {
			f.add(ExportTo, spec.Child("exportTo").Index(i),
				fmt.Sprintf("must be the namespace of the rule, since there is a workloadSelector: %q",
					to))
		}
	}
}
