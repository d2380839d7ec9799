package lanes_test

import (
	"cmp"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
)

// shop returns a fresh app of two services and two versions.
func shop() lanes.App {
	return lanes.App{
		Name:    "shop",
		Gateway: lanes.Gateway{Name: "gw", Namespace: "istio-system"},
		Services: []lanes.AppService{
			{Name: "web", Port: 80, Template: pod(), Calls: []string{"cart"}},
			{Name: "cart", Port: 80, Template: pod()},
		},
		Versions: []lanes.Version{{Name: "v1"}, {Name: "v2"}},
	}
}

func TestAppValidate(t *testing.T) {
	invalid, required, duplicate, notFound := fieldtest.Invalid, fieldtest.Required, fieldtest.Duplicate,
		fieldtest.NotFound
	own := func(v *lanes.Version, names ...string) {
		for _, name := range names {
			v.Services = append(v.Services, lanes.VersionService{Name: name, Template: pod()})
		}
	}
	for name, test := range map[string]struct {
		spoil func(a *lanes.App)
		want  field.ErrorList
	}{
		"nothing": {func(*lanes.App) {}, nil},
		"no name": {func(a *lanes.App) { a.Name = "" }, field.ErrorList{required("name")}},
		"64 characters": {func(a *lanes.App) {
			a.Name, a.Services[1].Name = name64,
				name64
			a.Services[0].Calls = nil
		}, field.ErrorList{invalid("name", dnsLabel), invalid("services[1].name", dns1035)}},
		"bad namespace": {func(a *lanes.App) { a.Namespace = "a/b" },
			field.ErrorList{invalid("namespace", dnsLabel)}},
		"no gateway": {func(a *lanes.App) { a.Gateway = lanes.Gateway{} },
			field.ErrorList{required("gateway.name"), required("gateway.namespace")}},
		"gateway port": {func(a *lanes.App) { a.Gateway.Port = 65536 },
			field.ErrorList{invalid("gateway.port", "port")}},
		"gateway selector": {func(a *lanes.App) { a.Gateway.Selector = map[string]string{"a b": "!"} },
			field.ErrorList{invalid("gateway.selector", "format=label-key"),
				invalid("gateway.selector[a b]", "format=label-value")}},
		"gateway hosts": {func(a *lanes.App) {
			a.Gateway.Hosts = []string{"*.example.com", "a.*.com", "b.org",
				"b.org"}
		}, field.ErrorList{invalid("gateway.hosts[1]", dnsSubdomain), duplicate("gateway.hosts[3]")}},
		"gateway hosts overlap": {func(a *lanes.App) { a.Gateway.Hosts = []string{"*.example.com", "a.example.com"} },
			field.ErrorList{invalid("gateway.hosts[1]", "overlap")}},
		"gateway host short": {func(a *lanes.App) { a.Gateway.Hosts = []string{"shop"} },
			field.ErrorList{invalid("gateway.hosts[0]", "format=fqdn")}},
		"short at a shared one": {func(a *lanes.App) { a.Gateway.Hosts, a.Gateway.Shared = []string{"shop"}, true },
			nil},
		"gateway with a dot": {func(a *lanes.App) { a.Gateway.Name = "shop.gateway" },
			field.ErrorList{invalid("gateway.name", dnsLabel)}},
		"gateway service": {func(a *lanes.App) { a.Gateway.Service = "nobody" },
			field.ErrorList{notFound("gateway.service")}},
		"no services": {func(a *lanes.App) { a.Services = nil }, field.ErrorList{required("services")}},
		"services of one name": {func(a *lanes.App) { a.Services[1].Name = "web"; a.Services[0].Calls = nil },
			field.ErrorList{duplicate("services[1].name")}},
		"ports": {func(a *lanes.App) {
			a.Services[0].Port, a.Services[1].Port, a.Services[1].TargetPort = 0, 65536, intstr.FromInt32(-1)
		}, field.ErrorList{invalid("services[0].port", "port"), invalid("services[1].port", "port"),
			invalid("services[1].targetPort", "port")}},
		"port name": {func(a *lanes.App) { a.Services[0].PortName = "tcp" },
			field.ErrorList{invalid("services[0].portName", "http-port")}},
		"replicas": {func(a *lanes.App) { a.Services[0].Replicas = new(int32(-1)) },
			field.ErrorList{invalid("services[0].replicas", "")}},
		"calls": {func(a *lanes.App) { a.Services[0].Calls = []string{"cart", "nobody", "cart"} },
			field.ErrorList{notFound("services[0].calls[1]"), duplicate("services[0].calls[2]")}},
		"nil template": {func(a *lanes.App) { a.Services[1].Template = nil },
			field.ErrorList{required("services[1].template")}},
		"template in one version": {func(a *lanes.App) { a.Services[1].Template = nil; own(&a.Versions[0], "cart") },
			field.ErrorList{required("services[1].template")}},
		"template in each version": {func(a *lanes.App) {
			a.Services[1].Template = nil
			own(&a.Versions[0], "cart")
			own(&a.Versions[1], "cart")
		}, nil},
		"empty template": {func(a *lanes.App) { a.Services[0].Template.Spec.Containers = nil },
			field.ErrorList{required("services[0].template.spec.containers")}},
		"template of another": {
			func(a *lanes.App) { a.Services[0].Template.Labels = map[string]string{"app": "cart"} },
			field.ErrorList{invalid("services[0].template.metadata.labels[app]", "version-label")}},
		"template of one version": {
			func(a *lanes.App) { a.Services[0].Template.Labels = map[string]string{"version": "v1"} },
			field.ErrorList{invalid("services[0].template.metadata.labels[version]", "version-label")}},
		"no versions": {func(a *lanes.App) { a.Versions = nil }, field.ErrorList{required("versions")}},
		"versions of one name": {func(a *lanes.App) { a.Versions[1].Name = "v1" },
			field.ErrorList{duplicate("versions[1].name"), duplicate("versions[1].lane")}},
		"lanes of one name": {func(a *lanes.App) { a.Versions[1].Lane = "v1" },
			field.ErrorList{duplicate("versions[1].lane")}},
		"swapped lanes": {func(a *lanes.App) { a.Versions[0].Lane, a.Versions[1].Lane = "v2", "v1" }, nil},
		"bad version": {func(a *lanes.App) { a.Versions[1].Name = "V2" },
			field.ErrorList{invalid("versions[1].name", dnsLabel)}},
		"bad lane": {func(a *lanes.App) { a.Versions[1].Lane = "v.2" },
			field.ErrorList{invalid("versions[1].lane", dnsLabel)}},
		"version's unknown service": {func(a *lanes.App) { own(&a.Versions[0], "nobody") },
			field.ErrorList{notFound("versions[0].services[0].name")}},
		"version's service twice": {func(a *lanes.App) { own(&a.Versions[0], "web", "web") },
			field.ErrorList{duplicate("versions[0].services[1].name")}},
		"version's replicas": {func(a *lanes.App) {
			own(&a.Versions[0],
				"web")
			a.Versions[0].Services[0].Replicas = new(int32(-1))
		}, field.ErrorList{invalid("versions[0].services[0].replicas", "")}},
		"version's labels": {func(a *lanes.App) {
			own(&a.Versions[0], "web")
			a.Versions[0].Services[0].Template.Labels = map[string]string{"version": "v2"}
		}, field.ErrorList{invalid("versions[0].services[0].template.metadata.labels[version]", "version-label")}},
		"names that run together": {func(a *lanes.App) {
			a.Services[0].Name, a.Services[0].Calls = "cart-x", nil // with v1 the name of
			a.Versions[1].Name = "x-v1"                             // cart with x-v1
		}, field.ErrorList{invalid("versions[1].name", "deployment-name")}},
	} {
		t.Run(name, func(t *testing.T) {
			a := shop()
			test.spoil(&a)
			fieldtest.Equal(t, test.want, a.Validate())
		})
	}
	fieldtest.Equal(t, field.ErrorList{required("name"), required("gateway.name"), required("gateway.namespace"),
		required("services"), required("versions")}, lanes.App{}.Validate())
}

