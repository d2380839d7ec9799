package manifest

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// Inline returns a value as YAML of one line, by its JSON names: "{lane: v1, percent: 60}". Texts
// are in quotes where a reader of YAML 1.1 or 1.2 needs them. It fails when encoding/json cannot
// marshal the value.
func Inline(value any) (string, error) {
	node, err := toNode(value)
	if err != nil {
		return "", err
	}
	for _, n := range yamltext.Subtree(node) {
		if n.Kind != yaml.ScalarNode {
			n.Style |= yaml.FlowStyle
		} else if !yamltext.OneLine(n.Value) {
			n.Style = yaml.DoubleQuotedStyle
		}
	}
	text, err := yaml.Marshal(node)
	return strings.TrimSuffix(string(text), "\n"), err
}
