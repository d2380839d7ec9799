package validate

// Code names a rule. A code keeps its meaning for ever; that of a rule which is
// given up stays listed here, in a comment.
type Code string

// The first digit tells the family: 0 the set itself, 1 routes, 2 lanes,
// 3 services, 4 gateways, 5 Deployments, 6 releases in Git, which release/gitops
// checks.
const (
	DuplicateObject      Code = "SL001"
	UnknownKey           Code = "SL002"
	UnknownLaneKey       Code = "SL003"
	DuplicateKey         Code = "SL004"
	WrongType            Code = "SL005"
	NotAnObject          Code = "SL006"
	TooManyFaults        Code = "SL007"
	Misread              Code = "SL008"
	Unreadable           Code = "SL009"
	WeightsSum           Code = "SL101"
	NegativeWeight       Code = "SL102"
	WeightsZero          Code = "SL103"
	DuplicateDestination Code = "SL104"
	SingleZero           Code = "SL105"
	BadRegex             Code = "SL106"
	DestinationPort      Code = "SL107"
	DelegateNotFound     Code = "SL108"
	LabelsAtWaypoint     Code = "SL109"
	CallNotRouted        Code = "SL110"
	SubsetNotFound       Code = "SL201"
	LaneGroupNotFound    Code = "SL202"
	StrictLaneIncomplete Code = "SL203"
	LanesOverlap         Code = "SL204"
	PermissiveIncomplete Code = "SL205"
	FallbackNotFound     Code = "SL206"
	RouteHeaderTaken     Code = "SL207"
	BaselineIncomplete   Code = "SL208"
	LaneWeightsSum       Code = "SL209"
	UnknownStrategy      Code = "SL210"
	PassOn               Code = "SL211"
	HalfWritten          Code = "SL212"
	MixedStrategies      Code = "SL213"
	RouteHeaderNotSet    Code = "SL214"
	MatchAmbiguous       Code = "SL215"
	MalformedLane        Code = "SL216"
	GroupWithoutLanes    Code = "SL217"
	FallbackLacks        Code = "SL218"
	FallbackKey          Code = "SL219"
	ListedNotInGroup     Code = "SL220"
	ListedWithoutPods    Code = "SL221"
	EntryHost            Code = "SL222"
	EntryPort            Code = "SL223"
	EntriesDiffer        Code = "SL224"
	SameRequests         Code = "SL225"
	StrictAtWaypoint     Code = "SL226"
	WrongLane            Code = "SL227"
	ServiceOfTwoGroups   Code = "SL228"
	CallsBack            Code = "SL229"
	ServiceOneVersion    Code = "SL301"
	HostNotFound         Code = "SL302"
	GroupServiceNotFound Code = "SL303"
	NoPods               Code = "SL304"
	HeadlessService      Code = "SL305"
	CallPort             Code = "SL306"
	CalleeNotFound       Code = "SL307"
	GatewayNotFound      Code = "SL401"
	HostNotServed        Code = "SL402"
	SelectorMismatch     Code = "SL501"
	BadPlan              Code = "SL601"
	PlanNotFound         Code = "SL602"
	BadState             Code = "SL603"
	OtherPlan            Code = "SL604"
	ReleaseHolder        Code = "SL605"
	Drift                Code = "SL606"
	BehindRelease        Code = "SL607"
	OtherImage           Code = "SL608"
)

// Rule describes what a code stands for.
type Rule struct {
	// Code of the rule's findings.
	Code Code
	// Severity of the rule's findings. In a check of a part of what is deployed,
	// a reference rule's findings are Info.
	Severity Severity
	// Milder says when a finding of the rule is a Warning instead; empty for never.
	Milder string
	// Reference: the rule looks for another object, which may stand outside of
	// the set.
	Reference bool
	// Holds says what must hold.
	Holds string
	// Why says what happens otherwise.
	Why string
	// Twin is the code of a like check of Istio (IST) or Kiali (KIA), if any.
	Twin string
}

