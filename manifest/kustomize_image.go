package manifest

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// Takes reports whether the entry is for an image, as it is written in a container: its
// name is a pattern of all that comes before tag and digest. Source: kustomize,
// api/internal/image.
func (i KustomizeImage) Takes(image string) bool {
	const rest = `(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`
	re, err := regexp.Compile("^" + i.Name + rest)
	return err == nil && i.Name != "" && re.MatchString(image)
}

// Of returns what the entry makes of an image that it takes; others stay as they are.
func (i KustomizeImage) Of(image string) string {
	if !i.Takes(image) {
		return image
	}
	name, tag, digest := SplitImage(image)
	if i.NewName != "" {
		name = i.NewName
	}
	switch {
	case i.NewTag != "" || i.Digest != "":
		tag, digest = i.NewTag, i.Digest
	case i.TagSuffix != "":
		tag, digest = tag+i.TagSuffix, ""
	}
	if tag != "" {
		name += ":" + tag
	}
	if digest != "" {
		name += "@" + digest
	}
	return name
}

// SplitImage returns the name of an image, and the tag and the digest behind it, without
// : and @; what is not there is empty.
func SplitImage(image string) (name, tag, digest string) {
	name, digest, _ = strings.Cut(image, "@")
	if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') {
		name, tag = name[:i], name[i+1:]
	}
	return name, tag, digest
}

// Images returns the images of all containers of an object, and of its init containers,
// in the order of its text: of pods and of whatever holds a template of pods.
func (o Object) Images() []string {
	var out []string
	if o.source.doc == nil {
		return nil
	}
	for _, n := range yamltext.Subtree(o.source.node) {
		for _, list := range []string{"initContainers", "containers"} {
			if n.Kind != yaml.MappingNode {
				continue
			}
			for _, c := range yamltext.Items(yamltext.Child(n, list)) {
				if image := yamltext.Child(c, "image"); image != nil {
					out = append(out, image.Value)
				}
			}
		}
	}
	return out
}
