package manifest

import "sigs.k8s.io/yaml"

// originAnnotation says where kustomize has an object from.
// Source: kustomize, "buildMetadata: [originAnnotations]".
const originAnnotation = "config.kubernetes.io/origin"

// Origin returns the file that kustomize says an object of a build comes from, as a path
// from the kustomization that was built; empty when it does not say.
func (o Object) Origin() string {
	text := o.Meta().GetAnnotations()[originAnnotation]
	if text == "" {
		return ""
	}
	var from struct {
		Path string `json:"path"`
	}
	if yaml.Unmarshal([]byte(text), &from) != nil {
		return "" // it is nobody's to judge
	}
	return from.Path
}
