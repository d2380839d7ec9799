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

// Annotations are the keys of the annotations by which a release marks its objects: those
// that [AnnotationState] and the constants after it document. Where
// several plans of a set name routes of one VirtualService, each release has keys of its
// own, which end in a dot and the plan's name.
type Annotations struct {
	State, Revision, Retiring, Evidence, History string
}

// maxSuffix is how long a plan's name may be to stand in a key, of which Kubernetes takes
// 63 characters behind the slash.
const maxSuffix = 63 - len("retiring.")

// annotationsOf returns the keys that are a plan's own. A long name is shortened to a
// digest.
func annotationsOf(plan string) Annotations {
	if len(plan) > maxSuffix {
		sum := sha256.Sum256([]byte(plan))
		plan = hex.EncodeToString(sum[:16])
	}
	suffix := "." + plan
	return Annotations{AnnotationState + suffix, AnnotationRevision + suffix, AnnotationRetiring + suffix,
		AnnotationEvidence + suffix, AnnotationHistory + suffix}
}

// All returns the keys, the state's first.
func (a Annotations) All() []string {
	return []string{a.State, a.Retiring, a.Revision, a.Evidence, a.History}
}

// shared returns the keys that all releases have.
func shared() Annotations {
	return Annotations{AnnotationState, AnnotationRevision, AnnotationRetiring, AnnotationEvidence, AnnotationHistory}
}

// Annotations returns the keys of this release.
func (l Live) Annotations() Annotations { return l.keys }

// IsMark reports whether a release marks objects by an annotation.
func IsMark(key string) bool {
	return slices.ContainsFunc(shared().All(), func(of string) bool {
		rest, found := strings.CutPrefix(key, of)
		return found && (rest == "" || rest[0] == '.')
	})
}

// readAnnotations decides which keys the release has: its own where its objects bear them,
// or where another plan shares one of them; else those that all releases have. A release
// that began alone keeps these, also when another plan comes to share its object.
//
// Two plans that are the same may both have written what all releases have: then the
// error says so.
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
		return own, nil // they are another's
	case others[same].borne(l.Set):
		return shared, nil // the other has its own
	}
	return shared,
		fmt.Errorf("it may be that of plan %s or of plan %s, which are the same: end the key in a dot and the name "+
			"of the plan whose it is", l.Config.Name, others[same].Name)
}

// borne reports whether the objects of a plan bear its own keys.
func (c Config) borne(set manifest.Set) bool {
	own := annotationsOf(c.Name)
	return slices.ContainsFunc(c.Routes, func(r EntryRoute) bool {
		o, _ := set.Get(r.Ref())
		return o.Meta().GetAnnotations()[own.State] != "" || o.Meta().GetAnnotations()[own.Revision] != ""
	})
}

// sharers returns the other plans of the set that name another route of a VirtualService
// of this one. A plan that names the same route is that of the release before or after.
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
			continue // most plans: reading one takes its time
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

// mentions reports whether a plan speaks of a VirtualService by name.
func mentions(plan manifest.Object, routes []EntryRoute) bool {
	u, is := plan.Value.(*unstructured.Unstructured)
	if !is {
		return true
	}
	text, _, _ := unstructured.NestedString(u.Object, "data", "routes")
	return slices.ContainsFunc(routes, func(r EntryRoute) bool { return strings.Contains(text, r.Name) })
}
