package main

import (
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"
	corev1 "k8s.io/api/core/v1"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/lanes"
)

// spoilings are changes of a tree; some are good, others break it. A change that does not fit does
// nothing.
var spoilings = map[string]func(t *rapid.T, w *tree){
	"unknown fallback key": func(t *rapid.T, w *tree) {
		if c := w.config(); c != nil {
			c.ServiceLevelFallbackTarget = map[string]string{"default/mokcb": one(t, w.lanes).Name}
		}
	},
	"fallback key twice": func(t *rapid.T, w *tree) {
		if c := w.config(); c != nil {
			ref := w.group.Spec.Services[0]
			c.ServiceLevelFallbackTarget = map[string]string{ref.Name: c.FallbackTarget, ref.Namespace + "/" +
				ref.Name: c.FallbackTarget}
		}
	},
	"any service fallback": func(t *rapid.T, w *tree) {
		if c := w.config(); c != nil {
			ref := one(t, w.group.Spec.Services)
			c.ServiceLevelFallbackTarget = map[string]string{ref.Namespace + "/" + ref.Name: one(t, w.lanes).Name}
		}
	},
	"any baseline": func(t *rapid.T, w *tree) {
		if c := w.config(); c != nil {
			c.FallbackTarget = one(t, append([]string{"", "nowhere"}, w.lanes[0].Name, one(t, w.lanes).Name))
		}
	},
	"other headers": func(t *rapid.T, w *tree) {
		if c := w.config(); c != nil {
			c.RouteHeader = one(t, []string{"", "baggage", "X-Request-Id", strings.ToUpper(c.RouteHeader), "x-other"})
			c.TraceHeader = one(t, []string{"", "x-request-id", c.RouteHeader})
		}
	},
	"no configuration": func(_ *rapid.T, w *tree) { w.group.Spec.PermissiveModeConfiguration = nil },
	"the other mode":   func(_ *rapid.T, w *tree) { w.group.Spec.IsPermissive = new(w.group.Permissive() == nil) },
	"a service more": func(_ *rapid.T, w *tree) {
		w.group.Spec.Services = append(w.group.Spec.Services, lanes.ServiceRef{Name: "more", Namespace: "default"})
	},
	"a service less": func(_ *rapid.T, w *tree) {
		w.group.Spec.Services = w.group.Spec.Services[1:]
	},
	"another strategy": func(t *rapid.T, w *tree) {
		w.group.Spec.Ingress.IngressRouting = one(t,
			[]*lanes.IngressRouting{nil, {}, {Strategy: "rule-based"}, {Strategy: lanes.RoutingRuleBased},
				{Strategy: lanes.RoutingWeighted}})
	},
	"no gateway of the group": func(_ *rapid.T, w *tree) { w.group.Spec.Ingress.Gateway = nil },
	"no lanes":                func(_ *rapid.T, w *tree) { w.lanes = nil },
	"a lane less":             func(_ *rapid.T, w *tree) { w.lanes = w.lanes[1:] },
	"a lane of another group": func(t *rapid.T, w *tree) { one(t, w.lanes).Labels[lanes.LabelLaneGroup] = "other" },
	"a lane without a list":   func(t *rapid.T, w *tree) { one(t, w.lanes).Spec.Services = nil },
	"a lane with a full list": func(t *rapid.T,
		w *tree) {
		one(t, w.lanes).Spec.Services = slices.Clone(w.group.Spec.Services)
	},
	"a lane with a short list": func(t *rapid.T,
		w *tree) {
		one(t, w.lanes).Spec.Services = slices.Clone(w.group.Spec.Services[:1])
	},
	"a lane with a foreign service": func(t *rapid.T, w *tree) {
		lane := one(t, w.lanes)
		lane.Spec.Services = append(lane.Spec.Services, lanes.ServiceRef{Name: "foreign", Namespace: "default"})
	},
	"lanes that share pods": func(t *rapid.T,
		w *tree) {
		one(t, w.lanes).Spec.LabelSelector = one(t, w.lanes).Spec.LabelSelector
	},
	"a lane without labels": func(t *rapid.T, w *tree) { one(t, w.lanes).Spec.LabelSelector = nil },
	"an entry elsewhere": func(t *rapid.T, w *tree) {
		if to := w.entry(t); to != nil {
			to.Host = one(t, []string{"", "mokca.default.svc.cluster.local", w.services[0].Name,
				lanes.Host(one(t, w.services).Name, w.app.Namespace)})
		}
	},
	"an entry with a port": func(t *rapid.T, w *tree) {
		if to := w.entry(t); to != nil {
			to.PortNum = new(one(t, []uint32{0, 1, uint32(w.services[0].Spec.Ports[0].Port)}))
		}
	},
	"another weight of a lane": func(t *rapid.T, w *tree) {
		if in := one(t, w.lanes).Spec.IngressWeight; in != nil {
			in.Weight = one(t, []*int32{nil, new(int32(-1)), new(int32(0)), new(int32(50)), new(int32(100))})
		}
	},
	"other rules": func(t *rapid.T, w *tree) {
		lane := one(t, w.lanes)
		lane.Spec.IngressRules = slices.Concat(lane.Spec.IngressRules, one(t, w.lanes).Spec.IngressRules)
		for i := range lane.Spec.IngressRules {
			r := &lane.Spec.IngressRules[i]
			r.Online = new(rapid.Bool().Draw(t, "online"))
			if rapid.Bool().Draw(t, "another match") {
				r.Match = &lanes.RequestMatch{URI: one(t,
					[]*lanes.StringMatch{nil, {}, {Exact: "/a", Prefix: "/"}, {Regex: "("}, {Regex: ".*"},
						{Prefix: "/own"}})}
			}
		}
	},
	"a Deployment less": func(_ *rapid.T, w *tree) { w.deployments = w.deployments[1:] },
	"a Deployment at 0": func(t *rapid.T, w *tree) { one(t, w.deployments).Spec.Replicas = new(int32(0)) },
	"pods of another version": func(t *rapid.T,
		w *tree) {
		one(t, w.deployments).Spec.Template.Labels[lanes.LabelVersion] = "other"
	},
	"a Service less":     func(_ *rapid.T, w *tree) { w.services = w.services[1:] },
	"a headless Service": func(t *rapid.T, w *tree) { one(t, w.services).Spec.ClusterIP = "None" },
	"a Service of one version": func(t *rapid.T, w *tree) {
		one(t, w.services).Spec.Selector[lanes.LabelVersion] = w.app.Versions[0].Name
	},
	"another port": func(t *rapid.T, w *tree) { one(t, w.services).Spec.Ports[0].Port = 4711 },
	"two ports": func(t *rapid.T, w *tree) {
		s := one(t, w.services)
		s.Spec.Ports = append(s.Spec.Ports, corev1.ServicePort{Name: "http-more", Port: one(t, []int32{80, 81})})
	},
	"a service outside that calls back": func(t *rapid.T, w *tree) {
		s := w.services[0].DeepCopy()
		s.Name, s.Labels, s.Spec.Selector = "outside", nil, map[string]string{"app": "outside"}
		d := w.deployments[0].DeepCopy()
		labels := map[string]string{"app": "outside", "tier": "back"}
		d.Name, d.Labels, d.Spec.Selector.MatchLabels, d.Spec.Template.Labels = "outside", nil, labels, labels
		d.Spec.Template.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "NEXT", Value: "http://" +
			one(t, w.services).Name + "/"}}
		one(t, w.deployments).Spec.Template.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "NEXT",
			Value: "http://outside/"}}
		w.services, w.deployments = append(w.services, s), append(w.deployments, d)
	},
	"a waypoint": func(t *rapid.T, w *tree) { one(t, w.services).Labels["istio.io/use-waypoint"] = "waypoint" },
	"a gateway in another spelling": func(t *rapid.T, w *tree) {
		if w.route != nil {
			g := w.app.Gateway
			w.route.Spec.Gateways = []string{one(t,
				[]string{"./" + g.Name, g.Namespace + "/" + g.Name, g.Name + "." + g.Namespace, g.Name + "." +
					g.Namespace + ".svc.cluster.local", "elsewhere/" + g.Name})}
		}
	},
	"a match at a gateway": func(t *rapid.T, w *tree) {
		if w.route != nil {
			g := w.app.Gateway
			w.route.Spec.Http[0].Match = append(w.route.Spec.Http[0].Match, &networking.HTTPMatchRequest{
				Gateways: []string{one(t, []string{g.Name, g.Name + "." + g.Namespace, "other"})},
				Uri:      &networking.StringMatch{MatchType: &networking.StringMatch_Prefix{Prefix: "/at"}}})
		}
	},
	"another subset": func(t *rapid.T, w *tree) {
		if d := w.destination(t); d != nil {
			d.Destination.Subset = one(t, []string{"", "nowhere", one(t, w.lanes).Name})
		}
	},
	"another host of a destination": func(t *rapid.T, w *tree) {
		if d := w.destination(t); d != nil {
			s := one(t, w.services)
			d.Destination.Host = one(t, []string{"nowhere.default.svc.cluster.local", s.Name, s.Name + "." +
				w.app.Namespace, lanes.Host(s.Name, w.app.Namespace)})
		}
	},
	"a port of a destination": func(t *rapid.T, w *tree) {
		if d := w.destination(t); d != nil {
			d.Destination.Port = &networking.PortSelector{Number: one(t,
				[]uint32{1, uint32(w.services[0].Spec.Ports[0].Port)})}
		}
	},
	"another weight": func(t *rapid.T, w *tree) {
		if d := w.destination(t); d != nil {
			d.Weight = one(t, []int32{0, 1, 50, 100})
		}
	},
	"other headers of a destination": func(t *rapid.T, w *tree) {
		d := w.destination(t)
		if d == nil || w.app.Permissive == nil {
			return
		}
		header, lane := w.app.Permissive.RouteHeader, one(t, w.lanes).Name
		d.Headers = one(t, []*networking.Headers{nil,
			{Request: &networking.Headers_HeaderOperations{Set: map[string]string{strings.ToUpper(header): lane}}},
			{Request: &networking.Headers_HeaderOperations{Set: map[string]string{header: "nowhere"}}},
			{Request: &networking.Headers_HeaderOperations{Add: map[string]string{header: lane}}},
			{Request: &networking.Headers_HeaderOperations{Remove: []string{header}}},
		})
	},
	"headers of the route": func(t *rapid.T, w *tree) {
		if w.route != nil && w.app.Permissive != nil {
			w.route.Spec.Http[0].Headers = &networking.Headers{
				Request: &networking.Headers_HeaderOperations{
					Set: map[string]string{w.app.Permissive.RouteHeader: one(t, w.lanes).Name}}}
		}
	},
	"a pinned route": func(t *rapid.T, w *tree) {
		if w.route == nil {
			return
		}
		header := "x-tester"
		if w.app.Permissive != nil {
			header = w.app.Permissive.RouteHeader
		}
		http := w.route.Spec.Http
		entry := http[len(http)-1]
		lane := one(t, w.lanes).Name
		pinned := &networking.HTTPRoute{
			Match: []*networking.HTTPMatchRequest{
				{Headers: map[string]*networking.StringMatch{
					header: {MatchType: &networking.StringMatch_Exact{Exact: lane}}}}},
			Route: []*networking.HTTPRouteDestination{
				{Destination: &networking.Destination{Host: entry.Route[0].Destination.Host,
					Subset: one(t, []string{lane, one(t, w.lanes).Name})}}},
		}
		w.route.Spec.Http = append([]*networking.HTTPRoute{pinned}, http...)
	},
	"a route for nobody": func(_ *rapid.T, w *tree) {
		if w.route != nil {
			w.route.Spec.Http = append([]*networking.HTTPRoute{{
				Match: []*networking.HTTPMatchRequest{
					{Uri: &networking.StringMatch{MatchType: &networking.StringMatch_Prefix{Prefix: "/gone"}}}},
				Delegate: &networking.Delegate{Name: "nowhere"},
			}}, w.route.Spec.Http...)
		}
	},
	"other hosts": func(t *rapid.T, w *tree) {
		if w.route != nil {
			w.route.Spec.Hosts = []string{one(t, []string{"a.example.com", "*.example.com", "*-eu.example.com"})}
		}
	},
	"other hosts of the Gateway": func(t *rapid.T, w *tree) {
		if w.gateway != nil {
			w.gateway.Servers[0].Hosts = []string{one(t,
				[]string{"a.example.com", "*.example.com", "./*", "elsewhere/*"})}
		}
	},
	"another port of the Gateway": func(_ *rapid.T, w *tree) {
		if w.gateway != nil {
			w.gateway.Servers[0].Port.Number = 8080
		}
	},
	"exported to nobody": func(t *rapid.T, w *tree) {
		if w.route != nil {
			w.route.Spec.ExportTo = []string{one(t, []string{".", "elsewhere"})}
		}
	},
}
