package manifest

import "sigs.k8s.io/yaml"

// originAnnotation is the annotation in which kustomize writes the source of an object. Source:
// kustomize, "buildMetadata: [originAnnotations]".
const originAnnotation = "config.kubernetes.io/origin"

// Origin returns the file from which kustomize built an object, as a path from the kustomization
// that was built. It is empty when the object does not say.
func (o Object) Origin() string {
	text := o.Meta().GetAnnotations()[originAnnotation]
	if text == "" {
		return ""
	}
	var from struct {
		Path string `json:"path"`
	}
	if yaml.Unmarshal([]byte(text), &from) != nil {
		return "" // a faulty annotation says nothing
	}
	return from.Path
}
