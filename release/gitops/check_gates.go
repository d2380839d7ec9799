package gitops

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
	"github.com/swimlane-go/swimlane/validate"
)

// gates reports what is probably not meant in a plan's gates, and evidence that cannot be
// read.
func (c *releaseCheck) gates(t planTree) {
	plan := t.Config.Plan
	if warnings := plan.Warnings(); len(warnings) > 0 {
		text := t.planText()
		for _, w := range warnings {
			c.reportAt(text.LineOf(w.Field), validate.PlanDoubt, t.plan, "data.plan."+w.Field, "%s", w.Detail)
		}
	}
	if d := t.Config.Demand; d != nil {
		c.detections(t, plan.Detections(d.Expected()))
		if low := plan.CeilingsWithin(d.Errors); len(low) > 0 {
			text := t.planText()
			for _, path := range low {
				c.reportAt(text.LineOf(path.String()), validate.LowCeiling, t.plan, "data.plan."+path.String(),
					"must be above %v, the share of requests that fails anyway by the demand", d.Errors)
			}
		}
	}
	if attempts, at := t.retries(); attempts > 0 && len(plan.Clumps()) > 0 {
		text := t.planText()
		for _, check := range plan.Clumps() {
			path := check.Child("clump").String()
			c.reportAt(text.LineOf(path), validate.Clump, t.plan, "data.plan."+path,
				"should be %d, the attempts of the route of %s and the first one: it is 1", attempts+1, at.Ref())
		}
	}
	carrier, there := c.set.Get(t.live.Carrier())
	if _, err := t.live.Known(); err != nil && there && (t.Prepared() || !c.taken[carrier.Ref]) {
		path := annotation(t.live.Annotations().Evidence)
		if v := t.Config.Values; v != nil {
			path = v.StatePaths()[1]
		}
		c.report(validate.BadEvidence, carrier, path, "%v", err)
	}
}

// detections reports stages that end before a guard can see a fault.
func (c *releaseCheck) detections(t planTree, all []rollout.Detection) {
	if !slices.ContainsFunc(all, func(d rollout.Detection) bool { return d.Early }) {
		return
	}
	text := t.planText()
	for i, d := range all {
		if !d.Early {
			continue
		}
		path := "finish"
		if i+1 < len(all) {
			path = fmt.Sprintf("stages[%d].gate", i+1)
		}
		found := fmt.Sprintf("a candidate that fails five times as often is seen after %s, in half of all releases",
			d.Takes)
		if d.Guard < 0 {
			found = "no guard ever sees a candidate that fails five times as often"
		}
		kept := ""
		if d.Kept > 0 {
			kept = fmt.Sprintf(", not for %s", d.Kept)
		}
		c.reportAt(text.LineOf(path), validate.SlowGuard, t.plan, "data.plan."+path,
			"must keep stage %s until a guard can have seen a fault, or check the metric of that guard%s: %s",
			d.Stage, kept, found)
	}
}

// planText returns the plan as it is written, with its lines.
func (t planTree) planText() manifest.Text {
	u, _ := t.plan.Value.(*unstructured.Unstructured) // it was decoded
	value, _, _ := unstructured.NestedString(u.Object, "data", "plan")
	text := t.plan.Text("data.plan", value)
	var plan map[string]any
	text.Decode(&plan) // which finds the lines
	return text
}

// retries returns the highest number of retries that a route of the release states, and the
// route.
func (t Tree) retries() (attempts int32, at release.EntryRoute) {
	for _, r := range t.Config.Routes {
		o, there := t.Set.Get(r.Ref())
		if !there || o.VirtualService() == nil {
			continue
		}
		route, _, err := routing.FindRoute(o.VirtualService(), r.Route)
		if n := route.GetRetries().GetAttempts(); err == nil && n > attempts {
			attempts, at = n, r
		}
	}
	return attempts, at
}
