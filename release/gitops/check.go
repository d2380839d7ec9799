package gitops

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/validate"
)

// Check returns the faults of the releases in a set, so that a review finds a broken plan or a
// weight that was edited by hand before the merge. It checks the plans with their gates and
// capacity, the states, the marks, the holders of weights, drift, and half-written changes. It
// does not repeat findings of validate.Check. as says whether the set is a part of what is
// deployed.
func Check(set manifest.Set, as validate.Checker) validate.Findings {
	set = release.WithValues(set).Overlaid()
	c := releaseCheck{set: set, as: as, taken: map[manifest.Ref]bool{}, faults: map[manifest.Ref][]manifest.Fault{}}
	for _, f := range set.Faults() {
		c.faults[f.Object] = append(c.faults[f.Object], f)
	}
	plans := release.PlanObjects(set)
	ours := map[manifest.Ref]bool{}
	var trees []planTree
	for _, plan := range plans {
		config, err := release.DecodeConfigIn(set, plan)
		if err != nil {
			c.plan(plan, err)
			continue
		}
		if c.said(plan, manifest.DuplicateKey, "data.") {
			continue // nobody knows which of the two values counts
		}
		t := planTree{open(set, []string{"."}, config, nil), plan}
		for _, h := range t.live.Holders {
			ours[h.Ref] = true
			c.taken[h.Ref] = c.taken[h.Ref] || t.Prepared()
		}
		trees = append(trees, t)
	}
	if len(trees) == len(plans) && !c.unreadPlan() { // a mark may be of a plan that cannot be read
		c.strays(ours, len(plans) > 0)
	}
	for _, t := range trees {
		c.state(t)
		c.holders(t)
		c.gates(t)
		if t.Prepared() && t.definedTwice(t.live.Carrier()) == nil {
			c.release(t)
			c.capacity(t)
		}
	}
	return validate.Merge(c.findings)
}

// planTree is a release with the object of its plan.
type planTree struct {
	Tree
	plan manifest.Object
}

// releaseCheck collects findings.
type releaseCheck struct {
	set manifest.Set
	as  validate.Checker
	// taken are the holders of releases with a state of their plan. Other plans do not report
	// what these holders bear.
	taken map[manifest.Ref]bool
	// faults are the faults of the set, by object.
	faults   map[manifest.Ref][]manifest.Fault
	findings validate.Findings
}

func (c *releaseCheck) report(code validate.Code, o manifest.Object, path, format string, args ...any) {
	message := strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", "; ")
	c.findings = append(c.findings, c.as.Finding(code, o, path, message))
}

// reportAt reports a finding at another line than the path's.
func (c *releaseCheck) reportAt(line int, code validate.Code, o manifest.Object, path, format string, args ...any) {
	c.report(code, o, path, format, args...)
	c.findings[len(c.findings)-1].Line = line
}

// annotation returns the path of an annotation.
func annotation(key string) string { return "metadata.annotations[" + key + "]" }

// plan reports the faults of a plan, each at its line.
func (c *releaseCheck) plan(o manifest.Object, err error) {
	faulty := new(release.PlanError)
	errors.As(err, &faulty)
	for _, f := range faulty.Faults {
		path := f.Field
		if path != "data" && !strings.HasPrefix(path, "metadata.") {
			path = "data." + path
		}
		if !c.said(o, manifest.WrongType, path) {
			c.reportAt(f.Line, validate.BadPlan, o, path, "%s", f.Detail)
		}
	}
}

// said reports whether the reader of the set found a fault of a kind in an object, in a field
// that begins with path. Such a fault is a finding of every set.
func (c *releaseCheck) said(o manifest.Object, kind manifest.FaultKind, path string) bool {
	return slices.ContainsFunc(c.faults[o.Ref], func(f manifest.Fault) bool {
		return f.Kind == kind && f.File == o.File && strings.HasPrefix(f.Field, path)
	})
}

