package gitops

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/routing"
	"github.com/swimlane-go/swimlane/validate"
)

// gates reports what is probably not meant in a plan's gates, and evidence that cannot be
// read.
func (c *releaseCheck) gates(t planTree) {
	plan := t.Config.Plan
	for _, w := range plan.Warnings() {
		c.inPlan(t, validate.PlanDoubt, w.Field, "%s", w.Detail)
	}
	if attempts, at := t.retries(); attempts > 0 {
		for _, path := range plan.Clumps() {
			c.inPlan(t, validate.Clump, path.Child("clump").String(), "should be %d, the attempts of the route of %s and the first one: it is 1", attempts+1, at.Ref())
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

// inPlan reports something of a plan, by its path in the plan.
func (c *releaseCheck) inPlan(t planTree, code validate.Code, path, format string, args ...any) {
	u, _ := t.plan.Value.(*unstructured.Unstructured) // it was decoded
	value, _, _ := unstructured.NestedString(u.Object, "data", "plan")
	text := t.plan.Text("data.plan", value)
	var plan map[string]any
	text.Decode(&plan) // so that it knows its lines
	c.reportAt(text.LineOf(path), code, t.plan, "data.plan."+path, format, args...)
}

// retries returns the most attempts after the first that a route of the release makes, as
// far as they are written, and where.
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
