package lanes

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// App is the one declaration of what is released together: the gateway that
// requests enter by, the services with whom they call, and the versions. Lanes,
// Deployments, Services and routes are derived from it, so that a name cannot
// disagree with itself. It is data and may be decoded from JSON or YAML.
//
// +kubebuilder:object:generate=false
type App struct {
	// Name is also the name of the lane group and of the entry route. A
	// DNS-1123 label.
	Name string `json:"name"`
	// Namespace is where services and their Deployments live that name no other.
	// Empty means DefaultNamespace, and that built objects name no namespace.
	Namespace string `json:"namespace,omitempty"`
	// Gateway is where requests enter.
	Gateway Gateway `json:"gateway"`
	// Services are the services of the app, at least one.
	Services []AppService `json:"services"`
	// Versions are the versions that are deployed, at least one.
	Versions []Version `json:"versions"`
	// Permissive lets versions lack services, and says where calls to those go.
	// Nil means strict: every version has every service.
	Permissive *Permissive `json:"permissive,omitempty"`
	// Strategy says how requests are shared among the lanes. Empty means by a
	// VirtualService with weights; RoutingWeighted means by ASM, from the weights
	// of the lanes; RoutingRuleBased by ASM, from what the requests are, which no
	// release can shift.
	Strategy RoutingStrategy `json:"strategy,omitempty"`
}

// Gateway is the Istio Gateway by which requests enter the app, and which
// requests those are.
//
// +kubebuilder:object:generate=false
type Gateway struct {
	// Name and Namespace are those of the Gateway object. The entry route
	// stands in the same namespace. Both are required, as DNS-1123 labels: Istio
	// lets no route refer to a Gateway with a dot in its name.
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	// Selector holds the labels of the gateway's pods. Empty means those of
	// Istio's and ASM's default gateway, "istio: ingressgateway".
	Selector map[string]string `json:"selector,omitempty"`
	// Port is the plain HTTP port that the gateway listens on. 0 means 80.
	Port uint32 `json:"port,omitempty"`
	// Shared says that the Gateway object exists already: it is referred to,
	// never built, and Selector and Port are not used.
	Shared bool `json:"shared,omitempty"`
	// Hosts are the host names that requests are for: names, of which none covers
	// another, full ones unless the gateway is shared. Empty means any ("*").
	Hosts []string `json:"hosts,omitempty"`
	// Matches says which requests enter the app: those that match one of them.
	// Empty means all. With RoutingRuleBased the versions say it instead.
	Matches []RequestMatch `json:"matches,omitempty"`
	// Service names the service that requests go to first. Empty means the
	// first of the app.
	Service string `json:"service,omitempty"`
	// Route says more of the route by which requests enter the lanes. It may be
	// set where a VirtualService shares them, not with a Strategy. Nil means nothing.
	Route *RouteOptions `json:"route,omitempty"`
}

// AppService is one Kubernetes Service of the app, with what runs behind it.
//
// +kubebuilder:object:generate=false
type AppService struct {
	// Name is the Service's name and the pods' LabelApp. A DNS-1035 label.
	Name string `json:"name"`
	// Namespace is where the Service and its Deployments live. Empty means that
	// of the App. Names of services are unique in the App all the same.
	Namespace string `json:"namespace,omitempty"`
	// Port is the Service's first port, 1 to 65535: the one that requests from the
	// gateway come to.
	Port int32 `json:"port"`
	// TargetPort is the port that the pods listen on, by number or name. The zero
	// value means Port.
	TargetPort intstr.IntOrString `json:"targetPort,omitzero"`
	// PortName names the Service's port. Istio reads the protocol from it, so
	// it must be "http", "http2" or "grpc", or start with one of them and "-".
	// Empty means "http".
	PortName string `json:"portName,omitempty"`
	// Ports are further ports of the Service, each with a name. Lanes route those
	// that speak HTTP, which Istio reads from the name or the appProtocol; others
	// ("tcp-admin", UDP) are passed through to all versions.
	Ports []corev1.ServicePort `json:"ports,omitempty"`
	// Template is the pod of every version that brings none of its own. It is
	// required unless each version does. Labels that tell service and version
	// are added to it.
	Template *corev1.PodTemplateSpec `json:"template,omitempty"`
	// Replicas is how many pods each version runs. Nil leaves the field unset:
	// one, or what an autoscaler says. It may not stand beside an Autoscaler.
	Replicas *int32 `json:"replicas,omitempty"`
	// Service and Deployment say what else the objects of those kinds bear. Nil
	// means nothing.
	Service    *ServiceOptions    `json:"service,omitempty"`
	Deployment *DeploymentOptions `json:"deployment,omitempty"`
	// Autoscaler scales the service: every version gets one of its own. Nil means
	// that none is built.
	Autoscaler *Autoscaler `json:"autoscaler,omitempty"`
	// DisruptionBudget keeps pods of the service running: every version gets one
	// of its own. Nil means that none is built.
	DisruptionBudget *DisruptionBudget `json:"disruptionBudget,omitempty"`
	// Calls names the services of the app that this one calls.
	Calls []string `json:"calls,omitempty"`
}

// Version is one build of the app. It runs in a lane of its own.
//
// +kubebuilder:object:generate=false
type Version struct {
	// Name is the value of the version labels and part of the Deployments'
	// names. A DNS-1123 label.
	Name string `json:"name"`
	// Lane is the name of the version's lane. Lanes are cluster-scoped: give it
	// where another app has a version of the same name. Empty means Name.
	Lane string `json:"lane,omitempty"`
	// Services says what is special about services in this version.
	Services []VersionService `json:"services,omitempty"`
	// Without names the services that the version lacks, of a permissive app. A
	// version has at least one service.
	Without []string `json:"without,omitempty"`
	// Matches says which requests enter the version's lane, with
	// RoutingRuleBased only: those that match one of them. Empty means none.
	Matches []RequestMatch `json:"matches,omitempty"`
}

// VersionService is what one service has for itself in one version.
//
// +kubebuilder:object:generate=false
type VersionService struct {
	// Name names the service of the app.
	Name string `json:"name"`
	// Template is the pod of the service in this version. Nil means that of the
	// AppService.
	Template *corev1.PodTemplateSpec `json:"template,omitempty"`
	// Replicas is how many pods it runs, without an autoscaler. Nil means as the
	// AppService says.
	Replicas *int32 `json:"replicas,omitempty"`
	// Deployment says what else its Deployment bears. Nil means what the
	// AppService says; else that is not looked at.
	Deployment *DeploymentOptions `json:"deployment,omitempty"`
	// Autoscaler scales it. Nil means as the AppService says.
	Autoscaler *Autoscaler `json:"autoscaler,omitempty"`
	// DisruptionBudget keeps pods of it running. Nil means as the AppService says.
	DisruptionBudget *DisruptionBudget `json:"disruptionBudget,omitempty"`
}

// LaneName returns the name of the version's lane.
func (v Version) LaneName() string { return cmp.Or(v.Lane, v.Name) }

// VersionOf returns the version that runs in the lane of that name.
func (a App) VersionOf(lane string) (v Version, found bool) {
	i := slices.IndexFunc(a.Versions, func(v Version) bool { return v.LaneName() == lane })
	if i < 0 {
		return Version{}, false
	}
	return a.Versions[i], true
}

// Entry returns the service that requests go to first; the zero AppService when
// the app has none of that name.
func (a App) Entry() AppService {
	for _, s := range a.Services {
		if a.Gateway.Service == "" || s.Name == a.Gateway.Service {
			return s
		}
	}
	return AppService{}
}
