// Package istioname reads names as Istio does: hosts of Services, wildcards, and names of gateways.
package istioname
