package kustomize

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
)

// ownBegins and ownEnds enclose an inline patch of the weights. More than one piece of text may
// change in it.
const ownBegins, ownEnds = "# own begins\n", "# own ends\n"

// own moves the route's weights to a patch in a directory, of any kind that the library edits. The
// weights in the route's own file are then not deployed. It returns an entry of patches, or other
// text for the kustomization.
func (l layout) own(random *rand.Rand, dir string) (entry, more string) {
	base := l.fileOf("mock-route.yaml")
	head, route, _ := strings.Cut(l.files[base], "---\n")
	beneath := strings.NewReplacer("weight: 50                       # half", "weight: 93 # half", "weight: 50 ",
		"weight: 7 ").Replace(route)
	if random.IntN(3) == 0 {
		beneath = strings.Replace(beneath, "metadata:\n", "metadata:\n  annotations: {of: base}\n", 1)
	}
	l.files[base] = head + "---\n" + beneath
	isMerge := random.IntN(3) == 0
	patch := ""
	if isMerge {
		if random.IntN(2) == 0 {
			route = strings.Replace(route, "metadata:\n",
				"# what is shared out here\nmetadata:\n  annotations: {team: shop} # ours\n", 1)
		}
		patch = strings.Replace(route, "  gateways:\n  - ingressgateway\n  hosts:\n  - '*'\n", "", 1)
	} else {
		patch = operations(random, route, strings.Contains(beneath, "annotations"))
	}
	namespace := ""
	if random.IntN(3) == 0 && !strings.Contains(route, "namespace: shop") {
		namespace = ", namespace: istio-system"
	}
	target := "target: {group: networking.istio.io, version: v1beta1, kind: VirtualService, name: mock" + namespace +
		"}"
	if random.IntN(3) == 0 && !isMerge {
		target = "target: {kind: Virtual.*}"
	}
	if random.IntN(2) == 0 { // in a file
		name := "weights.yaml"
		l.files[filepath.Join(dir, name)] = patch
		switch {
		case isMerge && random.IntN(3) == 0:
			return "", "patchesStrategicMerge: [" + name + "]\n"
		case isMerge:
			return "- path: " + name + " # the weights", ""
		case random.IntN(3) == 0 && !strings.Contains(target, ".*"):
			return "", "patchesJson6902:\n- path: " + name + "\n  " + target + "\n"
		}
		return "- " + target + "\n  path: " + name + " # the weights", ""
	}
	indent := strings.Repeat(" ", 3+random.IntN(4))
	block := []string{"|", "|-", "|+", "|- # the weights"}[random.IntN(4)] + "\n"
	for line := range strings.Lines(patch) {
		if strings.TrimSpace(line) != "" {
			block += indent
		}
		block += line
	}
	switch {
	case isMerge && random.IntN(3) == 0:
		return "", ownBegins + "patchesStrategicMerge:\n- " + block + ownEnds
	case isMerge:
		return ownBegins + "- patch: " + block + ownEnds + "# more", ""
	case random.IntN(3) == 0 && !strings.Contains(target, ".*"):
		return "", ownBegins + "patchesJson6902:\n- patch: " + block + "  " + target + "\n" + ownEnds
	case random.IntN(2) == 0:
		return ownBegins + "- " + target + "\n  patch: " + block + ownEnds + "# more", ""
	}
	return ownBegins + "- patch: " + block + "  " + target + "\n" + ownEnds + "# more", ""
}

// operations returns a JSON patch with the weights of a route.
func operations(random *rand.Rand, route string, annotated bool) string {
	_, http, _ := strings.Cut(route, "  http:\n")
	_, destinations, _ := strings.Cut(http, "    route:\n")
	op := func(op, path, value string) string {
		if value == "" {
			return "- {op: " + op + ", path: " + path + "}\n"
		}
		switch random.IntN(3) {
		case 0:
			return "- {op: " + op + ", path: " + path + ", value: " + value + "} # by us\n"
		case 1:
			return "- value: " + value + " # the " + op + "\n  op: " + op + "\n  path: '" + path + "'\n"
		}
		return "-   op: " + op + "\n    path: " + path + "\n\n    value: " + value + "\n"
	}
	out := []string{}
	if random.IntN(2) == 0 {
		out = append(out, op("test", "/spec/http/0/route/1/destination/subset", "v2"))
	}
	if random.IntN(3) == 0 {
		path, value := "/metadata/annotations", "{team: shop}"
		if annotated {
			path, value = "/metadata/annotations/example.com~1team", "shop"
		}
		out = append(out, op("add", path, value))
	}
	weights := func(first, second int) []string {
		return []string{op("replace", "/spec/http/0/route/0/weight", fmt.Sprint(first)),
			op("replace", "/spec/http/0/route/1/weight", fmt.Sprint(second))}
	}
	switch random.IntN(5) {
	case 0:
		out = append(out, "# all of it\n- op: replace\n  path: /spec/http\n  value:\n"+http)
	case 1:
		out = append(out, "- op: replace\n  path: /spec/http/0/route\n  # where they go\n  value:\n"+destinations)
	case 2:
		out = append(out,
			"- op: replace\n  path: /spec/http/0/route\n"+
				"  value: [{destination: {host: mocka.HOST.svc.cluster.local, subset: v1}, weight: 50}, {destination: {host: mocka.HOST.svc.cluster.local, subset: v2}, weight: 50}]\n")
		if strings.Contains(route, "default.svc") {
			out[len(out)-1] = strings.ReplaceAll(out[len(out)-1], "HOST", "default")
		}
		out[len(out)-1] = strings.ReplaceAll(out[len(out)-1], "HOST", "shop")
	case 3:
		out = append(out, weights(50, 50)...)
	default:
		out = append(out, "- op: replace\n  path: /spec/http\n  value:\n"+
			strings.NewReplacer("weight: 50 ", "weight: 12 ").Replace(http))
		out = append(out, weights(50, 50)...)
	}
	if random.IntN(4) == 0 {
		out = append(out, op("replace", "/spec/hosts", "['*']"))
	}
	return strings.Join(out, "")
}

// withoutOwn returns a kustomization without the inline patch of the weights.
func withoutOwn(text string) string {
	head, rest, found := strings.Cut(text, ownBegins)
	if _, tail, _ := strings.Cut(rest, ownEnds); found {
		return head + tail
	}
	return text
}
