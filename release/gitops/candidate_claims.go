package gitops

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/manifest"
)

// mount is a volume claim that pods name, and the field that names it.
type mount struct {
	field string
	claim string
}

// mounts returns the volume claims that the pods of a workload name.
func mounts(o manifest.Object) []mount {
	var out []mount
	for i, v := range o.PodTemplate().Spec.Volumes {
		if v.PersistentVolumeClaim != nil {
			out = append(out, mount{fmt.Sprintf("spec.template.spec.volumes[%d]", i),
				v.PersistentVolumeClaim.ClaimName})
		}
	}
	return out
}

// accessModes returns the access modes of a volume claim, and whether it is in the set.
func accessModes(set manifest.Set, namespace, name string) (modes []string, found bool) {
	for _, o := range set.Kind("PersistentVolumeClaim") {
		if u, is := o.Value.(*unstructured.Unstructured); is && o.Ref.Name == name && set.NamespaceOf(o) == namespace {
			modes, _, _ = unstructured.NestedStringSlice(u.Object, "spec", "accessModes")
			return modes, true
		}
	}
	return nil, false
}

// claims returns an error for every volume claim that a copy of a workload names too, if only
// the pods of one node can mount it.
// Source: Kubernetes, "Persistent Volumes", Access Modes.
func (d *derivation) claims(o manifest.Object) []error {
	var errs []error
	for _, m := range mounts(o) {
		modes, found := accessModes(d.set, o.Ref.Namespace, m.claim)
		if found && !slices.ContainsFunc(modes, func(mode string) bool { return strings.HasSuffix(mode, "Many") }) {
			errs = append(errs, fmt.Errorf("%s: %s: volume claim %s must be ReadWriteMany or ReadOnlyMany, for pods "+
				"of both versions to mount it: it is %s; %s",
				position.Of(o.File, o.LineOf(m.field), o.Ref), m.field, markup.Line(m.claim),
				markup.Line(strings.Join(modes, ", ")), d.byHand(o)))
		}
	}
	return errs
}

// sharedClaims returns a note for every volume claim outside the directory that pods of the
// candidate and of another version name.
func (t Tree) sharedClaims() []string {
	type named struct{ namespace, claim string }
	others := map[named]bool{}
	candidate := t.Config.Candidate.Version
	ours := t.live.Workloads(candidate)
	for _, o := range t.live.Members() {
		for _, m := range mounts(o) {
			if !slices.ContainsFunc(ours, func(w manifest.Object) bool { return w.Ref == o.Ref }) {
				others[named{o.Ref.Namespace, m.claim}] = true
			}
		}
	}
	var out []string
	for _, o := range ours {
		for _, m := range mounts(o) {
			if _, found := accessModes(t.Set, o.Ref.Namespace, m.claim); !found &&
				others[named{o.Ref.Namespace, m.claim}] {
				out = append(out, fmt.Sprintf("%s: volume claim %s is of pods of other versions too: unless it is "+
					"ReadWriteMany or ReadOnlyMany, pods on other nodes wait for it",
					position.Of(o.File, o.LineOf(m.field), o.Ref), markup.Line(m.claim)))
			}
		}
	}
	return out
}
