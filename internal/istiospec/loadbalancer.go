package istiospec

import (
	"fmt"
	"time"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// loadBalancer checks the load balancer, if it is set.
// Source: Istio, pkg/config/validation, validateLoadBalancer; the smallest warmups and sizes: its
// CRD.
func (f *policyFaults) loadBalancer(p *fieldpath.Path, l *networking.LoadBalancerSettings) {
	if l == nil {
		return
	}
	zones := p.Child("zoneAwareLbSetting")
	f.consistentHash(p.Child("consistentHash"), l.GetConsistentHash())
	if l.LocalityLbSetting != nil && l.ZoneAwareLbSetting != nil {
		f.add(LoadBalancer, zones, "must not be set: there is a localityLbSetting")
	}
	f.locality(p.Child("localityLbSetting"), l.LocalityLbSetting)
	f.zones(zones, l.ZoneAwareLbSetting)
	f.warmup(p.Child("warmup"), l.Warmup)
	//nolint:staticcheck // SA1019: Istio still reads the field
	if d := l.WarmupDurationSecs; d != nil && d.AsDuration() < time.Millisecond {
		f.add(PolicyDuration, p.Child("warmupDurationSecs"), fmt.Sprintf("must be at least 1 ms: %s", d.AsDuration()))
	}
}

func (f *policyFaults) consistentHash(p *fieldpath.Path, h *networking.LoadBalancerSettings_ConsistentHashLB) {
	if h == nil {
		return
	}
	if c := h.GetHttpCookie(); c != nil {
		f.cookie(p.Child("httpCookie"), c)
	}
	//nolint:staticcheck // SA1019: Istio still reads the field
	if size := h.MinimumRingSize; size != 0 && h.HashAlgorithm != nil {
		f.add(LoadBalancer, p.Child("minimumRingSize"),
			fmt.Sprintf("must not be set beside ringHash or maglev: %d", size))
	}
	if m := h.GetMaglev(); m != nil && !isTableSize(m.TableSize) {
		f.add(LoadBalancer, p.Child("maglev.tableSize"),
			fmt.Sprintf("must be a prime number below %d: %d", maglevLimit, m.TableSize))
	}
}

// maglevLimit is the size from which on Maglev's tables are too large.
const maglevLimit = 5000011

// isTableSize reports whether a Maglev table can have a size: a prime. Istio accepts 1 too.
// Source: Istio, pkg/config/validation, isPrime.
func isTableSize(n uint64) bool {
	if n == 0 || n >= maglevLimit {
		return false
	}
	for d := uint64(2); d*d <= n; d++ {
		if n%d == 0 {
			return false
		}
	}
	return true
}

func (f *policyFaults) cookie(p *fieldpath.Path, c *networking.LoadBalancerSettings_ConsistentHashLB_HTTPCookie) {
	if c.Name == "" {
		f.add(LoadBalancer, p.Child("name"), "must be set")
	}
	named := map[string]int{}
	for i, a := range c.Attributes {
		at := p.Child("attributes").Index(i).Child("name")
		if first, twice := named[a.GetName()]; a.GetName() == "" {
			f.add(LoadBalancer, at, "must be set")
		} else if twice {
			f.add(LoadBalancer, at, fmt.Sprintf("must differ from that of attributes[%d]: %q", first, a.Name))
		} else {
			named[a.Name] = i
		}
	}
}

func (f *policyFaults) warmup(p *fieldpath.Path, w *networking.WarmupConfiguration) {
	if w == nil {
		return
	}
	duration := p.Child("duration")
	if w.Duration == nil {
		f.add(LoadBalancer, duration, "must be set")
	}
	f.duration(PolicyDuration, duration, w.Duration)
	if v := w.MinimumPercent.GetValue(); v < 0 || v > 100 {
		f.add(LoadBalancer, p.Child("minimumPercent"), fmt.Sprintf("must be between 0 and 100: %v", v))
	}
	if w.Aggression != nil && w.Aggression.Value <= 0 {
		f.add(LoadBalancer, p.Child("aggression"), fmt.Sprintf("must be above 0: %v", w.Aggression.Value))
	}
}
