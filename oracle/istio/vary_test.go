package istio_test

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"

	networking "istio.io/api/networking/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/oracle/istio/mesh"
)

// respelled returns the name of a header in random letter case.
func respelled(t *rapid.T, name string) string {
	switch rapid.IntRange(0, 3).Draw(t, "letter case") {
	case 0:
		return strings.ToUpper(name)
	case 1:
		return strings.ToUpper(name[:1]) + name[1:]
	}
	return name
}

// respelledKeys returns a map with its keys in random letter case.
func respelledKeys[V any](t *rapid.T, m map[string]V) map[string]V {
	if m == nil {
		return nil
	}
	out := make(map[string]V, len(m))
	for _, key := range slices.Sorted(maps.Keys(m)) {
		out[respelled(t, key)] = m[key]
	}
	return out
}

// respelledHeaders returns a set in which the headers of routes, and the route header of the lane
// group, have random letter case.
func respelledHeaders(t *rapid.T, set manifest.Set) manifest.Set {
	out := set.All()
	for i, o := range out {
		o.Value = o.Value.DeepCopyObject()
		if g := o.LaneGroup(); g != nil && g.Permissive() != nil {
			p := g.Permissive()
			p.RouteHeader = respelled(t, p.RouteHeader)
		}
		for _, r := range o.VirtualService().GetHttp() {
			for _, m := range r.Match {
				m.Headers = respelledKeys(t, m.Headers)
			}
			for _, to := range r.Route {
				if request := to.GetHeaders().GetRequest(); request != nil {
					request.Set = respelledKeys(t, request.Set)
				}
			}
		}
		out[i] = o
	}
	return manifest.NewSet(out...)
}

// variation changes the objects of plain Istio.
type variation struct {
	t   *rapid.T
	tb  testing.TB
	app lanes.App
	// own, edge and far are the namespaces of the app, of its gateway, and of other callers.
	own, edge, far string
	ports          map[string][]uint32 // of the Services, by host
}

// newVariation returns a variation of an app's objects.
func newVariation(t *rapid.T, tb testing.TB, app lanes.App) *variation {
	return &variation{t: t, tb: tb, app: app, own: app.Namespace, edge: app.Namespace + "-edge", far: app.Namespace +
		"-far", ports: map[string][]uint32{}}
}

// often returns true once in n times.
func (v *variation) often(n int, what string) bool {
	return rapid.IntRange(1, n).Draw(v.t, what) == n
}

func (v *variation) namespace() string {
	return rapid.SampledFrom([]string{v.own, v.own, v.own, v.edge, v.far, "istio-system"}).Draw(v.t, "namespace")
}

func (v *variation) exportTo() []string {
	return rapid.SampledFrom([][]string{nil, nil, nil, {"*"}, {"."}, {v.own}, {v.far}, {v.edge}, {v.own, v.far},
		{v.edge, v.own, v.far}}).Draw(v.t, "exportTo")
}

// vary returns the set with variations. Services have several ports, destinations have a port or
// none, and the gateway has two ports. VirtualServices and DestinationRules are in other
// namespaces, and are exported to some.
func (v *variation) vary(set manifest.Set) manifest.Set {
	all := set.All()
	for i, o := range all {
		if service := o.Service(); service != nil {
			all[i] = v.service(o)
			for _, p := range all[i].Service().Spec.Ports {
				host := lanes.Host(o.Ref.Name, v.own)
				v.ports[host] = append(v.ports[host], uint32(p.Port))
			}
		}
	}
	var out []manifest.Object
	for _, o := range all {
		o.Value = o.Value.DeepCopyObject()
		switch {
		case o.Gateway() != nil:
			v.gateway(o.Gateway())
		case o.VirtualService() != nil:
			v.virtualService(o.VirtualService(), o.Ref.Namespace)
			if len(o.VirtualService().Gateways) == 0 {
				o = v.moved(o, "")
			}
		case o.DestinationRule() != nil:
			spec := o.DestinationRule()
			spec.Host = v.full(spec.Host)
			if v.often(3, "another rule") {
				other := o
				other.Value = o.Value.DeepCopyObject()
				few := other.DestinationRule()
				few.ExportTo = v.exportTo()
				few.Subsets = slices.DeleteFunc(few.Subsets,
					func(*networking.Subset) bool { return v.often(2, "lacks a subset") })
				out = append(out, v.moved(other, "-"+rapid.SampledFrom([]string{"0", "z"}).Draw(v.t, "name")))
			}
			spec.ExportTo = v.exportTo()
			o = v.moved(o, "")
		}
		out = append(out, o)
	}
	return manifest.NewSet(out...)
}

