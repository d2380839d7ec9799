package gitops_test

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"
)

// plainApp is an app on Istio without ASM, as somebody wrote it by hand.
type plainApp struct {
	services []string          // each calls the next
	lanes    []string          // the stable ones and, last, the candidate
	versions map[string]string // by lane
	header   bool              // lanes are kept by a header, not by the source's version
	mesh     bool              // requests enter at no gateway
}

func (a plainApp) candidate() string { return a.lanes[len(a.lanes)-1] }

func drawPlain(t *rapid.T) (plainApp, directory) {
	a := plainApp{versions: map[string]string{}}
	a.services = []string{"web", "cart", "pay"}[:rapid.IntRange(1, 3).Draw(t, "services")]
	a.lanes = []string{"v1", "v2", "v3"}
	if rapid.Bool().Draw(t, "colours") {
		a.lanes = []string{"blue", "green", "red"}
	}
	if rapid.Bool().Draw(t, "one stable lane") {
		a.lanes = a.lanes[1:]
	}
	for i, lane := range a.lanes {
		a.versions[lane] = fmt.Sprintf("v%d", i+4-len(a.lanes))
	}
	a.header = rapid.Bool().Draw(t, "header")
	a.mesh = len(a.services) == 1 && rapid.Bool().Draw(t, "mesh")
	together := rapid.Bool().Draw(t, "one file")
	d := directory{}
	add := func(file, text string) {
		if together {
			file = "all.yaml"
		}
		if d[file] != "" {
			d[file] += "---\n"
		}
		d[file] += strings.TrimLeft(text, "\n")
	}
	stable := a.lanes[:len(a.lanes)-1]
	for i, s := range a.services {
		calls := ""
		if i+1 < len(a.services) {
			calls = "\n  annotations: {swimlane-go.github.io/calls: " + a.services[i+1] + "}"
		} else {
			calls = "\n  annotations: {swimlane-go.github.io/calls: \"\"}"
		}
		add(s+".yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: "+s+calls+"\nspec:\n  selector: {app: "+s+
			"}\n  ports: [{name: http, port: 80}]\n")
		rule := "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: " + s +
			"}\nspec:\n  host: " + rapid.SampledFrom([]string{s, s + ".default.svc.cluster.local"}).Draw(t, "host") +
			"\n  subsets:"
		flow := rapid.Bool().Draw(t, "flow subsets")
		for j, lane := range stable {
			remark := rapid.SampledFrom([]string{"", " # a lane"}).Draw(t, "remark")
			switch {
			case flow && j == 0:
				rule += " [{name: " + lane + ", labels: {version: " + a.versions[lane] + "}}"
			case flow:
				rule += ", {labels: {version: \"" + a.versions[lane] + "\"}, name: " + lane + "}"
			default:
				rule += "\n  - name: " + lane + remark + "\n    labels:\n      version: " + a.versions[lane]
			}
		}
		if flow {
			rule += "]"
		}
		kind := rapid.SampledFrom([]string{"Deployment", "StatefulSet", "DaemonSet"}).Draw(t, "kind of workload")
		add(rapid.SampledFrom([]string{s, "rules"}).Draw(t, "file of rule")+".yaml", rule+"\n")
		for _, lane := range stable {
			v := a.versions[lane]
			add(rapid.SampledFrom([]string{s, s + "-" + v, "pods-" + v}).Draw(t, "file of pods")+".yaml", fmt.Sprintf(`
apiVersion: apps/v1
kind: %[3]s
metadata:
  name: %[1]s-%[2]s
spec:
  selector:
    matchLabels: {app: %[1]s, version: %[2]s}
  template:
    metadata:
      labels: {app: %[1]s, version: %[2]s}
    spec:
      containers:
      - name: main
        image: shop/%[1]s:%[2]s # of %[2]s
`, s, v, kind))
		}
		if i == 0 || len(a.services) == 1 {
			continue
		}
		routes := "apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\nmetadata: {name: to-" + s +
			"}\nspec:\n  hosts: [" + s + "]\n  http:\n"
		named := rapid.Bool().Draw(t, "named routes")
		for _, lane := range stable {
			asks := "sourceLabels: {version: " + a.versions[lane] + "}"
			if a.header {
				asks = "headers: {X-Lane: {exact: " + lane + "}}"
			}
			name := ""
			if named {
				name = "name: in-" + lane + "\n    "
			}
			routes += "  - " + name + "match:\n    - " + asks + "\n    route:\n    - destination: {host: " + s +
				", subset: " + lane + "}\n"
		}
		if a.header || rapid.Bool().Draw(t, "others") {
			routes += "  - route: [{destination: {host: " + s + "}}] # all others\n"
		}
		add(rapid.SampledFrom([]string{s, "calls"}).Draw(t, "file of calls")+".yaml", routes)
	}
	gateways := "  gateways: [gate]\n  hosts: [shop.example.com]\n"
	if a.mesh {
		gateways = "  hosts: [" + a.services[0] + "]\n"
	} else {
		add("gate.yaml",
			"apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: gate}\nspec:\n"+
				"  selector: {istio: ingressgateway}\n"+
				"  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example.com]}]\n")
	}
	entry := "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: entry\nspec:\n" + gateways +
		"  http:\n  - name: main\n    route:\n"
	shares := shareOut(len(stable))
	for i, lane := range stable {
		headers := ""
		if a.header {
			headers = "      headers: {request: {set: {x-lane: " + lane + "}}}\n"
		}
		entry += "    - destination: {host: " + a.services[0] + ", subset: " + lane + "}\n" + headers +
			fmt.Sprintf("      weight: %d\n", shares[i])
	}
	add("entry.yaml", entry)
	return a, d
}

// shareOut returns equal shares of 100.
func shareOut(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = 100 / n
	}
	out[0] += 100 - 100/n*n
	return out
}
