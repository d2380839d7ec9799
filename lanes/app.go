package lanes

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// App is the one declaration of what is released together: the gateway that requests
// enter by, the services and the services they call, and the versions. Lanes,
// Deployments, Services and routes are derived from it, so a name cannot disagree with
// itself. It is data and may be decoded from JSON or YAML.
//
// +kubebuilder:object:generate=false
type App struct {
	// Name is also the name of the lane group and of the entry route. A
	// DNS-1123 label.
	Name string `json:"name"`
	// Namespace is the namespace of the services that set none, and of their Deployments.
	// Empty means DefaultNamespace, and built objects then set no namespace.
	Namespace string `json:"namespace,omitempty"`
	// Gateway is where requests enter.
	Gateway Gateway `json:"gateway"`
	// Services are the services of the app, at least one.
	Services []AppService `json:"services"`
	// Versions are the versions that are deployed, at least one.
	Versions []Version `json:"versions"`
	// Permissive lets versions lack services, and says where calls to missing services
	// go. Nil means strict: every version has every service.
	Permissive *Permissive `json:"permissive,omitempty"`
	// Strategy says how requests are shared among the lanes. Empty means by the weights
	// of a VirtualService. RoutingWeighted means by ASM, from the weights of the lanes.
	// RoutingRuleBased means by ASM, from the contents of requests; no release can shift
	// those.
	Strategy RoutingStrategy `json:"strategy,omitempty"`
}

// Gateway is the Istio Gateway that requests enter the app by, and says which requests
// do.
//
// +kubebuilder:object:generate=false
type Gateway struct {
	// Name and Namespace are those of the Gateway object. The entry route is in the same
	// namespace. Both are required DNS-1123 labels: Istio lets no route refer to a
	// Gateway with a dot in its name.
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	// Selector holds the labels of the gateway's pods. Empty means those of
	// Istio's and ASM's default gateway, "istio: ingressgateway".
	Selector map[string]string `json:"selector,omitempty"`
	// Port is the plain HTTP port that the gateway listens on. 0 means 80.
	Port uint32 `json:"port,omitempty"`
	// Shared says that the Gateway object exists already: routes refer to it, it is never
	// built, and Selector and Port are not used.
	Shared bool `json:"shared,omitempty"`
	// Hosts are the host names of the requests. No name may cover another, and only a
	// shared gateway may have wildcards. Empty means any ("*").
	Hosts []string `json:"hosts,omitempty"`
	// Matches says which requests enter the app: those that match at least one. Empty
	// means all. With RoutingRuleBased the versions have matches instead.
	Matches []RequestMatch `json:"matches,omitempty"`
	// Service names the service that requests go to first. Empty means the
	// first of the app.
	Service string `json:"service,omitempty"`
	// Route has further settings of the route by which requests enter the lanes. Only an
	// app without a Strategy may set it: its route is a VirtualService. Nil means none.
	Route *RouteOptions `json:"route,omitempty"`
}

// AppService is one Kubernetes Service of the app, and the pods behind it.
//
// +kubebuilder:object:generate=false
type AppService struct {
	// Name is the Service's name and the pods' LabelApp. A DNS-1035 label.
	Name string `json:"name"`
	// Namespace is the namespace of the Service and its Deployments. Empty means that of
	// the App. Names of services are unique in the App even across namespaces.
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
	// Template is the pod of every version that has no template itself. It is required
	// unless each version has one. Labels for service and version are added to it.
	Template *corev1.PodTemplateSpec `json:"template,omitempty"`
	// Replicas is how many pods each version runs. Nil leaves the field unset: one pod,
	// or the number an autoscaler sets. It must be nil with an Autoscaler.
	Replicas *int32 `json:"replicas,omitempty"`
	// Service and Deployment are further settings of the objects of those kinds. Nil
	// means none.
	Service    *ServiceOptions    `json:"service,omitempty"`
	Deployment *DeploymentOptions `json:"deployment,omitempty"`
	// Autoscaler scales the service: one is built for every version. Nil means that none
	// is built.
	Autoscaler *Autoscaler `json:"autoscaler,omitempty"`
	// DisruptionBudget keeps pods of the service running: one is built for every version.
	// Nil means that none is built.
	DisruptionBudget *DisruptionBudget `json:"disruptionBudget,omitempty"`
	// Calls names the services of the app that this one calls.
	Calls []string `json:"calls,omitempty"`
}

// Version is one build of the app. It runs in one lane.
//
// +kubebuilder:object:generate=false
type Version struct {
	// Name is the value of the version labels and part of the Deployments'
	// names. A DNS-1123 label.
	Name string `json:"name"`
	// Lane is the name of the version's lane. Lanes are cluster-scoped: set it where
	// another app has a version of the same name. Empty means Name.
	Lane string `json:"lane,omitempty"`
	// Services are settings of single services in this version.
	Services []VersionService `json:"services,omitempty"`
	// Without names the services that the version lacks, of a permissive app. A
	// version has at least one service.
	Without []string `json:"without,omitempty"`
	// Matches says which requests enter the version's lane, with RoutingRuleBased only:
	// those that match at least one. Empty means none.
	Matches []RequestMatch `json:"matches,omitempty"`
}

// VersionService holds the settings of one service in one version.
//
// +kubebuilder:object:generate=false
type VersionService struct {
	// Name names the service of the app.
	Name string `json:"name"`
	// Template is the pod of the service in this version. Nil means that of the
	// AppService.
	Template *corev1.PodTemplateSpec `json:"template,omitempty"`
	// Replicas is how many pods it runs, without an autoscaler. Nil means the
	// AppService's.
	Replicas *int32 `json:"replicas,omitempty"`
	// Deployment holds further settings of its Deployment. Nil means the AppService's;
	// otherwise it replaces them all.
	Deployment *DeploymentOptions `json:"deployment,omitempty"`
	// Autoscaler scales it. Nil means the AppService's.
	Autoscaler *Autoscaler `json:"autoscaler,omitempty"`
	// DisruptionBudget keeps pods of it running. Nil means the AppService's.
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

// Entry returns the service that requests go to first, or the zero AppService when the
// app has none of that name.
func (a App) Entry() AppService {
	for _, s := range a.Services {
		if a.Gateway.Service == "" || s.Name == a.Gateway.Service {
			return s
		}
	}
	return AppService{}
}
