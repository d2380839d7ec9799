package istioname

import (
	"cmp"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Domain is the DNS domain of a cluster. Empty means "cluster.local".
type Domain string

func (d Domain) suffix() string { return ".svc." + cmp.Or(string(d), "cluster.local") }

// Service returns the full host of a Service. An empty namespace means "default".
func (d Domain) Service(name, namespace string) string {
	return name + "." + cmp.Or(namespace, metav1.NamespaceDefault) + d.suffix()
}

// Full returns a host as Istio reads it in an object of a namespace. A name without dots is a
// Service of the namespace, unless it is a wildcard or an address. Letter case is kept: Istio looks
// Services up by it.
func (d Domain) Full(host, namespace string) string {
	if host == "" || host[0] == '*' || strings.ContainsAny(host, ".:") {
		return host
	}
	return d.Service(host, namespace)
}

// Called returns the full host of a name that a pod of a namespace calls. The DNS search path of
// the pod finds "name", "name.namespace" and "name.namespace.svc".
func (d Domain) Called(name, namespace string) string {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	service, rest, _ := strings.Cut(name, ".")
	switch in, domain, _ := strings.Cut(rest, "."); {
	case rest == "":
		return d.Service(name, namespace)
	case in != "" && (domain == "" || domain == "svc"):
		return d.Service(service, in)
	}
	return name
}

// Short returns a host as people read it: a Service of the default namespace by its name, a Service
// of another one by name and namespace.
func (d Domain) Short(host string) string {
	return strings.TrimSuffix(strings.TrimSuffix(host, d.suffix()), "."+metav1.NamespaceDefault)
}

// Covers reports whether wide means every name that host means. A leading "*" means any
// beginning: "*", "*.example.com", "*-eu.example.com".
func Covers(wide, host string) bool {
	suffix, wild := strings.CutPrefix(wide, "*")
	if !wild {
		return host == wide
	}
	name, hostWild := strings.CutPrefix(host, "*")
	return strings.HasSuffix(name, suffix) && (!hostWild || len(host) >= len(wide))
}

// Overlap reports whether some name belongs to both hosts.
func Overlap(a, b string) bool { return Covers(a, b) || Covers(b, a) }

// Common returns the hosts that two lists share: the narrower one of each overlapping pair.
func Common(a, b []string) []string {
	var out []string
	add := func(host string) {
		if !slices.Contains(out, host) {
			out = append(out, host)
		}
	}
	for _, x := range a {
		for _, y := range b {
			switch {
			case Covers(y, x):
				add(x)
			case Covers(x, y):
				add(y)
			}
		}
	}
	return out
}
