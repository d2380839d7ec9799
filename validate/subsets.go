package validate

import (
	"fmt"
	"strings"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/manifest"
)

// checkDestinationRules checks that the hosts of DestinationRules exist, that Istio looks
// for the rules where they are, and that their subsets are parts of the pods.
func (c *checker) checkDestinationRules() {
	first := map[ruleFor]manifest.Ref{}
	looks := map[string]bool{}
	for _, w := range c.Workloads {
		looks[w.Object.Ref.Namespace] = true
	}
	for _, g := range c.Gateways {
		looks[g.Namespace] = true
	}
	for _, o := range c.destinationRules {
		dr := o.DestinationRule()
		if dr.Host == "" {
			continue
		}
		spec, host := fieldpath.New("spec"), c.Domain.Full(dr.Host, o.Ref.Namespace)
		key := ruleFor{o.Ref.Namespace, host, fmt.Sprint(dr.WorkloadSelector.GetMatchLabels()), fmt.Sprint(dr.ExportTo)}
		if by, found := first[key]; !found {
			first[key] = o.Ref
		} else if by != o.Ref {
			c.report(RuleTwice, o, spec.Child("host"),
				fmt.Sprintf("must be a host that no other DestinationRule of the namespace has: %s does", by))
		}
		s := c.Services[host]
		switch {
		case s != nil:
			if ns := o.Ref.Namespace; ns != s.Object.Ref.Namespace && ns != mesh.RootNamespace && !looks[ns] {
				c.report(RuleUnseen, o, spec.Child("host"),
					fmt.Sprintf("must be in the namespace of %s, of its callers, or in %s, where Istio looks: "+
						"it is in %s", s.Object.Ref, mesh.RootNamespace, ns))
			}
		case !strings.HasPrefix(host, "*") && !c.External(host, o.Ref.Namespace) && !c.serviceElsewhere(host):
			c.report(RuleHostNotFound, o, spec.Child("host"), "must be the host of a Service or of a ServiceEntry: "+
				host)
		}
		for i, sub := range dr.Subsets {
			at := spec.Child("subsets").Index(i)
			switch {
			case len(sub.GetLabels()) == 0:
				c.report(SubsetWithoutLabels, o, at,
					fmt.Sprintf("must have labels, or it is all of %s: subset %s", host, sub.GetName()))
			case s != nil && len(s.Spec.Selector) > 0 && !s.Selects(sub.GetLabels()):
				c.report(SubsetWithoutPods, o, at.Child("labels"),
					fmt.Sprintf("must be labels of pods of %s: subset %s selects none", s.Object.Ref, sub.GetName()))
			}
		}
	}
}

// ruleFor is what a DestinationRule applies to.
type ruleFor struct{ namespace, host, pods, exportTo string }
