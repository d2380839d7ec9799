package routing

import (
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/lanes"
)

// IstioLanesBuilder builds what makes the lanes of a group on Istio without ASM:
// a DestinationRule for each service of the group, with one subset per lane that
// has the service, and VirtualServices that keep calls in their lanes.
//
// A lane has the services that its spec.services lists; without such a list,
// those of which a Deployment's pods bear both the labels that the Service
// selects by and those of the lane.
//
// In a strict group a call goes to the lane whose labels the caller's pod bears,
// in whatever app. A caller outside of every lane, such as a job, reaches all
// pods of the Service, as without lanes: which lane it means is not declared
// anywhere, and without a route of its own it would get a 404.
//
// In a permissive group a call goes to the lane that its route header names; if
// that lane lacks the service, to the lane that serviceLevelFallbackTarget names
// for the service, else to the baseline lane, where calls without the header or
// with another value go too. The app itself has to pass the route header on with
// every call: the trace header is not read, since it is ASM that derives the route
// header from it.
//
// At the gateway, a group with the weighted strategy gets a VirtualService that
// shares requests by the lanes' weights, and one whose lanes have rules one route
// per rule that is online (unset is not), in the order of the lanes and rules,
// those for every request last. As in Istio, the rules for the most specific host
// that covers a request's own judge it. In a permissive group each route sets the
// route header to the name of the lane, and a lane that lacks the entry service
// is entered by way of its fallback. For any other group, requests enter by a
// VirtualService of one's own, which works as it does on ASM; in a permissive
// group it has to set the route header.
//
// Unlike ASM, Istio does not fall back at run time: where a call goes follows
// from what is declared here, and a lane whose pods are gone answers with a 503
// until the objects are built anew. Only HTTP (and gRPC) calls keep to lanes.
//
// The traffic policy patches become the DestinationRules' trafficPolicy, the HTTP
// route patches part of every HTTP route to the service, that of a service merged
// over that of the group (JSON merge patch, RFC 7386). ASM does not document how
// it merges them.
type IstioLanesBuilder struct {
	// Group is the lane group.
	Group *lanes.ASMSwimLaneGroup
	// Lanes are the lanes of the group, at least one. Subsets and routes are in
	// their order. No pod may be in two of them.
	Lanes []*lanes.ASMSwimLane
	// Services are Kubernetes Services, those of the group among them.
	Services []*corev1.Service
	// Deployments say which pods there are. Whose pods no Service of the group
	// selects does not matter.
	Deployments []*appsv1.Deployment
}

// IstioLanes are the objects that make lanes on Istio without ASM.
type IstioLanes struct {
	// DestinationRules, one per service, in the order of the group: named
	// GROUP.SERVICE, in the service's namespace.
	DestinationRules []*networkingv1.DestinationRule
	// VirtualServices: for the sidecars, one per service, named and placed as its
	// DestinationRule; then those at the gateway, in the gateway's namespace. The
	// first of these is called GROUP; rules for different hosts need several, and
	// the others are called GROUP.NUMBER, by their hosts.
	VirtualServices []*networkingv1.VirtualService
}

// Validate returns every fault, with paths such as group.spec.services[1] and
// lanes[0].spec.labelSelector.
func (b IstioLanesBuilder) Validate() field.ErrorList { return newMesh(b).errs }

// Build returns new objects, or an error that holds every fault.
func (b IstioLanesBuilder) Build() (IstioLanes, error) {
	m := newMesh(b)
	if err := fielderr.Join("lanes of group "+m.group.Name, m.errs); err != nil {
		return IstioLanes{}, err
	}
	return m.build(), nil
}
