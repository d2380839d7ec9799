package validate

import (
	"fmt"
	"maps"
	"slices"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/internal/releasekeys"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// problemCodes are the codes of the problems of a lane group.
var problemCodes = map[lanes.ProblemKind]Code{
	lanes.ProblemMalformed:            MalformedLane,
	lanes.ProblemNoLane:               GroupWithoutLanes,
	lanes.ProblemForeignLane:          LaneGroupNotFound,
	lanes.ProblemServiceNotFound:      GroupServiceNotFound,
	lanes.ProblemPermissiveIncomplete: PermissiveIncomplete,
	lanes.ProblemRouteHeaderTaken:     RouteHeaderTaken,
	lanes.ProblemFallbackNotFound:     FallbackNotFound,
	lanes.ProblemFallbackLacks:        FallbackLacks,
	lanes.ProblemFallbackKey:          FallbackKey,
	lanes.ProblemFallbackTwice:        FallbackKey,
	lanes.ProblemListedNotInGroup:     ListedNotInGroup,
	lanes.ProblemListedWithoutPods:    ListedWithoutPods,
	lanes.ProblemOverlap:              LanesOverlap,
	lanes.ProblemStrictIncomplete:     StrictLaneIncomplete,
	lanes.ProblemBaselineIncomplete:   BaselineIncomplete,
	lanes.ProblemUnknownStrategy:      UnknownStrategy,
	lanes.ProblemNegativeWeight:       NegativeWeight,
	lanes.ProblemWeightsSum:           LaneWeightsSum,
	lanes.ProblemEntryHost:            EntryHost,
	lanes.ProblemEntryPort:            EntryPort,
	lanes.ProblemEntriesDiffer:        EntriesDiffer,
	lanes.ProblemSameRequests:         SameRequests,
	lanes.ProblemAmbiguousMatch:       MatchAmbiguous,
	lanes.ProblemBadRegex:             BadRegex,
}

// checkGroups checks every lane group: the problems that lanes finds, and their effect on
// the rest of the set.
func (c *checker) checkGroups() {
	for _, o := range c.Orphans {
		if c.elsewhere(manifest.Ref{Group: lanes.GroupVersion().Group, Kind: lanes.KindLaneGroup,
			Name: o.Lane().GroupName()}) {
			continue
		}
		c.report(LaneGroupNotFound, &o, fieldpath.New("metadata.labels").Key(lanes.LabelLaneGroup),
			fmt.Sprintf("must name a lane group that exists: %q", o.Lane().GroupName()))
		for _, p := range lanes.ReadGroup(nil, []*lanes.ASMSwimLane{o.Lane()}, nil).Problems() {
			if code := problemCodes[p.Kind]; code == MatchAmbiguous || code == BadRegex { // whatever its group is
				c.reportAs(c.rules[code].Severity, code, &o, p.Err.Field, p.Err.Detail)
			}
		}
	}
	for _, g := range c.Groups {
		for _, p := range g.Problems() {
			c.problem(g, p)
		}
		spec := fieldpath.New("spec")
		group := g.Object.LaneGroup()
		if ingress := group.Spec.Ingress; ingress != nil && ingress.Gateway != nil {
			c.gateway(&g.Object, spec.Child("ingress.gateway"), ingress.Gateway.Namespace+"/"+ingress.Gateway.Name)
		}
		c.entryHosts(g)
		if p := g.Permissive(); p != nil && p.TraceHeader != "" {
			c.report(PassOn, &g.Object, spec.Child("permissiveModeConfiguration.traceHeader"),
				fmt.Sprintf("must be a header that every service passes on with every call: %q", p.TraceHeader))
		}
		versionKeys := c.versionKeys(g)
		for i, ref := range group.Spec.Services {
			if s := c.Services[c.Domain.Service(ref.Name, ref.Namespace)]; s != nil {
				c.groupService(g, spec.Child("services").Index(i), s, versionKeys)
			}
		}
	}
}

// problem reports one problem of a group.
func (c *checker) problem(g *mesh.Group, p lanes.Problem) {
	o, code, message := g.ObjectOf(p), problemCodes[p.Kind], p.Err.Detail
	if p.Kind == lanes.ProblemWeightsSum && len(revisions(g)) > 1 {
		code, message = HalfWritten, "must have lanes of one revision of their release: "+
			message
	}
	c.reportAs(c.rules[code].Severity, code, &o, p.Err.Field, message)
}

// revisions returns the revisions of the release in the lanes with a weight.
func revisions(g *mesh.Group) map[string]bool {
	out := map[string]bool{}
	for _, o := range g.Lanes {
		if w := o.Lane().Spec.IngressWeight; w != nil && w.Weight != nil {
			out[o.Meta().GetAnnotations()[releasekeys.Revision]] = true
		}
	}
	return out
}

// versionKeys returns the labels that tell the versions of a group apart: those that its
// lanes select by, and the customary ones.
func (c *checker) versionKeys(g *mesh.Group) map[string]bool {
	keys := map[string]bool{lanes.LabelVersion: true, lanes.LabelTrafficTag: true}
	for _, o := range g.Lanes {
		for key := range o.Lane().Spec.LabelSelector {
			keys[key] = true
		}
	}
	return keys
}

// groupService checks that a Service can have lanes.
func (c *checker) groupService(g *mesh.Group, path *fieldpath.Path, s *mesh.Service, versionKeys map[string]bool) {
	for _, key := range slices.Sorted(maps.Keys(s.Spec.Selector)) {
		if versionKeys[key] {
			c.report(ServiceOneVersion, &s.Object, fieldpath.New("spec.selector").Key(key),
				fmt.Sprintf("must not select by a version label, since the Service must have the pods of all "+
					"lanes: %s=%s", key, s.Spec.Selector[key]))
		}
	}
	if s.Group != g {
		c.report(ServiceOfTwoGroups, &g.Object, path,
			fmt.Sprintf("must be in one lane group: %s is in group %s too", s.Object.Ref, s.Group.Object.Ref.Name))
	}
	if s.Headless() {
		c.report(HeadlessService, &s.Object, fieldpath.New("spec.clusterIP"), "must not be None: group "+
			g.Object.Ref.Name+" makes lanes of the Service")
	}
	if s.Waypoint != nil && g.Permissive() == nil {
		c.report(StrictAtWaypoint, &g.Object, path,
			fmt.Sprintf("must not pass a waypoint in a strict group: requests to %s do", s.Object.Ref))
	}
}