// unreadPlan reports whether an unreadable file has the label of a plan.
func (c *releaseCheck) unreadPlan() bool {
	return slices.ContainsFunc(c.set.Faults(), func(f manifest.Fault) bool {
		data, _ := c.set.Source(f.File)
		return f.Kind == manifest.Unreadable && bytes.Contains(data, []byte(release.LabelPlan))
	})
}

// strays reports the marks on objects that are not a holder of any plan.
func (c *releaseCheck) strays(ours map[manifest.Ref]bool, planned bool) {
	for _, o := range c.set.All() {
		if ours[o.Ref] {
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(o.Meta().GetAnnotations())) {
			if !release.IsMark(key) {
				continue
			}
			if planned {
				c.report(validate.BadState, o, annotation(key),
					"must not be here: no plan names %s as a holder of its weights", o.Ref)
			} else {
				c.report(validate.PlanNotFound, o, annotation(key),
					"must have the plan of its release in the directory: found none")
			}
		}
	}
}

// state reports why the state is not a state of the plan, and selectors of retiring lanes that
// cannot be read.
func (c *releaseCheck) state(t planTree) {
	for _, f := range t.live.Faults {
		if _, ours := t.live.Holder(f.Object.Ref); !ours || !t.Prepared() && c.taken[f.Object.Ref] {
			continue // strays reports it, or it is of another plan
		}
		code := validate.BadState
		if errors.Is(f.Err, rollout.ErrForeign) {
			code = validate.OtherPlan
		}
		c.report(code, f.Object, t.statePath(), "%v", f.Err)
	}
	if !t.State.Closed() {
		return
	}
	if _, _, err := t.selectors(t.Config.Plan.Retiring(t.State)); err != nil {
		carrier, _ := c.set.Get(t.live.Carrier())
		c.report(validate.BadState, carrier, annotation(t.live.Annotations().Retiring),
			"must be the selectors of lanes that retire: %v", errors.Unwrap(err))
	}
}

// holders reports the faults of the holders of weights. It leaves out the findings of every
// set: an object that appears twice, or has values of wrong types.
func (c *releaseCheck) holders(t planTree) {
	faults := t.faults
	if t.Prepared() {
		faults = slices.Concat(faults, t.missing(t.Config.Plan.Weights(t.State)))
	}
	for _, err := range faults {
		at := new(release.HolderError)
		errors.As(err, &at)
		o, there := c.set.Get(at.Object)
		switch {
		case errors.Is(err, release.ErrUnlisted): // strays reports it
		case !there:
			path, line := t.placeOf(at.Object)
			c.reportAt(line, validate.ReleaseHolder, t.plan, path, "%s %s", at.Object, at.Detail)
		case !errors.Is(err, release.ErrTwice) && !c.said(o, manifest.WrongType, ""):
			c.reportAt(at.Line, validate.ReleaseHolder, o, "", "%s", at.Detail)
		}
	}
}

// placeOf returns the path and the line at which the plan names a holder.
func (t planTree) placeOf(ref manifest.Ref) (path string, line int) {
	if t.Config.LaneGroup != "" {
		path = "data.plan"
		if ref == t.live.Carrier() {
			path = "data.laneGroup"
		}
		return path, t.plan.LineOf(path)
	}
	if t.Config.Values != nil {
		return "data.values", t.plan.LineOf("data.values")
	}
	path = "data.routes"
	u, _ := t.plan.Value.(*unstructured.Unstructured) // it was decoded
	value, _, _ := unstructured.NestedString(u.Object, "data", "routes")
	text := t.plan.Text(path, value)
	var routes []release.EntryRoute
	text.Decode(&routes) // in the order of the text: a Config sorts them
	item := fmt.Sprintf("[%d]", slices.IndexFunc(routes, func(r release.EntryRoute) bool { return r.Ref() == ref }))
	return path + item, text.LineOf(item)
}
