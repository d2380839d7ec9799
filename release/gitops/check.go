package gitops

import (
	"errors"
	"fmt"
	"slices"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/validate"
)

// Check returns what is wrong with the release in a set, so that a pull request with
// a broken plan or a weight that was edited by hand is found before it is merged:
// the plan, the state and the marks, what holds the weights, drift, and what was
// written half-way. as says whether the set is a part of what is deployed.
func Check(set manifest.Set, as validate.Checker) validate.Findings {
	plans := release.PlanObjects(set)
	c := releaseCheck{as: as}
	if len(plans) == 0 {
		c.withoutPlan(set)
	}
	for _, plan := range plans {
		var err error
		if c.Tree, err = Open(set, plan.Ref.Name); err != nil {
			c.plan(plan, err)
			continue
		}
		c.release(plan)
	}
	return c.findings
}

// releaseCheck gathers findings.
type releaseCheck struct {
	Tree
	as       validate.Checker
	findings validate.Findings
}

func (c *releaseCheck) report(code validate.Code, o manifest.Object, path, format string, args ...any) {
	c.findings = append(c.findings, c.as.Finding(code, o, path, fmt.Sprintf(format, args...)))
}

// annotation is the path of an annotation.
func annotation(key string) string { return "metadata.annotations[" + key + "]" }

// withoutPlan reports what is marked although there is no plan.
func (c *releaseCheck) withoutPlan(set manifest.Set) {
	for _, o := range set.All() {
		for _, key := range c.marked(o) {
			c.report(validate.PlanNotFound, o, annotation(key), "must have the plan of its release in the directory: there is none")
		}
	}
}

// plan reports the faults of a plan, each at its line.
func (c *releaseCheck) plan(o manifest.Object, err error) {
	var faulty *release.PlanError
	if !errors.As(err, &faulty) {
		c.report(validate.BadPlan, o, "", "%v", err)
		return
	}
	for _, f := range faulty.Faults {
		finding := c.as.Finding(validate.BadPlan, o, "", f.Field+": "+f.Detail)
		finding.Line = f.Line
		c.findings = append(c.findings, finding)
	}
}

// release reports what stands otherwise than the release has left it.
func (c *releaseCheck) release(plan manifest.Object) {
	for _, f := range c.standing.faults {
		code := validate.BadState
		if errors.Is(f.err, rollout.ErrForeign) {
			code = validate.OtherPlan
		}
		c.report(code, f.object, annotation(release.AnnotationState), "%v", f.err)
	}
	for _, err := range c.faults {
		c.holder(plan, err)
	}
	if !c.Prepared() || c.Sound() != nil {
		return
	}
	weights := c.Config.Plan.Weights(c.State)
	for _, err := range c.missing(weights) {
		c.holder(plan, err)
	}
	for _, h := range c.holders() {
		o, _ := c.Set.Get(h.ref())
		written, err := c.written(h)
		switch {
		case err != nil:
			c.report(validate.BadState, o, annotation(release.AnnotationRevision), "%v", err)
		case !written:
			c.report(validate.BehindRelease, o, annotation(release.AnnotationRevision), "must be of revision %d: it was not written yet; the next command completes it", c.State.Revision)
		default:
			drifted := new(DriftError)
			if errors.As(c.drift(h, c.Place(), weights), &drifted) {
				c.report(validate.Drift, o, h.field(), "must be the weights of %s, %s, not %s", drifted.Place, spell(drifted.Expected), spell(drifted.Found))
			}
		}
	}
	if !c.State.Closed() {
		for _, i := range c.imagesThatDiffer() {
			c.report(validate.OtherImage, i.deployment, "", "container %s must run the image of the plan, %s, not %s", i.container, i.want, i.found)
		}
	}
}

// holder reports what is wrong with a holder, unless it is a finding of every set: an
// object that stands twice, or whose values are of wrong types.
func (c *releaseCheck) holder(plan manifest.Object, err error) {
	at := new(HolderError)
	errors.As(err, &at)
	o, there := c.Set.Get(at.Object)
	if errors.Is(err, ErrTwice) || slices.ContainsFunc(c.Set.Faults(), func(f manifest.Fault) bool { return there && f.Object == o.Ref }) {
		return
	}
	if !there {
		key := "data.routes"
		if c.Config.LaneGroup != "" {
			key = "data.laneGroup"
		}
		c.report(validate.ReleaseHolder, plan, key, "%s %s", at.Object, at.Detail)
		return
	}
	finding := c.as.Finding(validate.ReleaseHolder, o, "", at.Detail)
	finding.Line = at.Line
	c.findings = append(c.findings, finding)
}
