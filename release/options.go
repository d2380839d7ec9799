package release

import (
	"cmp"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/routing"
)

// Options say what Render does besides. The zero value adds nothing.
type Options struct {
	// Mode says what becomes of lanes that a release which is over has left without
	// traffic.
	Mode Mode
	// Routes are further routes of the entry VirtualService. They stand before all
	// others, in this order. An app with a strategy has no such VirtualService, and
	// can have none.
	Routes []routing.Route
	// Calls writes on every Service what it calls, as AnnotationCalls, so that lint
	// and preview know it from the directory.
	Calls bool
	// Each has the last word: it is called for every object before that is placed,
	// in the order of the set, and may change it. Render fails with all errors that
	// it returns. Nil changes nothing.
	Each func(Object) error
}

// External returns what the objects of an app refer to that Render does not build: a
// shared Gateway, and the Service that a mirror of its route names. It is for
// validate.Checker.
func External(app lanes.App) []manifest.Ref {
	var out []manifest.Ref
	if g := app.Gateway; g.Shared {
		out = append(out, manifest.Ref{Group: "networking.istio.io", Kind: "Gateway", Namespace: g.Namespace,
			Name: g.Name})
	}
	if r := app.Gateway.Route; r != nil && r.Mirror != nil && r.Mirror.Service != "" {
		out = append(out, manifest.Ref{Kind: "Service", Namespace: namespaceOf(r.Mirror, app), Name: r.Mirror.Service})
	}
	return out
}

// validate finds options that an app cannot have.
func (o Options) validate(app lanes.App) field.ErrorList {
	if len(o.Routes) > 0 && app.Strategy != "" {
		return field.ErrorList{field.Forbidden(field.NewPath("options", "routes"),
			"may not be set for an app with a strategy: ASM makes its routes")}
	}
	return nil
}

// callsOf returns the value of AnnotationCalls for a service: services of its own
// namespace by their name.
func callsOf(app lanes.App, s lanes.AppService) string {
	var out []string
	for _, name := range s.Calls {
		callee, _ := app.ServiceOf(name)
		if namespace := app.NamespaceOf(callee); namespace != app.NamespaceOf(s) {
			name = cmp.Or(namespace, lanes.DefaultNamespace) + "/" + name
		}
		out = append(out, name)
	}
	return strings.Join(out, ",")
}
