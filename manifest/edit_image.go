package manifest

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// SetImage sets the image of a container of a Deployment, StatefulSet or DaemonSet, or
// of an init container.
type SetImage struct {
	// Object is the Deployment, StatefulSet or DaemonSet.
	Object Ref
	// Container is the name of the container. Exactly one must have it.
	Container string
	// Image is the new image.
	Image string
}

func (c SetImage) edit(e *editor) error {
	o, err := e.find(c.Object)
	if err != nil {
		return err
	}
	const pod = "spec.template.spec"
	if o.PodTemplate() == nil {
		return o.refuse(ErrWrongKind, "", "must be a Deployment, StatefulSet or DaemonSet that can be read")
	}
	if strings.TrimSpace(c.Image) == "" || !yamltext.OneLine(c.Image) || isTemplate([]byte(c.Image)) {
		return o.refuse(ErrValue, pod, "image of container %s: must be text of one line, without {{: %q", c.Container,
			c.Image)
	}
	doc := o.source.doc
	var found *yaml.Node
	var path string
	nodes := []*yaml.Node{o.source.node()}
	for _, key := range []string{"spec", "template", "spec"} {
		nodes = append(nodes, yamltext.Child(nodes[len(nodes)-1], key))
	}
	for _, list := range []string{"initContainers", "containers"} {
		containers := yamltext.Child(nodes[3], list)
		for i, item := range yamltext.Items(containers) {
			name := yamltext.Child(item, "name")
			if name == nil || name.Value != c.Container {
				continue
			}
			here := fmt.Sprintf("%s.%s[%d]", pod, list, i)
			if found != nil {
				return o.refuse(ErrAnchor, here, "container %s must appear once: it is also at line %d", c.Container,
					doc.LineOf(found))
			}
			found, path = item, here
			// differences use the name when each container has one
			e.allowed = append(e.allowed, here+".image", fmt.Sprintf("%s.%s[%s].image", pod, list, c.Container))
			nodes = append(nodes, containers, item)
		}
	}
	image := yamltext.Child(found, "image")
	switch {
	case found == nil:
		return o.refuse(ErrNotFound, pod, "must have a container %s", c.Container)
	case image == nil:
		return o.refuse(ErrNotFound, path, "container %s must have an image", c.Container)
	case image.Value == c.Image:
		return o.plain(path, append(nodes, image)...)
	}
	if err := o.plain(path, append(nodes, image)...); err != nil {
		return err
	}
	p, err := doc.SetString(image, c.Image)
	if err != nil {
		return o.at(path+".image", image, err)
	}
	e.patch(doc, p)
	return nil
}
