package validate

import (
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/manifest"
)

// Check returns what is wrong in a set that is all of what is deployed: what it
// refers to must be in it.
func Check(set manifest.Set) Findings { return check(set, false) }

// CheckPartial is Check for a set that is a part of what is deployed: a
// reference that it does not resolve is of severity Info.
func CheckPartial(set manifest.Set) Findings { return check(set, true) }

func check(set manifest.Set, partial bool) Findings {
	c := checker{index: newIndex(set), severity: make(map[Code]Severity)}
	for _, rule := range Rules() {
		c.severity[rule.Code] = rule.Severity
		if partial && rule.Reference {
			c.severity[rule.Code] = Info
		}
	}
	c.checkFaults()
	c.checkDuplicates()
	c.checkRoutes()
	c.checkGateways()
	c.checkGroups()
	c.checkModes()
	c.checkEntries()
	c.checkMatches()
	c.checkLanes()
	c.checkDeployments()
	slices.SortFunc(c.findings, compare)
	return c.findings
}

// checker walks a set that is indexed and gathers findings.
type checker struct {
	index
	severity map[Code]Severity
	findings Findings
}

func (c *checker) report(code Code, o manifest.Object, path *field.Path, message string) {
	f := Finding{Code: code, Severity: c.severity[code], Object: o.Ref, File: o.File, Line: o.Line, Message: message}
	if path != nil {
		f.Field = path.String()
		f.Line = o.LineOf(f.Field)
	}
	c.findings = append(c.findings, f)
}

// checkDuplicates reports objects that stand in the set twice.
func (c *checker) checkDuplicates() {
	seen := make(map[manifest.Ref]bool, c.set.Len())
	for _, o := range c.set.All() {
		if seen[o.Ref] && o.Ref.Name != "" {
			first, _ := c.set.Get(o.Ref)
			where := "before"
			if first.File != "" {
				where = "in " + first.File
			}
			c.report(DuplicateObject, o, nil, "must stand in the set once: it stands "+where+" too")
		}
		seen[o.Ref] = true
	}
}
