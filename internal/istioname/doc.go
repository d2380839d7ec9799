// Package istioname reads names as Istio does: the hosts of Services and their
// wildcards, the names of gateways.
package istioname
