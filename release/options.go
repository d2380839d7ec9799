package release

import (
	"cmp"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/routing"
)

// Options say what else Render does. The zero value adds nothing.
type Options struct {
	// Mode says what happens to lanes without traffic after a release is over.
	Mode Mode
	// Routes are further routes of the entry VirtualService. They come before all others, in
	// this order. An app with a strategy may not have any, since ASM makes its routes.
	Routes []routing.Route
	// Calls writes the calls of every Service as AnnotationCalls, so that lint and preview know
	// them from the directory.
	Calls bool
	// Each is called for every object before it is placed, in the order of the set, and may
	// change it. Render fails with all errors that it returns. Nil changes nothing.
	Each func(Object) error
}

// External returns the objects outside Render that the objects of an app refer to: a shared
// Gateway, and the Service of a mirror of its route. It is for validate.Checker.
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

// validate returns the options that an app cannot have.
func (o Options) validate(app lanes.App) field.ErrorList {
	if len(o.Routes) > 0 && app.Strategy != "" {
		return field.ErrorList{field.Forbidden(field.NewPath("options", "routes"),
			"may not be set for an app with a strategy: ASM makes its routes")}
	}
	return nil
}

// callsOf returns the value of AnnotationCalls for a service. Services of the same namespace
// are named without it.
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
