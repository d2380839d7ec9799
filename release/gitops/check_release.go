package gitops

import (
	"errors"
	"fmt"
	"slices"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/validate"
)

// release reports what differs from what the release left.
func (c *releaseCheck) release(t planTree) {
	weights := t.Config.Plan.Weights(t.State)
	halfWritten, asLeft := t.lanesHalfWritten(), len(t.missing(weights)) == 0
	for _, h := range t.live.Holders {
		o, there := t.Set.Get(h.Ref)
		said := slices.ContainsFunc(t.live.Faults, func(f release.StateFault) bool { return f.Object.Ref == o.Ref })
		if !there || said || t.definedTwice(o.Ref) != nil {
			continue // other findings say so
		}
		written, err := t.live.IsWritten(h)
		drifted := new(release.DriftError)
		switch {
		case err != nil:
			c.report(validate.BadState, o, annotation(t.live.Annotations().Revision), "%v", err)
			asLeft = false
		case !written:
			if h.Ref.Kind != lanes.KindLane || !halfWritten {
				c.report(validate.BehindRelease, o, annotation(t.live.Annotations().Revision),
					"must be of revision %d: it was not written yet; the next command completes it", t.State.Revision)
			}
		case errors.As(h.Drift(t.Place(), weights), &drifted):
			c.report(validate.Drift, o, driftedField(h, drifted), "%s", drifted.Detail())
			asLeft = false
		}
	}
	if t.State.Closed() {
		return
	}
	for _, i := range t.imagesThatDiffer() {
		c.report(validate.OtherImage, i.workload, i.field, "container %s must run the image of the plan, %s, not %s",
			i.container, i.want, i.found)
	}
	if !asLeft || c.as.Partial {
		return // what the candidate lacks was removed, or is not in the set
	}
	if len(t.routesLeft()) > 0 {
		return // they are the second commit of prepare
	}
	carrier, _ := t.Set.Get(t.live.Carrier())
	for _, what := range t.lacks() {
		c.report(validate.BehindRelease, carrier, t.statePath(),
			"must have the candidate's %s beside it: it was not written yet; the next command completes it", what)
	}
}

// driftedField returns the path of the first weight that differs in a route. If one is missing,
// it is the path of all weights.
func driftedField(h release.Holder, d *release.DriftError) string {
	if h.Ref.Kind == "VirtualService" {
		for i, w := range d.Found {
			if want, _ := d.Expected.Percent(w.Lane); want != w.Percent {
				return fmt.Sprintf("%s[%d].weight", h.Field, i)
			}
		}
	}
	return h.Field
}

// lanesHalfWritten reports whether validate says that some lanes were not written: their
// weights do not sum to 100, and they bear several marks.
func (t Tree) lanesHalfWritten() bool {
	sum, marks := int32(0), map[string]bool{}
	for _, o := range t.live.LanesOfGroup() {
		if w := o.Lane().Spec.IngressWeight; w != nil && w.Weight != nil {
			marks[o.Meta().GetAnnotations()[release.AnnotationRevision]] = true
			sum += *w.Weight
		}
	}
	return sum != 100 && len(marks) > 1
}
