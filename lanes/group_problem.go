package lanes

import "k8s.io/apimachinery/pkg/util/validation/field"

// Problem is one thing that is wrong with a lane group and its lanes.
//
// +kubebuilder:object:generate=false
type Problem struct {
	// Kind is what sort of thing it is.
	Kind ProblemKind
	// Lane is the number of the lane that it is found in, among those which were
	// read; -1 means the group.
	Lane int
	// Err says where in that object it is, by JSON names. Its Detail alone says
	// what must hold, then what was found; there is no BadValue.
	Err *field.Error
}

// ProblemKind is a sort of problem.
//
// +kubebuilder:object:generate=false
type ProblemKind string

// What may be wrong with a lane group and its lanes.
const (
	// ProblemMalformed is every fault that LaneGroupBuilder or LaneBuilder finds in
	// an object and for which there is no other kind; and two lanes of one name.
	ProblemMalformed ProblemKind = "malformed"
	// ProblemNoLane is a group without lanes.
	ProblemNoLane ProblemKind = "no lane"
	// ProblemForeignLane is a lane that names another group.
	ProblemForeignLane ProblemKind = "lane of another group"
	// ProblemServiceNotFound is a service of the group that is not known as a
	// Service. Nothing else is said of such a service.
	ProblemServiceNotFound ProblemKind = "service not found"

	// ProblemPermissiveIncomplete is a permissive group that does not say how calls
	// find their lane: configuration, traceHeader, routeHeader or a fallback is not
	// set.
	ProblemPermissiveIncomplete ProblemKind = "permissive configuration incomplete"
	// ProblemRouteHeaderTaken is a route header that is a trace id or baggage.
	ProblemRouteHeaderTaken ProblemKind = "route header taken"
	// ProblemFallbackNotFound is a lane to fall back to, of the group or of one
	// service, that the group has not.
	ProblemFallbackNotFound ProblemKind = "fallback not found"
	// ProblemFallbackLacks is a lane to fall back to for a service, which lacks it.
	ProblemFallbackLacks ProblemKind = "fallback lacks the service"
	// ProblemFallbackKey is a key of serviceLevelFallbackTarget that is not one
	// service of the group.
	ProblemFallbackKey ProblemKind = "unknown fallback key"
	// ProblemFallbackTwice is a service with two keys in serviceLevelFallbackTarget.
	ProblemFallbackTwice ProblemKind = "fallback key set twice"

	// ProblemListedNotInGroup is a service that a lane lists and the group does not.
	ProblemListedNotInGroup ProblemKind = "listed service not in the group"
	// ProblemListedWithoutPods is a service that a lane lists and has no pods for.
	ProblemListedWithoutPods ProblemKind = "listed service without pods"
	// ProblemOverlap is a lane that selects pods of an earlier lane, or would
	// select all that have its labels.
	ProblemOverlap ProblemKind = "overlap"
	// ProblemStrictIncomplete is a lane of a strict group that lacks services.
	ProblemStrictIncomplete ProblemKind = "strict lane incomplete"
	// ProblemBaselineIncomplete is a baseline lane that lacks services.
	ProblemBaselineIncomplete ProblemKind = "baseline incomplete"

	// ProblemUnknownStrategy is a routing strategy that is none of ASM's.
	ProblemUnknownStrategy ProblemKind = "unknown strategy"
	// ProblemNegativeWeight is a lane's weight below 0.
	ProblemNegativeWeight ProblemKind = "negative weight"
	// ProblemWeightsSum is a group with RoutingWeighted of which the lanes' weights
	// do not sum to 100.
	ProblemWeightsSum ProblemKind = "weights sum"
	// ProblemEntryHost is a destination of requests that is no service of the
	// group by its full name.
	ProblemEntryHost ProblemKind = "entry host"
	// ProblemEntryPort is a destination of requests with a port that the Service
	// lacks, or without one where the Service has several: a gateway cannot tell
	// which is meant.
	ProblemEntryPort ProblemKind = "entry port"
	// ProblemEntriesDiffer is a group with RoutingWeighted of which the lanes are
	// entered by different services.
	ProblemEntriesDiffer ProblemKind = "entries differ"
	// ProblemSameRequests is a rule for requests that an earlier rule takes: only
	// the first of the two is ever taken.
	ProblemSameRequests ProblemKind = "same requests"
	// ProblemAmbiguousMatch is a match that sets several of exact, prefix and regex.
	ProblemAmbiguousMatch ProblemKind = "ambiguous match"
	// ProblemBadRegex is a regular expression that is none of RE2.
	ProblemBadRegex ProblemKind = "bad regular expression"
)

// ProblemKinds returns all kinds, in the order in which they are declared.
func ProblemKinds() []ProblemKind {
	return []ProblemKind{
		ProblemMalformed, ProblemNoLane, ProblemForeignLane, ProblemServiceNotFound,
		ProblemPermissiveIncomplete, ProblemRouteHeaderTaken, ProblemFallbackNotFound, ProblemFallbackLacks,
		ProblemFallbackKey, ProblemFallbackTwice,
		ProblemListedNotInGroup, ProblemListedWithoutPods, ProblemOverlap, ProblemStrictIncomplete,
		ProblemBaselineIncomplete,
		ProblemUnknownStrategy, ProblemNegativeWeight, ProblemWeightsSum,
		ProblemEntryHost, ProblemEntryPort, ProblemEntriesDiffer, ProblemSameRequests, ProblemAmbiguousMatch,
		ProblemBadRegex,
	}
}
