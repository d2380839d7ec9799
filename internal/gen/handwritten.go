package gen

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"
)

// HandWritten draws the files of a directory, as a person might have written them. They hold an app
// without lanes of three services: mocka calls mockb, and mockb calls mockc. All run in version v1.
// The version is told by one label or the other, by both, by pods alone, or not at all. Requests
// enter at /mock.
func HandWritten(t *rapid.T) map[string]string {
	draw := func(what string, of ...string) string { return rapid.SampledFrom(of).Draw(t, what) }
	namespace := draw("namespace", "", "shop")
	comment := func() string {
		return draw("comment", "", " # by hand", "   # no: change, \"quoted\"")
	}
	under := func() string { // metadata.namespace
		if namespace == "" {
			return ""
		}
		return "\n  namespace: " + namespace + comment()
	}
	told := draw("told by", "version", "ASM_TRAFFIC_TAG", "both", "nothing", "version of the pods alone")
	var documents []document
	services := []string{"mocka", "mockb", "mockc"}
	for i, s := range services {
		labels, selects, name := "app: "+s, "app: "+s, s
		add := func(key string) { labels += "\n        " + key + ": v1"; selects += "\n      " + key + ": v1" }
		switch how := told; how {
		case "both":
			add("ASM_TRAFFIC_TAG")
			add("version")
		case "nothing":
		case "version of the pods alone":
			labels += "\n        version: v1"
		default:
			if i == 2 { // one service has the other label
				how = draw("label of one", "version", "ASM_TRAFFIC_TAG")
			}
			add(how)
		}
		if told == "version" || told == "ASM_TRAFFIC_TAG" || told == "both" {
			name = draw("name", s+"-v1", s)
		}
		call := ""
		if i+1 < len(services) {
			call = fmt.Sprintf("\n        env:\n        - name: upstream_url%s\n          value: \"http://%s:8000/\"",
				comment(), services[i+1])
		}
		documents = append(documents, document{"Service", s, fmt.Sprintf(`# The Service %s
apiVersion: v1
kind: Service%s
metadata:
  name: %s%s
spec:
  ports:
  - port: 8000%s
    name: http
  selector:
    app: %s%s
`, s, comment(), s, under(), comment(), s, comment())},
			document{"Deployment", s, fmt.Sprintf(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: %s%s%s
spec:
  replicas: 1%s
  selector:%s
    matchLabels:
      %s%s
  template:
    metadata:
      labels:%s
        %s
    spec:
      containers:
      - name: default%s
        image: example.com/%s:1.0%s%s
`, name, comment(), under(), comment(), comment(), selects, comment(), comment(), labels, comment(), s, comment(),
				call)})
	}
	host := draw("host", "mocka."+namespaceOr(namespace)+".svc.cluster.local", "short")
	where := "istio-system"
	if host == "short" {
		host, where = "mocka", namespaceOr(namespace)
	}
	weight, named := draw("weight", "", "\n      weight: 100"),
		draw("route's name", "", "    name: main"+comment()+"\n")
	others := draw("routes", "one", "beside another", "with testers")
	route := "  - match:" + comment() + "\n    - uri:\n        exact: /mock\n" + named +
		"    route:\n    - destination:" + comment() + "\n        host: " + host + comment() + weight + "\n"
	switch others {
	case "beside another":
		route = "  - match:\n    - uri: {exact: /old}\n    redirect: {uri: /mock}" + comment() + "\n" + route
	case "with testers":
		route = "  - match:\n    - headers: {tester: {exact: \"yes\"}}\n    route:\n    - destination: {host: " + host +
			"}" + comment() + "\n" + route
	}
	documents = append(documents, document{"Gateway", "mock", fmt.Sprintf(`apiVersion: networking.istio.io/v1beta1
kind: Gateway
metadata:
  name: ingressgateway
  namespace: istio-system
spec:
  selector:
    istio: ingressgateway%s
  servers:
  - port:
      number: 80
      name: http
      protocol: HTTP
    hosts:
    - '*'
`, comment())}, document{"VirtualService", "mock", fmt.Sprintf(`apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata:
  name: mock%s
  namespace: %s
spec:
  gateways:
  - %s
  hosts:
  - '*'
  http:%s
%s`, comment(), where, "istio-system/ingressgateway", comment(), route)})
	return laidOut(documents, draw("layout", "one file", "a file a service", "a file a kind"))
}

type document struct{ kind, service, text string }

// laidOut puts documents into files.
func laidOut(documents []document, layout string) map[string]string {
	out := map[string]string{}
	for _, d := range documents {
		name := map[string]string{"one file": "all", "a file a service": d.service,
			"a file a kind": strings.ToLower(d.kind) + "s"}[layout] + ".yaml"
		if out[name] == "" {
			out[name] = "# Of " + name + "\n\n" + d.text
		} else {
			out[name] += "---\n" + d.text
		}
	}
	return out
}

func namespaceOr(namespace string) string {
	if namespace == "" {
		return "default"
	}
	return namespace
}
