package istioname

import "strings"

// Mesh is the name of a gateway that means all sidecars.
const Mesh = "mesh"

// Gateway returns the gateway that an object of a namespace names, as "namespace/name" or [Mesh].
// Istio reads "name", "namespace/name" and "./name". It still reads an old form, "name.namespace"
// with anything after it, such as "name.namespace.svc.cluster.local".
// Source: Istio, pilot/pkg/model, resolveGatewayName.
func Gateway(name, namespace string) string {
	if name == Mesh {
		return name
	}
	at, rest, slash := strings.Cut(name, "/")
	switch {
	case slash && at == ".":
		return namespace + "/" + rest
	case slash:
		return name
	}
	if first, after, dotted := strings.Cut(name, "."); dotted {
		of, _, _ := strings.Cut(after, ".")
		return of + "/" + first
	}
	return namespace + "/" + name
}

// ServerHost splits a host of a Gateway's server into the host and the namespace that it is for:
// "*" when it names none. "./host" is for the Gateway's namespace.
func ServerHost(host, namespace string) (name, of string) {
	of, name, found := strings.Cut(host, "/")
	switch {
	case !found:
		return host, "*"
	case of == ".":
		return name, namespace
	}
	return name, of
}