func TestRequestMatchValidate(t *testing.T) {
	invalid := fieldtest.Invalid
	const at = "gateway.matches[0]"
	for name, test := range map[string]struct {
		match lanes.RequestMatch
		want  field.ErrorList
	}{
		"anything": {lanes.RequestMatch{}, nil},
		"exact":    {lanes.RequestMatch{URI: &lanes.StringMatch{Exact: "/mock"}}, nil},
		"regex": {lanes.RequestMatch{URI: &lanes.StringMatch{Regex: "/[a-z]+"},
			Headers: map[string]lanes.StringMatch{"x-user": {Prefix: "a"}}}, nil},
		"empty": {lanes.RequestMatch{URI: &lanes.StringMatch{}},
			field.ErrorList{invalid(at+".uri", "one-of")}},
		"two": {lanes.RequestMatch{URI: &lanes.StringMatch{Exact: "/a", Prefix: "/b"}},
			field.ErrorList{invalid(at+".uri", "one-of")}},
		"relative": {lanes.RequestMatch{URI: &lanes.StringMatch{Prefix: "mock"}},
			field.ErrorList{invalid(at+".uri", "")}},
		"bad expression": {lanes.RequestMatch{URI: &lanes.StringMatch{Regex: "("}},
			field.ErrorList{invalid(at+".uri.regex", "format=re2")}},
		"headers": {lanes.RequestMatch{Headers: map[string]lanes.StringMatch{"X-User": {Exact: "a"}, "y": {}}},
			field.ErrorList{invalid(at+".headers[X-User]", "format=header"), invalid(at+".headers[y]", "one-of")}},
		"header with bars": {lanes.RequestMatch{Headers: map[string]lanes.StringMatch{"a b": {Exact: "a"}}},
			field.ErrorList{invalid(at+".headers[a b]", "format=header")}},
	} {
		t.Run(name, func(t *testing.T) {
			a := shop()
			a.Gateway.Matches = []lanes.RequestMatch{test.match}
			fieldtest.Equal(t, test.want, a.Validate())
		})
	}
}

