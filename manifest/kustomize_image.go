package manifest

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// Takes reports whether the entry is for an image, as a container writes it. The name of the entry
// is a regular expression for everything before tag and digest. Source: kustomize,
// api/internal/image.
func (i KustomizeImage) Takes(image string) bool {
	const rest = `(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`
	re, err := regexp.Compile("^" + i.Name + rest)
	return err == nil && i.Name != "" && re.MatchString(image)
}

// Of returns an image as the entry changes it. An image that it does not take stays as it is.
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

// SplitImage returns the name of an image, and the tag and the digest behind it, without : and @. A
// missing part is empty.
func SplitImage(image string) (name, tag, digest string) {
	name, digest, _ = strings.Cut(image, "@")
	if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') {
		name, tag = name[:i], name[i+1:]
	}
	return name, tag, digest
}

// Images returns the images of all containers and init containers of an object: of pods, and of
// anything that holds a template of pods. They have the order of the text, but init containers of a
// pod come first. A built object has none.
func (o Object) Images() []string {
	var out []string
	if o.source.doc == nil {
		return nil
	}
	for _, n := range yamltext.Subtree(o.source.node()) {
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
