package lanes

import "k8s.io/apimachinery/pkg/util/validation/field"

// Problem is one fault of a lane group and its lanes.
//
// +kubebuilder:object:generate=false
type Problem struct {
	// Kind is the kind of the fault.
	Kind ProblemKind
	// Lane is the number of the faulty lane among those that were read; -1 means the
	// group.
	Lane int
	// Err has the path in that object, by JSON names. Its Detail says what must hold,
	// then what was found; it has no BadValue.
	Err *field.Error
}

// ProblemKind is a kind of problem.
//
// +kubebuilder:object:generate=false
type ProblemKind string

// The kinds of problems of a lane group and its lanes.
const (
	// ProblemMalformed is every fault that LaneGroupBuilder or LaneBuilder finds and no
	// other kind covers, and two lanes of one name.
	ProblemMalformed ProblemKind = "malformed"
	// ProblemNoLane is a group without lanes.
	ProblemNoLane ProblemKind = "no lane"
	// ProblemForeignLane is a lane that names another group.
	ProblemForeignLane ProblemKind = "lane of another group"
	// ProblemServiceNotFound is a service of the group that is not known as a Service.
	// Such a service has no other problems.
	ProblemServiceNotFound ProblemKind = "service not found"

	// ProblemPermissiveIncomplete is a permissive group that does not say how calls
	// find their lane: configuration, traceHeader, routeHeader or a fallback is not
	// set.
	ProblemPermissiveIncomplete ProblemKind = "permissive configuration incomplete"
	// ProblemRouteHeaderTaken is a route header that is a trace id or baggage.
	ProblemRouteHeaderTaken ProblemKind = "route header taken"
	// ProblemFallbackNotFound is a fallback lane, of the group or of one service, that
	// the group lacks.
	ProblemFallbackNotFound ProblemKind = "fallback not found"
	// ProblemFallbackLacks is a fallback lane of a service that lacks the service.
	ProblemFallbackLacks ProblemKind = "fallback lacks the service"
	// ProblemFallbackKey is a key of serviceLevelFallbackTarget that is not one
	// service of the group.
	ProblemFallbackKey ProblemKind = "unknown fallback key"
	// ProblemFallbackTwice is a service with two keys in serviceLevelFallbackTarget.
	ProblemFallbackTwice ProblemKind = "fallback key set twice"

	// ProblemListedNotInGroup is a service that a lane lists and the group does not.
	ProblemListedNotInGroup ProblemKind = "listed service not in the group"
	// ProblemListedWithoutPods is a service that a lane lists without having pods for it.
	ProblemListedWithoutPods ProblemKind = "listed service without pods"
	// ProblemOverlap is a lane that selects pods of an earlier lane, or would select all
	// pods with its labels.
	ProblemOverlap ProblemKind = "overlap"
	// ProblemStrictIncomplete is a lane of a strict group that lacks services.
	ProblemStrictIncomplete ProblemKind = "strict lane incomplete"
	// ProblemBaselineIncomplete is a baseline lane that lacks services.
	ProblemBaselineIncomplete ProblemKind = "baseline incomplete"

	// ProblemUnknownStrategy is a routing strategy that ASM does not have.
	ProblemUnknownStrategy ProblemKind = "unknown strategy"
	// ProblemNegativeWeight is a lane's weight below 0.
	ProblemNegativeWeight ProblemKind = "negative weight"
	// ProblemWeightsSum is a group with RoutingWeighted and weights of lanes that do not
	// sum to 100.
	ProblemWeightsSum ProblemKind = "weights sum"
	// ProblemEntryHost is a destination of requests that is not the full name of a
	// service of the group.
	ProblemEntryHost ProblemKind = "entry host"
	// ProblemEntryPort is a destination of requests with a port that the Service lacks,
	// or without one where the Service has several and a gateway cannot choose.
	ProblemEntryPort ProblemKind = "entry port"
	// ProblemEntriesDiffer is a group with RoutingWeighted and lanes with different entry
	// services.
	ProblemEntriesDiffer ProblemKind = "entries differ"
	// ProblemSameRequests is a rule for requests that an earlier rule already matches:
	// only the first of the two ever gets them.
	ProblemSameRequests ProblemKind = "same requests"
	// ProblemAmbiguousMatch is a match that sets several of exact, prefix and regex.
	ProblemAmbiguousMatch ProblemKind = "ambiguous match"
	// ProblemBadRegex is a regular expression that RE2 does not accept.
	ProblemBadRegex ProblemKind = "bad regular expression"
)

// ProblemKinds returns all kinds, in the order of their declaration.
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
