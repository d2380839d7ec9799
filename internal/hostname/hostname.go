// Package hostname spells the hosts of Services as Istio does.
package hostname

import (
	"cmp"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Service returns the host of a Service. An empty namespace means "default".
func Service(name, namespace string) string {
	return name + "." + cmp.Or(namespace, metav1.NamespaceDefault) + ".svc.cluster.local"
}

// Full returns a host as Istio reads it in an object of a namespace: a name
// without dots, which is neither "*" nor an address, is a Service of that
// namespace. Letter case is kept: Istio looks Services up by it.
func Full(host, namespace string) string {
	if host == "" || host == "*" || strings.ContainsAny(host, ".:") {
		return host
	}
	return Service(host, namespace)
}
