package main

import (
	"math/big"
	"slices"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/validate"
)

// review is what a change does. -format json prints it as JSON; the lists are never null.
type review struct {
	// Safe says that the change may be applied in any order. Hazards say why not.
	Safe    bool             `json:"safe"`
	Hazards []release.Hazard `json:"hazards"`
	// Notes say what happens on the way. They do not make the change less safe.
	Notes []string `json:"notes"`
	// Commits are safe commits in order, if the change is not safe as one. They are empty if the
	// result of the change is not safe either.
	Commits []commit `json:"commits"`
	// Changes are the differences in meaning.
	Changes []change `json:"changes"`
	// Requests say where requests go, before and after.
	Requests []request `json:"requests"`
	// Capacity is the load of the unfinished releases after the change. It is empty if nothing
	// changes.
	Capacity []planCapacity `json:"capacity"`
	// Findings are the new findings.
	Findings validate.Findings `json:"findings"`
}

// commit is a part of a change that is safe alone.
type commit struct {
	// Title is the first line of a message for it, Objects are the objects that it changes.
	Title   string   `json:"title"`
	Objects []string `json:"objects"`
}

// change is a difference in meaning: see manifest.Difference.
type change struct {
	// Object is the object that differs; Field the path of the field, empty for the whole object; Lane
	// the lane of a weight. Before and After are the values.
	Object string `json:"object"`
	Field  string `json:"field"`
	Lane   string `json:"lane"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// request says where a request goes.
type request struct {
	// Host, Path and Gateway are those of the request; empty means any.
	Host    string `json:"host"`
	Path    string `json:"path"`
	Gateway string `json:"gateway"`
	// Before and After are where it goes.
	Before way `json:"before"`
	After  way `json:"after"`
	// Moved is the share of the requests that go another way than before; nil if unknown.
	Moved *moved `json:"moved"`
}

// way is a preview, or the error in its place.
type way struct {
	// Result is the preview; nil if there is an error.
	Result *preview.Result `json:"result"`
	// Error says why there is no preview; else empty.
	Error string `json:"error"`
}

// moved is the share of the requests that go another way than before.
type moved struct {
	// Share is from 0 to 1. Fraction is the exact share, as "1/3".
	Share    float64 `json:"share"`
	Fraction string  `json:"fraction"`
}

func newReview(base, head manifest.Set, o options) review {
	r := review{Hazards: release.Hazards(base, head), Notes: []string{}, Commits: []commit{}, Changes: []change{},
		Requests: []request{},
		Capacity: []planCapacity{},
		Findings: validate.New(o.check(base, gitops.Check), o.check(head, gitops.Check))}
	r.Safe = len(r.Hazards) == 0
	if r.Safe {
		r.Hazards = []release.Hazard{}
	}
	if r.Findings == nil {
		r.Findings = validate.Findings{}
	}
	for _, d := range manifest.Diff(base, head) {
		r.Changes = append(r.Changes, change{d.Object.String(), d.Field, d.Lane, d.Before, d.After})
	}
	if len(r.Changes) > 0 {
		r.Capacity = capacities(head)
	}
	if !r.Safe {
		r.Commits = commits(base, head)
	}
	for _, sum := range release.LaneSums(base, head) {
		r.Notes = append(r.Notes, sum.String())
	}
	before, after := preview.New(base), preview.New(head)
	requests := o.requests
	if len(requests) == 0 {
		requests = entries(before, after)
	}
	for _, q := range requests {
		out := request{Host: q.Host, Path: q.Path, Gateway: q.Gateway, Before: follow(before, q),
			After: follow(after, q)}
		out.Moved = movedShare(out.Before.Result, out.After.Result)
		r.Requests = append(r.Requests, out)
	}
	return r
}

// commits returns the safe commits of a change, empty if one of them is not safe.
func commits(base, head manifest.Set) []commit {
	out := []commit{}
	for _, step := range release.Steps(base, head) {
		if len(release.Hazards(base, step.Set)) > 0 {
			return []commit{}
		}
		c := commit{Title: step.Title, Objects: []string{}}
		for _, d := range manifest.Diff(base, step.Set) {
			if name := d.Object.String(); !slices.Contains(c.Objects, name) {
				c.Objects = append(c.Objects, name)
			}
		}
		base = step.Set
		out = append(out, c)
	}
	return out
}

// errs returns the number of new findings that are errors.
func (r review) errs() int {
	n := 0
	for _, f := range r.Findings {
		if f.Severity == validate.Error {
			n++
		}
	}
	return n
}

// maxRequests is the most requests that a review follows if the caller names none.
const maxRequests = 5

// entries returns requests for the routes at gateways after the change, then for those that only
// existed before it. Routes with several destinations come first.
func entries(base, head preview.Mesh) []preview.Request {
	out := head.Entries()
	for _, q := range base.Entries() {
		known := slices.ContainsFunc(out, func(other preview.Request) bool {
			return other.Host == q.Host && other.Path == q.Path && other.Gateway == q.Gateway
		})
		if !known {
			out = append(out, q)
		}
	}
	return out[:min(len(out), maxRequests)]
}

func follow(mesh preview.Mesh, q preview.Request) way {
	result, err := mesh.Trace(q)
	if err != nil {
		return way{Error: err.Error()}
	}
	return way{Result: &result}
}

// movedShare returns the share of the requests that go another way: the sum of the gains of all
// ways.
func movedShare(before, after *preview.Result) *moved {
	if before == nil || after == nil || before.Outcomes == nil || after.Outcomes == nil {
		return nil
	}
	was := map[string]*big.Rat{}
	for _, o := range before.Outcomes {
		was[o.String()] = o.Share
	}
	sum := new(big.Rat)
	for _, o := range after.Outcomes {
		gained := new(big.Rat).Set(o.Share)
		if old := was[o.String()]; old != nil {
			gained.Sub(gained, old)
		}
		if gained.Sign() > 0 {
			sum.Add(sum, gained)
		}
	}
	share, _ := sum.Float64()
	return &moved{share, sum.RatString()}
}
