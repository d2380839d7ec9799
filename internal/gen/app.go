// Package gen makes random valid declarations for property tests.
package gen

import (
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/intstr"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/lanes"
)

// App draws an app of 1 to 8 services and 2 to 6 versions. It is strict or permissive. The weights
// are in a VirtualService or in the lanes. Its Validate finds no fault. The last version is the
// candidate of the plans that Plan draws.
func App(t *rapid.T) lanes.App {
	n := names{owners: map[string]bool{}}
	versions := n.versions(t)
	services := n.services(t, versions)
	app := lanes.App{
		Name:      label().Draw(t, "app"),
		Namespace: rapid.SampledFrom([]string{"", "default", "shop", "team-a"}).Draw(t, "namespace"),
		Gateway:   gateway(t, services),
		Versions:  versions,
	}
	for i, name := range services {
		app.Services = append(app.Services, service(t, name, services[i+1:], app.Versions))
	}
	modes(t, &app)
	return app
}

// names draws names of services and versions. Service and version, joined with a hyphen, name at
// most one Deployment.
type names struct {
	owners map[string]bool // the Deployments' names
}

func (n names) versions(t *rapid.T) []lanes.Version {
	drawn := rapid.SliceOfNDistinct(rapid.OneOf(
		rapid.SampledFrom([]string{"v1", "v2", "v3", "v4", "stable", "2", "2024-05", "v1-hotfix"}),
		label(),
	), 2, 6, rapid.ID[string]).Draw(t, "versions")
	out := make([]lanes.Version, len(drawn))
	taken := map[string]bool{}
	for i, name := range drawn {
		out[i].Name = name
		taken[name] = true
	}
	switch rapid.SampledFrom([]string{"same", "own", "swapped"}).Draw(t, "lane names") {
	case "own": // some lanes have a name that no version has
		for i := range out {
			if rapid.Bool().Draw(t, "own lane") {
				out[i].Lane = label().Filter(func(s string) bool { return !taken[s] }).Draw(t, "lane")
				taken[out[i].Lane] = true
			}
		}
	case "swapped": // each lane has the name of another version: code that confuses the two fails
		for i := range out {
			out[i].Lane = drawn[(i+1)%len(drawn)]
		}
	}
	return out
}

func (n names) services(t *rapid.T, versions []lanes.Version) []string {
	count := rapid.IntRange(1, 8).Draw(t, "number of services")
	out := make([]string, count)
	for i := range out {
		out[i] = rapid.OneOf(
			rapid.SampledFrom([]string{"mocka", "mockb", "mockc", "cart", "cart-v1", "pay", "a", "a-b"}),
			rapid.StringMatching(`[a-z]([a-z0-9-]{0,8}[a-z0-9])?`),
			rapid.StringMatching(`[a-z][a-z0-9-]{61}[a-z0-9]`),
		).Filter(func(name string) bool {
			return !slices.Contains(out[:i], name) && !slices.ContainsFunc(versions, func(v lanes.Version) bool {
				return n.owners[lanes.DeploymentName(name, v.Name)]
			})
		}).Draw(t, "service")
		for _, v := range versions {
			n.owners[lanes.DeploymentName(out[i], v.Name)] = true
		}
	}
	return out
}

// service draws a service that calls some services of after: the calls of the app have no cycle. It
// also fills in the service's settings of each version.
func service(t *rapid.T, name string, after []string, versions []lanes.Version) lanes.AppService {
	s := lanes.AppService{
		Name:     name,
		Port:     rapid.Int32Range(1, 65535).Draw(t, "port"),
		PortName: rapid.SampledFrom([]string{"", "http", "http2", "grpc", "http-web", "grpc-api"}).Draw(t, "port name"),
		Replicas: replicas(t),
	}
	if rapid.Bool().Draw(t, "has target port") {
		s.TargetPort = intstr.FromInt32(rapid.Int32Range(1, 65535).Draw(t, "target port"))
	}
	for _, callee := range after {
		if rapid.IntRange(0, 2).Draw(t, "calls") == 0 {
			s.Calls = append(s.Calls, callee)
		}
	}
	s.Calls = shuffled(t, s.Calls)
	shared := rapid.Bool().Draw(t, "shared template")
	if shared {
		s.Template = template(t, s, nil)
	}
	for i := range versions {
		v := &versions[i]
		own := lanes.VersionService{Name: name}
		if !shared || rapid.IntRange(0, 2).Draw(t, "own template") == 2 {
			own.Template = template(t, s, v)
		}
		if rapid.IntRange(0, 3).Draw(t, "own replicas") == 3 {
			own.Replicas = replicas(t)
		}
		if own.Template != nil || own.Replicas != nil {
			v.Services = append(v.Services, own)
		}
	}
	return s
}

