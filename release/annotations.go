package release

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/swimlane-go/swimlane/manifest"
)

// Annotations are the keys of the annotations by which a release marks its objects: they are
// [AnnotationState] and the constants after it. If several plans of a set name routes of one
// VirtualService, each release has separate keys, which end in a dot and the plan's name.
type Annotations struct {
	State, Revision, Retiring, Evidence, History string
}

// maxSuffix is the length of the longest plan name that fits into a key: Kubernetes allows 63
// characters behind the slash.
const maxSuffix = 63 - len("retiring.")

// annotationsOf returns the keys with a plan's name. A digest replaces a long name.
func annotationsOf(plan string) Annotations {
	if len(plan) > maxSuffix {
		sum := sha256.Sum256([]byte(plan))
		plan = hex.EncodeToString(sum[:16])
	}
	suffix := "." + plan
	return Annotations{AnnotationState + suffix, AnnotationRevision + suffix, AnnotationRetiring + suffix,
		AnnotationEvidence + suffix, AnnotationHistory + suffix}
}

// All returns the keys, State first.
func (a Annotations) All() []string {
	return []string{a.State, a.Retiring, a.Revision, a.Evidence, a.History}
}

// shared returns the keys without a plan's name.
func shared() Annotations {
	return Annotations{AnnotationState, AnnotationRevision, AnnotationRetiring, AnnotationEvidence, AnnotationHistory}
}

// Annotations returns the keys of this release.
func (l Live) Annotations() Annotations { return l.keys }

// IsMark reports whether a key is one by which releases mark objects.
func IsMark(key string) bool {
	return slices.ContainsFunc(shared().All(), func(of string) bool {
		rest, found := strings.CutPrefix(key, of)
		return found && (rest == "" || rest[0] == '.')
	})
}

// readAnnotations decides which keys the release has. It has its own keys if its objects bear
// them, or if another plan shares one of the objects; otherwise it has the shared keys. A
// release that began alone keeps the shared keys, even if another plan shares its object later.
//
// If two plans are equal, the shared keys may be from either: the error says so.
func (l Live) readAnnotations() (Annotations, error) {
	shared, own := shared(), annotationsOf(l.Config.Name)
	digest := ""
	for _, r := range l.Config.Routes {
		o, _ := l.Set.Get(r.Ref())
		borne := o.Meta().GetAnnotations()
		if borne[own.State] != "" || borne[own.Revision] != "" {
			return own, nil
		}
		if state, err := StateOf(o.Meta()); err == nil && digest == "" {
			digest = state.PlanDigest
		}
		if mark, err := MarkOf(o.Meta()); err == nil && digest == "" {
			digest = mark.PlanDigest
		}
	}
	others := l.sharers()
	same := slices.IndexFunc(others, func(c Config) bool { return c.Plan.Digest() == digest })
	switch {
	case len(others) == 0:
		return shared, nil
	case digest == "":
		return own, nil
	case same < 0:
		return shared, nil
	case digest != l.Config.Plan.Digest():
		return own, nil // the shared keys are another release's
	case others[same].borne(l.Set):
		return shared, nil // the other release has its own keys
	}
	return shared,
		fmt.Errorf("it may belong to plan %s or to plan %s, which are equal: end the key in a dot and the name of "+
			"its plan", l.Config.Name, others[same].Name)
}

// borne reports whether the objects of a plan bear its own keys.
func (c Config) borne(set manifest.Set) bool {
	own := annotationsOf(c.Name)
	return slices.ContainsFunc(c.Routes, func(r EntryRoute) bool {
		o, _ := set.Get(r.Ref())
		return o.Meta().GetAnnotations()[own.State] != "" || o.Meta().GetAnnotations()[own.Revision] != ""
	})
}

// sharers returns the other plans of the set that name another route of a VirtualService of
// this plan. A plan that names the same route is for the release before or after.
func (l Live) sharers() []Config {
	plans := PlanObjects(l.Set)
	if len(plans) < 2 {
		return nil
	}
	ours := map[manifest.Ref]string{}
	for _, r := range l.Config.Routes {
		ours[r.Ref()] = r.Route
	}
	var out []Config
	for _, o := range plans {
		if o.Ref.Name == l.Config.Name {
			continue
		}
		if !mentions(o, l.Config.Routes) {
			continue // most plans: they are not decoded
		}
		c, err := DecodeConfig(o)
		beside, same := false, false
		for _, r := range c.Routes {
			route, shared := ours[r.Ref()]
			beside, same = beside || shared, same || shared && route == r.Route
		}
		if err == nil && beside && !same {
			out = append(out, c)
		}
	}
	return out
}

// mentions reports whether the text of a plan has the name of one of the VirtualServices.
func mentions(plan manifest.Object, routes []EntryRoute) bool {
	u, is := plan.Value.(*unstructured.Unstructured)
	if !is {
		return true
	}
	text, _, _ := unstructured.NestedString(u.Object, "data", "routes")
	return slices.ContainsFunc(routes, func(r EntryRoute) bool { return strings.Contains(text, r.Name) })
}
