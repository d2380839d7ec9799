package istiospec

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// locality checks the destinations of the requests of a locality, if they are set.
// Source: Istio, pkg/config/validation/agent, ValidateLocalityLbSetting.
func (f *policyFaults) locality(p *fieldpath.Path, l *networking.LocalityLoadBalancerSetting) {
	failover := p.Child("failover")
	if len(l.GetDistribute()) > 0 && len(l.GetFailover()) > 0 {
		f.add(Locality, failover, "must not be set: there is distribute")
	}
	if len(l.GetFailover()) > 0 {
		f.priority(p.Child("failoverPriority"), l.GetFailoverPriority(), "there is failover")
	}
	var sources localities
	for i, d := range l.GetDistribute() {
		p := p.Child("distribute").Index(i)
		f.named(p.Child("from"), d.GetFrom(), &sources)
		f.distribution(p.Child("to"), d.GetTo())
	}
	failovers(f, failover, l.GetFailover())
}

// distribution checks the localities and weights of destinations. Of two overlapping localities
// Istio reports the one that it meets later, in a random order. This function goes by the order of
// names.
func (f *policyFaults) distribution(p *fieldpath.Path, to map[string]uint32) {
	var all localities
	sum := uint64(0)
	for _, name := range slices.Sorted(maps.Keys(to)) {
		weight, at := to[name], p.Key(name)
		if weight < 1 || weight > 100 {
			f.add(Locality, at, fmt.Sprintf("must be between 1 and 100: %d", weight))
		}
		sum += uint64(weight)
		f.named(at, name, &all)
	}
	if sum != 100 {
		f.add(Locality, p, fmt.Sprintf("must sum to 100: %d", sum))
	}
}

// zones checks the regions that take over when a region has no pods, if they are set.
// Source: Istio, pkg/config/validation/agent, ValidateZoneAwareLbSetting; the smallest size: its
// CRD.
func (f *policyFaults) zones(p *fieldpath.Path, z *networking.ZoneAwareLoadBalancerSetting) {
	f.priority(p.Child("failoverPriority"), z.GetFailoverPriority(), "it already tells regions and zones apart")
	failovers(f, p.Child("failover"), z.GetFailover())
	if z.GetMinClusterSize() != nil && z.MinClusterSize.Value == 0 {
		f.add(Locality, p.Child("minClusterSize"), "must be at least 1: 0")
	}
}

// priority checks the labels for ordering pods: none may be the label of a locality.
func (f *policyFaults) priority(list *fieldpath.Path, labels []string, why string) {
	for i, label := range labels {
		switch label {
		case "topology.kubernetes.io/region", "topology.kubernetes.io/zone", "topology.istio.io/subzone":
			f.add(Locality, list.Index(i), fmt.Sprintf("must not be the label of a locality, since %s: %q", why, label))
		}
	}
}

// failoverWay is a failover from one region to another.
type failoverWay interface {
	GetFrom() string
	GetTo() string
}

// failovers checks the regions of failovers.
func failovers[T failoverWay](f *policyFaults, list *fieldpath.Path, all []T) {
	for i, way := range all {
		p := list.Index(i)
		to := p.Child("to")
		f.region(p.Child("from"), way.GetFrom())
		f.region(to, way.GetTo())
		if way.GetFrom() == way.GetTo() {
			f.add(Locality, to, fmt.Sprintf("must be another region: %q", way.GetTo()))
		}
	}
}

func (f *policyFaults) region(p *fieldpath.Path, name string) {
	if strings.ContainsAny(name, "/*") {
		f.add(Locality, p, fmt.Sprintf("must be a region, without / and *: %q", name))
	}
}

// named checks the name of one locality of a list.
func (f *policyFaults) named(p *fieldpath.Path, name string, all *localities) {
	if why := all.add(name); why != "" {
		f.add(Locality, p, fmt.Sprintf("%s: %q", why, name))
	}
}

// localities are the localities of one list: "REGION", "REGION/ZONE" or "REGION/ZONE/SUBZONE". A *
// at the end means all that the list did not name before.
type localities struct {
	named  map[string]bool // the localities, and those that contain them
	closed map[string]bool // regions and zones that are named as a whole
}

// add adds a locality. If the list cannot have it, add returns what must hold.
// Source: Istio, pkg/config/validation/agent, validateLocalities.
func (l *localities) add(name string) string {
	if star := strings.IndexByte(name, '*'); star >= 0 && star < len(name)-1 {
		return "must have no * but at its end"
	}
	region, rest, hasZone := strings.Cut(name, "/")
	zone, sub, hasSub := strings.Cut(rest, "/")
	if region == "" || hasZone && zone == "" || hasSub && sub == "" {
		return "must name a region, and may name a zone and a subzone, parted by /"
	}
	inZone := region + "/" + zone
	if l.closed["*"] || l.named[name] || hasZone && l.closed[region] || hasSub && l.closed[inZone] {
		return "must not be within an earlier locality"
	}
	if l.named == nil {
		l.named, l.closed = map[string]bool{}, map[string]bool{}
	}
	l.named[region], l.named[name] = true, true
	switch {
	case !hasZone:
		l.closed[region] = true
	case !hasSub:
		l.closed[inZone] = true
		l.closed[region] = l.closed[region] || zone == "*"
	default:
		l.named[inZone] = true
		l.closed[inZone] = l.closed[inZone] || sub == "*"
	}
	return ""
}
