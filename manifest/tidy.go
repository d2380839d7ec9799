package manifest

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// tidy turns what a Go type marshals to into what a careful person would write. It works by path:
// elsewhere an empty map has a meaning (`retries: {}` is off, `emptyDir: {}` is a volume).
func tidy(root *yaml.Node, ref Ref) {
	keysFirst(root, "apiVersion", "kind", "metadata")
	drop(yamltext.Child(root, "metadata"), "creationTimestamp", isNull)
	drop(root, "status", isEmptyStatus)
	spec := yamltext.Child(root, "spec")
	switch {
	case ref.Group == "apps" && ref.Kind == "Deployment":
		drop(spec, "strategy", isEmpty)
		tidyTemplate(yamltext.Child(spec, "template"))
	case ref.Group == "apps" && (ref.Kind == "StatefulSet" || ref.Kind == "DaemonSet"):
		drop(root, "status", isZeros) // its counts are printed though they are unset
		drop(spec, "updateStrategy", isEmpty)
		tidyTemplate(yamltext.Child(spec, "template"))
		for _, claim := range yamltext.Items(yamltext.Child(spec, "volumeClaimTemplates")) {
			drop(claim, "status", isEmpty)
			tidyClaim(claim)
		}
	case ref.Group == "autoscaling" && ref.Kind == "HorizontalPodAutoscaler", ref.Group == "policy" &&
		ref.Kind == "PodDisruptionBudget":
		drop(root, "status", isZeros) // its counts are printed though they are unset
	case ref.Group == "" && ref.Kind == "Service":
		for _, port := range yamltext.Items(yamltext.Child(spec, "ports")) {
			drop(port, "targetPort", isZero)
		}
	case ref.Group == istioGroup && ref.Kind == "VirtualService":
		for _, protocol := range []string{"http", "tls", "tcp"} {
			for _, route := range yamltext.Items(yamltext.Child(spec, protocol)) {
				keepZeroWeights(yamltext.Child(route, "route"))
			}
		}
	}
}

func tidyTemplate(template *yaml.Node) {
	drop(yamltext.Child(template, "metadata"), "creationTimestamp", isNull)
	drop(template, "metadata", isEmpty)
	spec := yamltext.Child(template, "spec")
	for _, list := range []string{"initContainers", "containers"} {
		for _, container := range yamltext.Items(yamltext.Child(spec, list)) {
			drop(container, "resources", isEmpty)
		}
	}
	for _, volume := range yamltext.Items(yamltext.Child(spec, "volumes")) {
		tidyClaim(yamltext.Child(volume, "ephemeral", "volumeClaimTemplate"))
	}
}

func tidyClaim(claim *yaml.Node) {
	drop(yamltext.Child(claim, "metadata"), "creationTimestamp", isNull)
	drop(claim, "metadata", isEmpty)
	drop(yamltext.Child(claim, "spec"), "resources", isEmpty)
}

// keepZeroWeights writes out the weights of 0 that protobuf's JSON leaves out. It adds nothing to a
// route with a single destination: there no weight and 0 differ, and all of the traffic goes to it.
func keepZeroWeights(route *yaml.Node) {
	destinations := yamltext.Items(route)
	if len(destinations) < 2 {
		return
	}
	for _, d := range destinations {
		if yamltext.Child(d, "weight") != nil || d.Kind != yaml.MappingNode {
			continue
		}
		at := 0
		if len(d.Content) > 0 && d.Content[0].Value == "destination" {
			at = 2
		}
		d.Content = slices.Insert(d.Content, at,
			&yaml.Node{Kind: yaml.ScalarNode, Value: "weight"}, &yaml.Node{Kind: yaml.ScalarNode, Value: "0"})
	}
}

// keysFirst moves the keys of a mapping to its front, in the order given.
func keysFirst(node *yaml.Node, keys ...string) {
	front := make([]*yaml.Node, 0, len(node.Content))
	for _, key := range keys {
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == key {
				front = append(front, node.Content[i], node.Content[i+1])
				node.Content = slices.Delete(node.Content, i, i+2)
				break
			}
		}
	}
	node.Content = append(front, node.Content...)
}

func isNull(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.Value == "null" && node.Tag == ""
}

// isZero is true of the number 0, which no port has.
func isZero(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.Value == "0" && node.Tag == ""
}

// isZeros is true of a mapping that holds nothing but zeros and nulls.
func isZeros(node *yaml.Node) bool {
	for i := 1; i < len(node.Content); i += 2 {
		if !isZero(node.Content[i]) && !isNull(node.Content[i]) {
			return false
		}
	}
	return node.Kind == yaml.MappingNode
}

func isEmpty(node *yaml.Node) bool {
	return node.Kind == yaml.MappingNode && len(node.Content) == 0
}

// isEmptyStatus is true of {} and of a Service's {loadBalancer: {}}.
func isEmptyStatus(node *yaml.Node) bool {
	return isEmpty(node) ||
		node.Kind == yaml.MappingNode && len(node.Content) == 2 && node.Content[0].Value == "loadBalancer" &&
			isEmpty(node.Content[1])
}
