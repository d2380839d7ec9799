package validate

import "slices"

// Code names a rule. A code keeps its meaning for ever; the code of a removed rule stays
// listed here, in a comment.
type Code string

// The first digit tells the family: 0 the set itself, 1 routes, 2 lanes,
// 3 services, 4 gateways, 5 the objects of Kubernetes, 6 releases in Git, which
// release/gitops checks, 7 DestinationRules and ServiceEntries.
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
	UnknownKind          Code = "SL010"
	UnusedIgnore         Code = "SL018"
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

	// VirtualServices that Istio refuses: SL111 to SL139.

	RouteAction     Code = "SL111"
	DelegateRoutes  Code = "SL112"
	NoRoute         Code = "SL113"
	RouteHost       Code = "SL114"
	RouteHostTwice  Code = "SL115"
	RouteGateway    Code = "SL116"
	OwnGateway      Code = "SL117"
	StringMatch     Code = "SL118"
	HeaderName      Code = "SL119"
	ClaimMatch      Code = "SL120"
	HeaderValue     Code = "SL121"
	AuthorityTwice  Code = "SL122"
	RoutePort       Code = "SL123"
	MatchSource     Code = "SL124"
	MatchSubnet     Code = "SL125"
	SNIHost         Code = "SL126"
	DestinationName Code = "SL127"
	Mirror          Code = "SL128"
	RoutePercentage Code = "SL129"
	FaultInjection  Code = "SL130"
	Retries         Code = "SL131"
	RouteDuration   Code = "SL132"
	Redirect        Code = "SL133"
	DirectResponse  Code = "SL134"
	Rewrite         Code = "SL135"
	CORSPolicy      Code = "SL136"
	RouteExportTo   Code = "SL137"

	// Routes and other objects: SL140 to SL169.

	Unreachable       Code = "SL140"
	MatchGateway      Code = "SL141"
	HostTwice         Code = "SL142"
	DelegateUnused    Code = "SL143"
	RouteBesides      Code = "SL144"
	PortNotNamed      Code = "SL145"
	WaypointElsewhere Code = "SL146"
	PassesBy          Code = "SL147"

	// Lanes and lane groups.

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
	LaneFromOutside      Code = "SL230"
	LanesDecide          Code = "SL231"
	ServiceOneVersion    Code = "SL301"
	HostNotFound         Code = "SL302"
	GroupServiceNotFound Code = "SL303"
	NoPods               Code = "SL304"
	HeadlessService      Code = "SL305"
	CallPort             Code = "SL306"
	CalleeNotFound       Code = "SL307"
	PortProtocol         Code = "SL308"
	PodPortTwice         Code = "SL309"
	HeadlessSubset       Code = "SL310"

	// Gateways.

	GatewayNotFound Code = "SL401"
	HostNotServed   Code = "SL402"

	// Gateways that Istio refuses: SL403 to SL419.

	GatewayName       Code = "SL403"
	NoServer          Code = "SL404"
	ServerPort        Code = "SL405"
	ServerHost        Code = "SL406"
	ServerBind        Code = "SL407"
	ServerTLS         Code = "SL408"
	ServerCertificate Code = "SL409"

	// Gateways and other objects: SL420 to SL449.

	GatewayPort     Code = "SL420"
	GatewayTwice    Code = "SL421"
	GatewayOfNoHost Code = "SL422"

	// The objects of Kubernetes.

	SelectorMismatch Code = "SL501"
	ObjectName       Code = "SL502"
	ObjectLabels     Code = "SL503"
	Annotations      Code = "SL504"
	LabelSelector    Code = "SL505"
	ServicePorts     Code = "SL506"
	ServiceSpec      Code = "SL507"
	WorkloadSpec     Code = "SL508"
	UpdateStrategy   Code = "SL509"
	Container        Code = "SL510"
	Environment      Code = "SL511"
	ContainerPorts   Code = "SL512"
	ContainerProbe   Code = "SL513"
	Resources        Code = "SL514"
	Volumes          Code = "SL515"
	PodSpec          Code = "SL516"
	ConfigMapData    Code = "SL517"
	Autoscaler       Code = "SL518"
	DisruptionBudget Code = "SL519"
	ImmutableField   Code = "SL525"

	// Releases.

	BadPlan       Code = "SL601"
	PlanNotFound  Code = "SL602"
	BadState      Code = "SL603"
	OtherPlan     Code = "SL604"
	ReleaseHolder Code = "SL605"
	Drift         Code = "SL606"
	BehindRelease Code = "SL607"
	OtherImage    Code = "SL608"
	PlanDoubt     Code = "SL609"
	Clump         Code = "SL610"
	BadEvidence   Code = "SL611"
	SlowGuard     Code = "SL612"
	LowCeiling    Code = "SL613"

	// DestinationRules and ServiceEntries that Istio refuses: SL701 to SL729.

	RuleHost               Code = "SL701"
	SubsetName             Code = "SL702"
	PodLabels              Code = "SL703"
	TrafficPolicy          Code = "SL704"
	LoadBalancer           Code = "SL705"
	Locality               Code = "SL706"
	ConnectionPool         Code = "SL707"
	OutlierDetection       Code = "SL708"
	ClientTLS              Code = "SL709"
	PolicyDuration         Code = "SL710"
	Tunnel                 Code = "SL711"
	ExportTo               Code = "SL712"
	WorkloadSelector       Code = "SL713"
	ServiceEntryHost       Code = "SL714"
	ServiceEntryAddress    Code = "SL715"
	ServiceEntryPort       Code = "SL716"
	ServiceEntryResolution Code = "SL717"
	ServiceEntryEndpoint   Code = "SL718"

	// DestinationRules and other objects: SL730 to SL759.

	SubsetWithoutLabels Code = "SL730"
	SubsetWithoutPods   Code = "SL731"
	RuleTwice           Code = "SL732"
	RuleUnseen          Code = "SL733"
	RuleHostNotFound    Code = "SL734"

	// The pods that a release needs.

	TooFewPods Code = "SL801"
	FewPods    Code = "SL802"
	ScaledDown Code = "SL803"
	BadFloor   Code = "SL804"
)

// Rule describes a code.
type Rule struct {
	// Code of the rule's findings.
	Code Code
	// Severity of the rule's findings. In a check of a part of what is deployed,
	// a reference rule's findings are Info.
	Severity Severity
	// Milder says when a finding of the rule has a lower severity. It begins with that
	// severity: "warning for another team's route". Empty means never.
	Milder string
	// Reference: the rule looks for another object, which may be outside the set.
	Reference bool
	// Holds says what must hold.
	Holds string
	// Why says what happens otherwise.
	Why string
	// Twin is the code of a similar check of Istio (IST) or Kiali (KIA), if any.
	Twin string
	// Differs says where the rule differs from its twin, and why; empty when it does not.
	Differs string
}

// Rules returns all rules, by code.
func Rules() []Rule {
	return slices.Concat(setRules(), routeRules(), laneRules(), serviceRules(), gatewayRules(),
		kubernetesRules(), releaseRules(), destinationRules(), capacityRules())
}