func TestVersionOfAndEntry(t *testing.T) {
	a := shop()
	a.Versions[0].Lane, a.Versions[1].Lane = "v2", "shop-v2"
	v, found := a.VersionOf("v2")
	require.True(t, found)
	require.Equal(t, "v1", v.Name, "by lane, not by version")
	_, found = a.VersionOf("v1")
	require.False(t, found)

	require.Equal(t, "web", a.Entry().Name)
	a.Gateway.Service = "cart"
	require.Equal(t, "cart", a.Entry().Name)
	a.Gateway.Service = "nobody"
	require.Equal(t, lanes.AppService{}, a.Entry())
	require.Equal(t, lanes.AppService{}, lanes.App{}.Entry())
}

func TestVersionMayHaveItsOwn(t *testing.T) {
	a := shop()
	a.Services[0].Replicas = new(int32(1))
	next := pod()
	next.Spec.Containers[0].Image = "mock:2"
	a.Versions[1].Services = []lanes.VersionService{{Name: "web", Template: next, Replicas: new(int32(5))}}
	require.Empty(t, a.Validate())

	image := func(v, s int) (string, int32) {
		d, err := a.Deployment(a.Versions[v], a.Services[s]).Build()
		require.NoError(t, err)
		if d.Spec.Replicas == nil {
			return d.Spec.Template.Spec.Containers[0].Image, -1
		}
		return d.Spec.Template.Spec.Containers[0].Image, *d.Spec.Replicas
	}
	for _, test := range []struct {
		version, service int
		image            string
		replicas         int32
	}{{0, 0, "mock:1", 1}, {0, 1, "mock:1", -1}, {1, 0, "mock:2", 5}, {1, 1, "mock:1", -1}} {
		got, replicas := image(test.version, test.service)
		require.Equal(t, test.image, got, test)
		require.Equal(t, test.replicas, replicas, test)
	}
}

// built is everything that an app builds, with what it is for.
type built struct {
	service, version string
	deployment       *appsv1.Deployment
}

// TestSelectorsMeetTheirPods holds, by the rule that Kubernetes applies, which
// pods are selected by what.
func TestSelectorsMeetTheirPods(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		app := gen.Shop(t)
		var all []built
		names := map[string]bool{}
		for _, v := range app.Versions {
			for _, s := range app.Services {
				if !v.Has(s.Name) {
					continue
				}
				d, err := app.Deployment(v, s).Build()
				require.NoError(t, err)
				require.False(t, names[d.Name], "Deployment %s twice", d.Name)
				names[d.Name] = true
				all = append(all, built{s.Name, v.Name, d})
			}
		}
		// selects checks that a selector takes the pods that it should, no more.
		selects := func(selector map[string]string, should func(b built) bool, what string) {
			for _, b := range all {
				pod := labels.Set(b.deployment.Spec.Template.Labels)
				require.Equal(t, should(b), labels.SelectorFromSet(selector).Matches(pod), "%s and the pods of %s",
					what, b.deployment.Name)
			}
		}
		for _, one := range all {
			selects(one.deployment.Spec.Selector.MatchLabels, func(b built) bool { return b == one },
				one.deployment.Name)
		}
		for _, s := range app.Services {
			service, err := app.Service(s).Build()
			require.NoError(t, err)
			selects(service.Spec.Selector, func(b built) bool { return b.service == s.Name }, "Service "+s.Name)
		}
		for _, v := range app.Versions {
			lane, err := app.Lane(v).Build()
			require.NoError(t, err)
			require.Equal(t, v.LaneName(), lane.Name)
			require.Equal(t, app.Name, lane.Labels[lanes.LabelLaneGroup])
			selects(lane.Spec.LabelSelector, func(b built) bool { return b.version == v.Name }, "lane "+lane.Name)
		}
		group, err := app.LaneGroup().Build()
		require.NoError(t, err)
		require.Len(t, group.Spec.Services, len(app.Services))
		for i, ref := range group.Spec.Services {
			s := app.Services[i]
			require.Equal(t, s.Name, ref.Name)
			require.Equal(t, lanes.Host(s.Name, cmp.Or(s.Namespace, app.Namespace)),
				lanes.Host(ref.Name, ref.Namespace))
		}
	})
}

func TestAppSurvivesJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		app := gen.Shop(t)
		data, err := json.Marshal(app)
		require.NoError(t, err)
		var read lanes.App
		require.NoError(t, json.Unmarshal(data, &read))
		again, err := json.Marshal(read)
		require.NoError(t, err)
		require.Equal(t, string(data), string(again))
		require.Empty(t, read.Validate())
	})
}
