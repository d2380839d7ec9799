package manifest

import (
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// KustomizeTarget selects objects by anchored regular expressions. An empty field selects all.
// Selectors of labels or annotations may select less: they are not looked at.
type KustomizeTarget struct {
	Group     string `json:"group"`
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

// Selects reports whether the target may select an object. The namespace does not count: the build
// often gives it. A faulty regular expression selects all, so that no changed object counts as
// unchanged.
func (t KustomizeTarget) Selects(ref Ref) bool {
	matches := func(pattern, s string) bool {
		if pattern == "" || pattern == s {
			return true
		}
		re, err := regexp.Compile("^(?:" + pattern + ")$")
		return err != nil || re.MatchString(s)
	}
	return matches(t.Group, ref.Group) && matches(t.Kind, ref.Kind) && matches(t.Name, ref.Name)
}

// takesStrictly reports whether the target of the patch certainly selects an object. A namespace
// that a build gives the object is unknown here.
func (p KustomizePatch) takesStrictly(o Object) bool {
	version := o.Value.GetObjectKind().GroupVersionKind().Version
	isOf := func(version string) bool { return KustomizeTarget{Kind: p.version}.Selects(Ref{Kind: version}) }
	namespace := o.Meta().GetNamespace()
	return p.Target != nil && !p.selects && p.Target.Selects(o.Ref) && isOf(version) &&
		(p.Target.Namespace == "" || p.Target.Namespace == namespace)
}

// Touches reports whether the patch may change an object: its target selects it, or it
// names the object.
func (p KustomizePatch) Touches(ref Ref) bool {
	if p.Target != nil {
		return p.Target.Selects(ref)
	}
	for _, doc := range yamltext.Split("", p.Text, 1000) {
		var head struct {
			Kind     string `json:"kind"`
			Metadata struct {
				Name string `json:"name"`
			} `json:"metadata"`
		}
		if yaml.Unmarshal(doc.Body(), &head) == nil && head.Kind == ref.Kind && head.Metadata.Name == ref.Name {
			return true
		}
	}
	return false
}

// Touches reports whether the replacement may change an object.
func (r KustomizeReplacement) Touches(ref Ref) bool {
	return slices.ContainsFunc(r.Targets, func(t KustomizeTargets) bool {
		rejects := func(t KustomizeTarget) bool { return t.Selects(ref) }
		return t.Select != nil && t.Select.Selects(ref) && !slices.ContainsFunc(t.Reject, rejects)
	})
}

// IsRemote reports whether the name leads elsewhere: to a URL or a repository, which may be a copy
// of anything.
func (p KustomizePath) IsRemote() bool { return isRemote(p.Name) }

func isRemote(name string) bool {
	return strings.Contains(name, "//") || strings.Contains(name, "?ref=") || strings.HasPrefix(name, "git@") ||
		strings.HasPrefix(name, "github.com/")
}