// moved returns an object in a random namespace, with a name that no other app's object has.
func (v *variation) moved(o manifest.Object, suffix string) manifest.Object {
	meta := o.Value.(metav1.Object)
	meta.SetNamespace(v.namespace())
	meta.SetName(v.own + "." + meta.GetName() + suffix)
	return object(v.tb, o.Value)
}

// full returns the full name of a host of the app.
func (v *variation) full(host string) string {
	if strings.Contains(host, ".") {
		return host
	}
	return lanes.Host(host, v.own)
}

// service returns a Service that may have another port, before or after its first one.
func (v *variation) service(o manifest.Object) manifest.Object {
	o.Value = o.Value.DeepCopyObject()
	spec := &o.Service().Spec
	if v.often(2, "another port") {
		port := corev1.ServicePort{Name: "http-more", Port: spec.Ports[0].Port%65535 + 1,
			TargetPort: spec.Ports[0].TargetPort}
		if rapid.Bool().Draw(v.t, "first") {
			spec.Ports = append([]corev1.ServicePort{port}, spec.Ports...)
		} else {
			spec.Ports = append(spec.Ports, port)
		}
	}
	return o
}

// gateway adds a port to a Gateway.
func (v *variation) gateway(spec *networking.Gateway) {
	if v.often(2, "another server") {
		first := spec.Servers[0]
		other := first.DeepCopy()
		other.Port.Number, other.Port.Name = first.Port.Number%65535+1, "http-more"
		spec.Servers = append(spec.Servers, other)
	}
}

// virtualService draws the visibility of a VirtualService and the ports of its destinations, and
// makes its hosts full.
func (v *variation) virtualService(spec *networking.VirtualService, namespace string) {
	spec.ExportTo = v.exportTo()
	for i, g := range spec.Gateways {
		if !strings.Contains(g, "/") {
			spec.Gateways[i] = namespace + "/" + g
		}
	}
	for i, host := range spec.Hosts {
		if len(spec.Gateways) == 0 {
			spec.Hosts[i] = v.full(host)
		}
	}
	for _, r := range spec.Http {
		for _, m := range r.Match {
			if len(spec.Gateways) > 0 && v.often(6, "match of a port") {
				port := cmp.Or(v.app.Gateway.Port, 80)
				m.Port = rapid.SampledFrom([]uint32{port, port%65535 + 1}).Draw(v.t, "port")
			}
		}
		for _, to := range r.Route {
			d := to.Destination
			d.Host = v.full(d.Host)
			d.Port = nil
			if ports := append(slices.Clone(v.ports[d.Host]), 0, 0); v.often(2, "port") {
				if port := rapid.SampledFrom(ports).Draw(v.t, "port of the destination"); port > 0 {
					d.Port = &networking.PortSelector{Number: port}
				}
			}
		}
	}
}

// others returns pods in no lane: in the app's namespace and in another one.
func (d drawn) others() []*corev1.Pod {
	job, far := mesh.PodOf("job", d.app.Namespace, map[string]string{"job-name": "nightly"}),
		mesh.PodOf("far", d.app.Namespace+"-far", map[string]string{"job-name": "nightly"})
	mesh.Place(job, "10.98.0.1")
	mesh.Place(far, "10.98.0.2")
	return []*corev1.Pod{job, far}
}
