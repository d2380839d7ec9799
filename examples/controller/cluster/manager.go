package cluster

import (
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/swimlane-go/swimlane/lanes"
)

// NewScheme returns a scheme with all kinds of a release.
func NewScheme() (*runtime.Scheme, error) {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		clientgoscheme.AddToScheme, networkingv1.AddToScheme, lanes.AddToScheme,
	} {
		if err := add(s); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// NewManager returns a manager for a controller of releases, with the options o. Its client reads
// from its cache, unstructured objects too. Its lease has the given name. The manager releases the
// lease when it stops.
func NewManager(config *rest.Config, name string, o ctrl.Options) (ctrl.Manager, error) {
	var err error
	if o.Scheme, err = NewScheme(); err != nil {
		return nil, err
	}
	o.Client.Cache = &client.CacheOptions{Unstructured: true}
	o.LeaderElectionID, o.LeaderElectionReleaseOnCancel = name, true
	return ctrl.NewManager(config, o)
}
