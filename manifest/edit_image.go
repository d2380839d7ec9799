package manifest

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// SetImage sets the image of a container of a Deployment, or of an init container.
type SetImage struct {
	// Object is the Deployment.
	Object Ref
	// Container is the name of the container. It must be there, once.
	Container string
	// Image is the new image.
	Image string
}

func (c SetImage) edit(e *editor) error {
	o, err := e.object(c.Object)
	if err != nil {
		return err
	}
	where := fmt.Sprintf("%s at %s", c.Object, o.File)
	switch {
	case o.Deployment() == nil:
		return fmt.Errorf("%s:%d: must be a Deployment that can be read", where, o.Line)
	case strings.TrimSpace(c.Image) == "" || !yamltext.OneLine(c.Image) || isTemplate([]byte(c.Image)):
		return fmt.Errorf("%s: image of container %s: must be text of one line, without {{: %q", c.Object, c.Container, c.Image)
	}
	doc := o.source.doc
	var found *yaml.Node
	nodes := []*yaml.Node{o.source.node}
	for _, key := range []string{"spec", "template", "spec"} {
		nodes = append(nodes, yamltext.Child(nodes[len(nodes)-1], key))
	}
	pod := nodes[len(nodes)-1]
	for _, list := range []string{"initContainers", "containers"} {
		for i, item := range yamltext.Items(yamltext.Child(pod, list)) {
			name := yamltext.Child(item, "name")
			if name == nil || name.Value != c.Container {
				continue
			}
			if found != nil {
				return fmt.Errorf("%s:%d: container %s must stand once: it stands at line %d too", where, doc.LineOf(item), c.Container, doc.LineOf(found))
			}
			found = item
			path := "spec.template.spec." + list
			e.allowed[o.Ref] = append(e.allowed[o.Ref], fmt.Sprintf("%s[%d].image", path, i), path+"["+c.Container+"].image") // by name when each has one
			nodes = append(nodes, yamltext.Child(pod, list), item)
		}
	}
	image := yamltext.Child(found, "image")
	switch {
	case found == nil:
		return fmt.Errorf("%s:%d: must have a container %s", where, o.Line, c.Container)
	case image == nil:
		return fmt.Errorf("%s:%d: container %s must have an image", where, doc.LineOf(found), c.Container)
	}
	if err := yamltext.Plain(append(nodes, image)...); err != nil {
		return fmt.Errorf("%s:%d: container %s %w", where, doc.LineOf(found), c.Container, err)
	}
	if image.Value == c.Image {
		return nil
	}
	p, err := doc.SetString(image, c.Image)
	if err != nil {
		return fmt.Errorf("%s:%d: container %s: image: %w", where, doc.LineOf(image), c.Container, err)
	}
	e.patch(doc, p)
	return nil
}
