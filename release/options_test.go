package release_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/routing"
	"github.com/swimlane-go/swimlane/validate"
)

// Each sees every object once, in the order of the set, and has the last word.
func TestEachHasTheLastWord(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		app := gen.Shop(t)
		plan := gen.Plan(t, app)
		state := gen.State(t, plan)
		plain, err := release.Render(app, plan, state, release.Options{})
		require.NoError(t, err)
		var seen []string
		set, err := release.Render(app, plan, state, release.Options{Each: func(o release.Object) error {
			seen = append(seen, o.GetObjectKind().GroupVersionKind().Kind+" "+o.GetName())
			o.SetAnnotations(map[string]string{"team": "a"})
			return nil
		}})
		require.NoError(t, err)
		want := []string{}
		for i, o := range set.All() {
			want = append(want, o.Ref.Kind+" "+o.Ref.Name)
			require.Equal(t, map[string]string{"team": "a"}, o.Meta().GetAnnotations())
			require.Equal(t, plain.All()[i].File, o.File)
		}
		require.Equal(t, want, seen)
	})
}

func TestEachMayRefuse(t *testing.T) {
	t.Parallel()
	first, second := errors.New("no lanes"), errors.New("no routes")
	set, err := release.Render(mock.App(), mock.Plan(), drive(t), release.Options{Each: func(o release.Object) error {
		return map[string]error{lanes.KindLane: first,
			"VirtualService": second}[o.GetObjectKind().GroupVersionKind().Kind]
	}})
	require.Zero(t, set.Len())
	require.ErrorIs(t, err, first)
	require.ErrorIs(t, err, second)
	require.ErrorContains(t, err, "ASMSwimLane v2: no lanes")
}

func TestRoutesStandBeforeAllOthers(t *testing.T) {
	t.Parallel()
	host := lanes.Host("mocka", "")
	health := routing.Route{Name: "health", Matches: []routing.Match{routing.PathExact("/health")},
		Destinations: []routing.Destination{{Host: host, Weight: 100}}}
	app := mock.App()
	app.Gateway.Route = &lanes.RouteOptions{Name: "main",
		Testers: []lanes.Testers{{Name: "testers", Version: "v3",
			Headers: map[string]lanes.StringMatch{"x-tester": {Exact: "1"}}}}}
	set, err := release.Render(app, mock.Plan(), drive(t), release.Options{Routes: []routing.Route{health}})
	require.NoError(t, err)
	var names []string
	for _, r := range set.Kind("VirtualService")[0].VirtualService().Http {
		names = append(names, r.Name)
	}
	require.Equal(t, []string{"health", "testers", "main"}, names)
	require.Empty(t, validate.Check(set))

	app = mock.App()
	app.Strategy, app.Services[0].Port = lanes.RoutingWeighted, 0
	_, err = release.Render(app, mock.Plan(), drive(t), release.Options{Routes: []routing.Route{health}})
	fieldtest.Equal(t, field.ErrorList{fieldtest.Invalid("services[0].port", "port"),
		fieldtest.Forbidden("options.routes")}, fieldtest.Of(err))
	_, err = release.Render(mock.App(), mock.Plan(), drive(t), release.Options{Routes: []routing.Route{{}}})
	require.ErrorContains(t, err, "spec.http[0].route")
}

// A route name and calls are written only when they are asked for.
func TestNothingIsWrittenUnasked(t *testing.T) {
	t.Parallel()
	plain, err := release.Render(mock.App(), mock.Plan(), drive(t), release.Options{})
	require.NoError(t, err)
	require.NotContains(t, text(t, plain), release.AnnotationCalls)
	require.NotContains(t, text(t, plain), "- name: main")
	app := mock.App()
	app.Services[1].Namespace = "b"
	app.Services[1].Service = &lanes.ServiceOptions{Annotations: map[string]string{"team": "b"}}
	set, err := release.Render(app, mock.Plan(), drive(t), release.Options{Calls: true})
	require.NoError(t, err)
	var calls []string
	for _, o := range set.Kind("Service") {
		value, found := o.Meta().GetAnnotations()[release.AnnotationCalls]
		require.True(t, found)
		calls = append(calls, o.Ref.Name+": "+value)
	}
	require.Equal(t, "mocka: b/mockb; mockb: default/mockc; mockc: ", strings.Join(calls, "; "))
	require.Equal(t, map[string]string{"team": "b"}, app.Services[1].Service.Annotations,
		"the declaration stays as it is")
}

// Lanes that are cleaned up take their routes along.
func TestRetiredLanesHaveNoTestersAndNoMirror(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		for _, o := range d.set.Kind("VirtualService") {
			for _, r := range o.VirtualService().Http {
				for _, to := range r.Route {
					require.False(t, d.retired(to.Destination.Subset), "%v", to)
				}
				if m := r.GetMirror(); m.GetSubset() != "" {
					require.False(t, d.retired(m.Subset))
				}
			}
		}
	})
}

func TestExternalNamesWhatIsNotBuilt(t *testing.T) {
	t.Parallel()
	require.Empty(t, release.External(mock.App()))
	app := mock.App()
	app.Gateway.Shared = true
	app.Gateway.Route = &lanes.RouteOptions{Mirror: &lanes.Mirror{Service: "recorder"}}
	external := release.External(app)
	require.Equal(t, []manifest.Ref{
		{Group: "networking.istio.io", Kind: "Gateway", Namespace: "istio-system", Name: "ingressgateway"},
		{Kind: "Service", Namespace: "default", Name: "recorder"},
	}, external)
	set, err := release.Render(app, mock.Plan(), drive(t), release.Options{})
	require.NoError(t, err)
	require.Len(t, validate.Check(set), 3) // by the route, by the lane group, of the mirror
	require.Empty(t, validate.Checker{External: external}.Check(set))
}
