package manifest

import (
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/internal/jsonpointer"
	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// Fields returns the fields of an object that the patch may change, as JSON pointers:
// "/spec/hosts". The pointer "" means any field. It returns none when the patch is not for the
// object. It leaves out the fields by which a merge patch names the object.
func (p KustomizePatch) Fields(ref Ref) []string {
	switch {
	case !p.Touches(ref):
		return nil
	case p.options, p.From.Name != "" && len(p.Text) == 0: // it was not read
		return []string{""}
	}
	out := map[string]bool{}
	for _, doc := range yamltext.Split("", p.Text, 1000) {
		var text any
		if yaml.Unmarshal(doc.Body(), &text) != nil {
			out[""] = true
			continue
		}
		switch text := text.(type) {
		case nil: // comments
		case []any:
			for _, op := range text {
				op, _ := op.(map[string]any)
				at, _ := op["path"].(string)
				out[at] = true
				if from, is := op["from"].(string); is {
					out[from] = true
				}
			}
		case map[string]any:
			if p.Target == nil && !isCalled(text, ref) {
				continue
			}
			for _, key := range []string{"apiVersion", "kind"} {
				delete(text, key)
			}
			if metadata, is := text["metadata"].(map[string]any); is {
				delete(metadata, "name")
				delete(metadata, "namespace")
			}
			leaves(out, "", text)
		default:
			out[""] = true
		}
	}
	return slices.Sorted(maps.Keys(out))
}

// isCalled reports whether an object has the kind and the name of a Ref. Its namespace does not
// count.
func isCalled(object map[string]any, ref Ref) bool {
	metadata, _ := object["metadata"].(map[string]any)
	return object["kind"] == ref.Kind && metadata["name"] == ref.Name
}

// leaves adds the pointers of the fields that a merge patch sets below a pointer.
func leaves(out map[string]bool, at string, value map[string]any) {
	for key, v := range value {
		below, isMap := v.(map[string]any)
		switch path := at + jsonpointer.To(key); {
		case strings.HasPrefix(key, "$"): // a directive
			out[at] = true
		case isMap && len(below) > 0:
			leaves(out, path, below)
		case isMap && at == "": // metadata, without the name
		default:
			out[path] = true
		}
	}
}
