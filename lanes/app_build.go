package lanes

import "cmp"

// NamespaceOf returns the namespace of a service's objects: the service's, or the app's;
// empty when neither is set.
func (a App) NamespaceOf(s AppService) string { return cmp.Or(s.Namespace, a.Namespace) }

// HostOf returns the full name by which a service is called: see [Host].
func (a App) HostOf(s AppService) string { return Host(s.Name, a.NamespaceOf(s)) }

// ServiceOf returns the service of that name.
func (a App) ServiceOf(name string) (s AppService, found bool) {
	for _, s := range a.Services {
		if s.Name == name {
			return s, true
		}
	}
	return AppService{}, false
}

// own returns a service as it is in a version: settings of the version override those of
// the service. Replicas and an autoscaler exclude each other.
func (v Version) own(s AppService) AppService {
	for _, own := range v.Services {
		if own.Name != s.Name {
			continue
		}
		if own.Replicas != nil || own.Autoscaler != nil {
			s.Replicas, s.Autoscaler = own.Replicas, own.Autoscaler
		}
		s.Template = cmp.Or(own.Template, s.Template)
		s.Deployment = cmp.Or(own.Deployment, s.Deployment)
		s.DisruptionBudget = cmp.Or(own.DisruptionBudget, s.DisruptionBudget)
	}
	return s
}

// Deployment returns the builder of the Deployment that runs a service in a
// version.
func (a App) Deployment(v Version, s AppService) DeploymentBuilder {
	own := v.own(s)
	b := DeploymentBuilder{Service: s.Name, Version: v.Name, Namespace: a.NamespaceOf(s), Replicas: own.Replicas,
		Template: own.Template}
	if own.Deployment != nil {
		b.Options = *own.Deployment
	}
	return b
}

// Autoscaler returns the builder of the autoscaler of a service in a version;
// found is false when it has none.
func (a App) Autoscaler(v Version, s AppService) (b AutoscalerBuilder, found bool) {
	own := v.own(s).Autoscaler
	if own == nil {
		return AutoscalerBuilder{}, false
	}
	return AutoscalerBuilder{Service: s.Name, Version: v.Name, Namespace: a.NamespaceOf(s), Autoscaler: *own}, true
}

// DisruptionBudget returns the builder of the disruption budget of a service in a
// version; found is false when it has none.
func (a App) DisruptionBudget(v Version, s AppService) (b DisruptionBudgetBuilder, found bool) {
	own := v.own(s).DisruptionBudget
	if own == nil {
		return DisruptionBudgetBuilder{}, false
	}
	return DisruptionBudgetBuilder{Service: s.Name, Version: v.Name, Namespace: a.NamespaceOf(s),
		DisruptionBudget: *own}, true
}

// Service returns the builder of a service's Kubernetes Service.
func (a App) Service(s AppService) ServiceBuilder {
	b := ServiceBuilder{Name: s.Name, Namespace: a.NamespaceOf(s), Port: s.Port, TargetPort: s.TargetPort,
		PortName: s.PortName, Ports: s.Ports}
	if s.Service != nil {
		b.Options = *s.Service
	}
	return b
}