// Rules returns all rules, by code.
func Rules() []Rule {
	return []Rule{
		{Code: DuplicateObject, Severity: Error,
			Holds: "an object stands in a set once",
			Why:   "of two documents for one object, the one that is applied last wins"},
		{Code: UnknownKey, Severity: Error,
			Holds: "a key is one of the object's kind",
			Why:   "the cluster drops it in silence, or refuses the object: most likely it is a slip",
			Twin:  "IST0106"},
		{Code: UnknownLaneKey, Severity: Warning,
			Holds: "a key of a lane or lane group is one that ASM documents",
			Why:   "it is a slip, or newer than this library, which keeps it in edits and does not understand it"},
		{Code: DuplicateKey, Severity: Error,
			Holds: "a key stands once in a mapping",
			Why:   "readers take the first or the last, or refuse the file"},
		{Code: WrongType, Severity: Error,
			Holds: "a value is of the type that its field has",
			Why:   "the cluster refuses the object",
			Twin:  "IST0106"},
		{Code: NotAnObject, Severity: Error,
			Holds: "a document is a Kubernetes object with a name",
			Why:   "Argo CD and kubectl fail on the whole directory"},
		{Code: TooManyFaults, Severity: Error,
			Holds: "a file has at most 1000 faults of the codes SL002 to SL006, SL008 and SL009",
			Why:   "the others are counted, not shown: it is no file of manifests, most likely"},
		{Code: Misread, Severity: Error,
			Holds: "Kubernetes' reader sees every document as it is written",
			Why:   "kubectl and Argo CD pass over a part of the file, or refuse it"},
		{Code: Unreadable, Severity: Error,
			Holds: "a file can be read, and each of its documents is YAML",
			Why:   "kubectl and Argo CD refuse the file; what else is wrong in the document is not known"},
		{Code: WeightsSum, Severity: Error, Milder: "in a route to no lane of a group",
			Holds: "the weights of a route sum to 100",
			Why:   "Istio divides each by their sum, so a weight is not the percentage that it reads as",
			Twin:  "KIA1104"},
		{Code: NegativeWeight, Severity: Error,
			Holds: "a weight is not negative",
			Why:   "Istio refuses the object"},
		{Code: WeightsZero, Severity: Error,
			Holds: "a route has a weight above 0",
			Why:   "Istio refuses a route whose weights are all 0"},
		{Code: DuplicateDestination, Severity: Error,
			Holds: "a route names a destination once",
			Why:   "its weights add up, and an edit of one of them is not what it seems",
			Twin:  "KIA1105"},
		{Code: SingleZero, Severity: Error,
			Holds: "the only destination of a route has no weight of 0",
			Why:   "Istio sends everything to an only destination, whatever its weight says"},
		{Code: BadRegex, Severity: Error,
			Holds: "a regular expression is one of RE2",
			Why:   "Istio refuses the object"},
		{Code: DestinationPort, Severity: Error, Reference: true,
			Holds: "the port of a destination is one of its Service; where the Service has several and the destination names none, the port that the requests come by",
			Why:   "requests to it get a 503",
			Twin:  "IST0101"},
		{Code: DelegateNotFound, Severity: Error, Reference: true,
			Holds: "a route delegates to a VirtualService without hosts that exists",
			Why:   "Istio drops the route: its requests get a 404",
			Twin:  "IST0101"},
		{Code: LabelsAtWaypoint, Severity: Error,
			Holds: "a match by sourceLabels is for hosts that pass no waypoint",
			Why:   "a waypoint drops such a match, so that the requests go elsewhere"},
		{Code: CallNotRouted, Severity: Error, Reference: true,
			Holds: "the routes of the sidecars for a host that pods call have one for calls without headers",
			Why:   "a call that no route takes gets a 404"},
		{Code: SubsetNotFound, Severity: Error, Reference: true,
			Holds: "a subset that a route names is a lane whose group has the service, or a subset of a DestinationRule of the host",
			Why:   "requests to it get a 503",
			Twin:  "IST0101, KIA1107"},
		{Code: LaneGroupNotFound, Severity: Error, Reference: true,
			Holds: "a lane's label swimlane-group names a lane group that exists",
			Why:   "ASM makes no subsets for the lane"},
		{Code: StrictLaneIncomplete, Severity: Error, Reference: true,
			Holds: "every lane of a strict group has pods for every service of the group",
			Why:   "calls to the missing service within the lane get a 503",
			Twin:  "IST0173"},
		{Code: LanesOverlap, Severity: Error,
			Holds: "no pod of a group is selected by two of its lanes",
			Why:   "the lanes mix: a request in one reaches what belongs to the other"},
		{Code: PermissiveIncomplete, Severity: Error,
			Holds: "a permissive group has a configuration with a trace header and a route header",
			Why:   "ASM cannot tell the lane of a call"},
		{Code: FallbackNotFound, Severity: Error, Reference: true,
			Holds: "a lane that a permissive group falls back to is a lane of the group",
			Why:   "calls that their lane cannot serve get a 503"},
		{Code: RouteHeaderTaken, Severity: Error,
			Holds: "the route header of a permissive group is neither a trace id nor baggage",
			Why:   "ASM writes the lane into it, and the trace is lost"},
		{Code: BaselineIncomplete, Severity: Error, Reference: true,
			Holds: "the baseline lane of a permissive group has pods for every service of the group",
			Why:   "calls that fall back to it get a 503"},
		{Code: LaneWeightsSum, Severity: Error,
			Holds: "the weights of the lanes of a group with the weighted strategy sum to 100",
			Why:   "a weight is not the percentage that it reads as"},
		{Code: UnknownStrategy, Severity: Error,
			Holds: "the routing strategy of a group is rule_based or weighted",
			Why:   "the spelling of ASM's OpenAPI, rule-based, is not that of its objects"},
		{Code: PassOn, Severity: Info,
			Holds: "the services of a permissive group pass the trace header on with every call",
			Why:   "a call without it leaves its lane; no manifest can show it"},
		{Code: HalfWritten, Severity: Warning,
			Holds: "the weights of a group's lanes are of one revision of their release",
			Why:   "a command was cut off between files: the next one completes it"},
		{Code: MixedStrategies, Severity: Error,
			Holds: "requests of one gateway and host enter the lanes of a group in one way: by a VirtualService, or by what the lanes say",
			Why:   "both make routes, and which of them a request takes is not defined"},
		{Code: RouteHeaderNotSet, Severity: Error, Milder: "for the baseline lane, and one that has no other service",
			Holds: "a route into the lanes of a permissive group sets the route header to the lane",
			Why:   "the calls that follow do not know the lane, and go to the baseline"},
		{Code: MatchAmbiguous, Severity: Error,
			Holds: "a match of a lane or a lane group sets one of exact, prefix and regex",
			Why:   "ASM says to set one, and not which of several counts"},
		{Code: MalformedLane, Severity: Error,
			Holds: "a lane group and a lane are what the library's builders build: names, labels, hosts and destinations that are set and well formed",
			Why:   "ASM requires what is missing, or a route or label made of it is refused"},
		{Code: GroupWithoutLanes, Severity: Error, Reference: true,
			Holds: "a lane group has lanes",
			Why:   "there are no lanes to send requests to"},
		{Code: FallbackLacks, Severity: Error, Reference: true,
			Holds: "a lane that a service falls back to has the service",
			Why:   "calls that fall back to it get a 503"},
		{Code: FallbackKey, Severity: Error,
			Holds: "a key of serviceLevelFallbackTarget is one service of the group, and each service has one key at most",
			Why:   "the fallback is that of no service, or it is not defined which counts"},
		{Code: ListedNotInGroup, Severity: Error,
			Holds: "a service that a lane lists is one of its group",
			Why:   "the lane has no such service: calls to it do not stay in the lane"},
		{Code: ListedWithoutPods, Severity: Error, Reference: true,
			Holds: "a lane that lists a service has pods for it",
			Why:   "calls to the service get a 503, or fall back"},
		{Code: EntryHost, Severity: Error,
			Holds: "the destination of a lane's rule or weight is a service of the group, by its full name",
			Why:   "requests that enter the lane get a 503"},
		{Code: EntryPort, Severity: Error,
			Holds: "the destination of a lane's rule or weight names a port of its Service, if that has several",
			Why:   "requests that enter the lane get a 503"},
		{Code: EntriesDiffer, Severity: Error,
			Holds: "the lanes of a group with the weighted strategy are entered by one service",
			Why:   "which service requests reach would depend on chance"},
		{Code: SameRequests, Severity: Error,
			Holds: "no two rules of the lanes of a group are for the same requests",
			Why:   "only the first is ever taken"},
		{Code: StrictAtWaypoint, Severity: Error,
			Holds: "no service of a strict group passes a waypoint",
			Why:   "a waypoint does not know who calls, so that calls leave their lane"},
		{Code: WrongLane, Severity: Error,
			Holds: "requests that enter a permissive group go to the lane that serves for the one that their route header names",
			Why:   "they are served by another lane than the calls that follow"},
		{Code: ServiceOfTwoGroups, Severity: Error,
			Holds: "a service is in one lane group",
			Why:   "two groups would decide where calls to it go"},
		{Code: CallsBack, Severity: Error,
			Holds: "a service outside of a strict group that the group calls does not call the group",
			Why:   "its pods are in no lane of the group: the request leaves its lane"},
		{Code: ServiceOneVersion, Severity: Error,
			Holds: "a Service of a lane group selects the pods of all versions",
			Why:   "subsets are parts of the Service's pods: a lane of another version is empty"},
		{Code: HostNotFound, Severity: Error, Reference: true,
			Holds: "the host of a destination is a Service, or a host of a ServiceEntry",
			Why:   "requests to it get a 503",
			Twin:  "IST0101, KIA1101"},
		{Code: GroupServiceNotFound, Severity: Error, Reference: true,
			Holds: "a service that a lane group lists exists as a Service",
			Why:   "there is nothing to make lanes of"},
		{Code: NoPods, Severity: Error, Milder: "in a route of the sidecars for pods or headers that there are none of yet", Reference: true,
			Holds: "what gets requests has pods: a destination, a lane, a Service that pods call",
			Why:   "the requests get a 503",
			Twin:  "IST0173"},
		{Code: HeadlessService, Severity: Error,
			Holds: "a Service of a lane group is not headless",
			Why:   "a sidecar sends to the address that the caller looked up, whatever the lane"},
		{Code: CallPort, Severity: Error, Reference: true,
			Holds: "a call that the environment of pods names is to a port of the Service",
			Why:   "the call gets no answer"},
		{Code: CalleeNotFound, Severity: Error, Reference: true,
			Holds: "a service that the annotation swimlane-go.github.io/calls of a Service names is a Service",
			Why:   "the call gets no answer, or the declaration is out of date and preview is wrong"},
		{Code: GatewayNotFound, Severity: Error, Reference: true,
			Holds: "a gateway that a VirtualService or a lane group names exists in the namespace that the name resolves to",
			Why:   "no request reaches the routes",
			Twin:  "IST0101, KIA1102"},
		{Code: HostNotServed, Severity: Error,
			Holds: "a host of a VirtualService, a lane or a lane group is one that a Gateway which it names serves, and a VirtualService is exported to the namespace of such a Gateway",
			Why:   "no request for the host reaches the routes",
			Twin:  "IST0132"},
		{Code: SelectorMismatch, Severity: Error,
			Holds: "the selector of a Deployment selects the pods of its template",
			Why:   "the cluster refuses the Deployment"},
		{Code: BadPlan, Severity: Error,
			Holds: "the plan of a release can be read, and is one that can be followed",
			Why:   "every command of the release is refused, roll back included"},
		{Code: PlanNotFound, Severity: Warning, Reference: true,
			Holds: "an object that is marked by a release has the plan of the release beside it",
			Why:   "no command knows where the release stands, or what its roll back is"},
		{Code: BadState, Severity: Error,
			Holds: "the state of a release can be read, and stands on the object that carries it",
			Why:   "every command but rollback and adopt is refused"},
		{Code: OtherPlan, Severity: Error,
			Holds: "a plan stays as it is while a release follows it",
			Why:   "every command but rollback and replan is refused"},
		{Code: ReleaseHolder, Severity: Error, Reference: true,
			Holds: "what holds the weights of a release is there, once, and can be read",
			Why:   "every command of the release is refused, roll back included"},
		{Code: Drift, Severity: Error,
			Holds: "the weights are those of the place at which the release stands",
			Why:   "somebody edited them by hand: every command but rollback and adopt is refused"},
		{Code: BehindRelease, Severity: Warning,
			Holds: "what holds the weights of a release is of the state's revision",
			Why:   "a command was cut off between files: the next one completes it"},
		{Code: OtherImage, Severity: Warning,
			Holds: "the candidate's containers have the images of the plan",
			Why:   "what is released is not what was planned"},
	}
}
