package validate

import (
	"cmp"
	"slices"
	"sync"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// Check returns the faults of a set that is all of what is deployed: everything it refers
// to must be in it. It is the Check of the zero [Checker].
func Check(set manifest.Set) Findings { return Checker{}.Check(set) }

// Checker says how a set is read.
type Checker struct {
	// Partial says that the set is a part of what is deployed: an unresolved reference
	// has severity Info.
	Partial bool
	// External are objects that are deployed but not in the set, such as a Gateway that
	// several teams share, or a Service of another directory. References to them are not
	// reported; their contents are unknown.
	External []manifest.Ref
	// ClusterDomain is the DNS domain of the cluster. Empty means "cluster.local".
	ClusterDomain string
}

// Check returns the faults of a set, ordered by file, line, code, object and field.
func (b Checker) Check(set manifest.Set) Findings {
	c := checker{Mesh: mesh.New(set, istioname.Domain(b.ClusterDomain)), partial: b.Partial, rules: rulesByCode()}
	c.findKinds()
	c.addExternal(b.External)
	c.checkFaults()
	c.checkDuplicates()
	c.checkSpecs()
	c.findCalls()
	c.findBrought()
	c.checkRoutes()
	c.checkGateways()
	c.checkGroups()
	c.checkEntries()
	c.checkLoads()
	c.checkKube()
	c.checkShadows()
	c.checkClaims()
	c.checkMatches()
	c.checkInstead()
	c.checkServices()
	c.checkGatewayPorts()
	c.checkGatewaysTwice()
	c.checkDestinationRules()
	return Merge(c.findings)
}

// Finding returns the finding of a rule in an object, for checks of packages above this
// one. path is the field in the object's JSON names; empty means none.
func (b Checker) Finding(code Code, o manifest.Object, path, message string) Finding {
	c := checker{partial: b.Partial, rules: rulesByCode()}
	c.reportAs(c.rules[code].Severity, code, &o, path, message)
	return c.findings[0]
}

// checker walks an indexed set and collects findings.
type checker struct {
	*mesh.Mesh
	partial bool
	// routes are the VirtualServices, gateways Istio's Gateways.
	routes, gateways, destinationRules []*manifest.Object

	external      map[manifest.Ref]bool
	externalHosts map[string]bool
	rules         map[Code]Rule
	findings      Findings

	// senders are the senders of requests along the routes of a VirtualService of
	// sidecars or waypoints, as far as calls were found.
	senders map[manifest.Ref][]sender
	// brought are the headers that requests have.
	brought map[brought]bool
	// left are the services outside strict groups that their lanes call.
	left map[outside]bool
	// loads are the lanes that requests enter.
	loads loads
	// servicesOf are the Services of pods; nil until a Gateway needs them.
	servicesOf map[*mesh.Workload][]*mesh.Service
}

// findKinds finds the objects that several checks walk.
func (c *checker) findKinds() {
	room := make([]*manifest.Object, 0, len(c.Objects))
	find := func(is func(o *manifest.Object) bool) []*manifest.Object {
		found := room[len(room):]
		for i := range c.Objects {
			if o := &c.Objects[i]; is(o) {
				found = append(found, o)
			}
		}
		room = room[:len(room)+len(found)]
		return slices.Clip(found)
	}
	c.routes = find(func(o *manifest.Object) bool { return o.VirtualService() != nil })
	c.gateways = find(func(o *manifest.Object) bool { return o.Gateway() != nil })
	c.destinationRules = find(func(o *manifest.Object) bool { return o.DestinationRule() != nil })
}

// rulesByCode returns the rules by their codes.
var rulesByCode = sync.OnceValue(func() map[Code]Rule {
	out := map[Code]Rule{}
	for _, rule := range Rules() {
		out[rule.Code] = rule
	}
	return out
})

func (c *checker) report(code Code, o *manifest.Object, path *fieldpath.Path, message string) {
	at := ""
	if path != nil {
		at = path.String()
	}
	c.reportAs(c.rules[code].Severity, code, o, at, message)
}

// reportAs reports with another severity than the rule's.
func (c *checker) reportAs(severity Severity, code Code, o *manifest.Object, path, message string) {
	if c.partial && c.rules[code].Reference {
		severity = Info
	}
	f := Finding{Code: code, Severity: severity, Object: o.Ref, Field: path, File: o.File, Line: o.Line,
		Message: message}
	if path != "" {
		f.Line = o.LineOf(path)
	}
	c.findings = append(c.findings, f)
}

// elsewhere reports whether an object is deployed but not in the set.
func (c *checker) elsewhere(ref manifest.Ref) bool { return c.external[inNamespace(ref)] }

// serviceElsewhere reports whether a host belongs to a Service that is deployed but not
// in the set.
func (c *checker) serviceElsewhere(host string) bool { return c.externalHosts[host] }

// addExternal indexes the objects that are deployed but not in the set.
func (c *checker) addExternal(refs []manifest.Ref) {
	if len(refs) == 0 {
		return
	}
	c.external, c.externalHosts = make(map[manifest.Ref]bool, len(refs)), make(map[string]bool, len(refs))
	for _, ref := range refs {
		c.external[inNamespace(ref)] = true
		if ref.Group == "" && ref.Kind == "Service" {
			c.externalHosts[c.Domain.Service(ref.Name, ref.Namespace)] = true
		}
	}
}

// inNamespace returns a reference with the namespace that an empty one means.
func inNamespace(ref manifest.Ref) manifest.Ref {
	ref.Namespace = cmp.Or(ref.Namespace, lanes.DefaultNamespace)
	return ref
}

// checkDuplicates reports objects that the set holds twice.
func (c *checker) checkDuplicates() {
	if !c.Doubled {
		return
	}
	seen := make(map[manifest.Ref]bool, len(c.Objects))
	for i := range c.Objects {
		o := &c.Objects[i]
		if seen[o.Ref] && o.Ref.Name != "" {
			first, _ := c.Set.Get(o.Ref)
			where := "before"
			if first.File != "" {
				where = "in " + first.File
			}
			c.report(DuplicateObject, o, nil, "must be in the set once: it is also "+where)
		}
		seen[o.Ref] = true
	}
}