func replicas(t *rapid.T) *int32 {
	return rapid.Ptr(rapid.Int32Range(1, 5), true).Draw(t, "replicas")
}

func gateway(t *rapid.T, services []string) lanes.Gateway {
	g := lanes.Gateway{
		Name:      rapid.SampledFrom([]string{"ingressgateway", "gw", "shop-gateway", "0gw"}).Draw(t, "gateway"),
		Namespace: rapid.SampledFrom([]string{"istio-system", "default", "shop", "edge"}).Draw(t, "gateway namespace"),
		Selector:  labels(t, "istio", "app", "tier"),
		Port:      rapid.OneOf(rapid.Just(uint32(0)), rapid.Uint32Range(1, 65535)).Draw(t, "gateway port"),
		Shared:    rapid.Bool().Draw(t, "shared"),
		Hosts: rapid.OneOf(rapid.SampledFrom([][]string{nil, {"*"}}), rapid.SliceOfNDistinct(
			rapid.SampledFrom([]string{"shop.example.com", "*.example.org", "example.org", "1.example.com"}), 1, 3,
			rapid.ID[string],
		)).Draw(t, "hosts"),
	}
	if g.Shared && !slices.Contains(g.Hosts, "*") && rapid.Bool().Draw(t, "short host") {
		g.Hosts = append(g.Hosts, "localhost")
	}
	for range rapid.IntRange(0, 3).Draw(t, "number of matches") {
		g.Matches = append(g.Matches, requestMatch(t))
	}
	if rapid.Bool().Draw(t, "names its service") {
		g.Service = rapid.SampledFrom(services).Draw(t, "gateway service")
	}
	return g
}

func requestMatch(t *rapid.T) lanes.RequestMatch {
	var m lanes.RequestMatch
	if rapid.IntRange(0, 3).Draw(t, "uri") > 0 {
		m.URI = new(stringMatch(t, "/"))
	}
	for _, name := range []string{"x-user", "cookie", "end-user", "x-asm-prefer-tag"} {
		if rapid.IntRange(0, 3).Draw(t, "header "+name) == 3 {
			if m.Headers == nil {
				m.Headers = map[string]lanes.StringMatch{}
			}
			m.Headers[name] = stringMatch(t, "")
		}
	}
	return m
}

// stringMatch draws a match. Its plain strings start with prefix.
func stringMatch(t *rapid.T, prefix string) lanes.StringMatch {
	plain := rapid.SampledFrom([]string{"mock", "v1", "a/b", "true", "null", "1e3", "a: b #c", "' \"", "ü"})
	switch rapid.SampledFrom([]string{"exact", "prefix", "regex"}).Draw(t, "match") {
	case "exact":
		return lanes.StringMatch{Exact: prefix + plain.Draw(t, "exact")}
	case "prefix":
		return lanes.StringMatch{Prefix: prefix + plain.Draw(t, "prefix")}
	default:
		return lanes.StringMatch{Regex: rapid.SampledFrom([]string{".*", "/mock/[0-9]+", "^/v[12]$", "a|b",
			`\d{3}`}).Draw(t, "regex")}
	}
}

// label draws a DNS-1123 label, now and then of the greatest length.
func label() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?`),
		rapid.StringMatching(`[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?`),
		rapid.Just(strings.Repeat("long-", 12)+"end"),
	)
}

// labels draws labels with some of the keys, nil when with none.
func labels(t *rapid.T, keys ...string) map[string]string {
	var out map[string]string
	for _, key := range keys {
		if rapid.Bool().Draw(t, "label "+key) {
			if out == nil {
				out = map[string]string{}
			}
			out[key] = rapid.SampledFrom([]string{"a", "", "true", "1", "1.20", "2024-01-01", "A_b.c"}).Draw(t,
				"label value")
		}
	}
	return out
}

func shuffled(t *rapid.T, s []string) []string {
	if len(s) < 2 {
		return s
	}
	return rapid.Permutation(s).Draw(t, "order")
}

// podLabels returns labels for a pod template. Some are labels that the Deployment of the service,
// and of version v unless nil, adds too.
func podLabels(t *rapid.T, service string, v *lanes.Version) map[string]string {
	out := labels(t, "team", "tier", "app.kubernetes.io/part-of")
	ours := map[string]string{lanes.LabelApp: service}
	if v != nil {
		ours[lanes.LabelVersion], ours[lanes.LabelTrafficTag] = v.Name, v.Name
	}
	for _, key := range slices.Sorted(maps.Keys(ours)) {
		if rapid.IntRange(0, 3).Draw(t, "has "+key) == 3 {
			if out == nil {
				out = map[string]string{}
			}
			out[key] = ours[key]
		}
	}
	return out
}
