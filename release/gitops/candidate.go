package gitops

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// candidate returns the changes that add what the candidate lacks: workloads with their
// autoscalers and disruption budgets, and a lane. They are written like those of the version
// From. state is the state of the release after the commit.
//
// On Istio without ASM the lane is subsets. The routes between services that name them are
// another commit: candidate adds them when nothing else is missing.
func (t Tree) candidate(state rollout.State) ([]manifest.Change, error) {
	if t.Config.Values != nil {
		return t.candidateValues(state)
	}
	c := t.Config.Candidate
	sources, others := t.live.Workloads(c.From), t.live.OtherWorkloads(c.From)
	if len(sources)+len(others) == 0 {
		return nil,
			fmt.Errorf("candidate %s: there must be Deployments, StatefulSets or DaemonSets of version %s to derive "+
				"it from", c.Version, c.From)
	}
	d := derivation{Candidate: c, set: t.Set, there: t.live.Workloads(c.Version), along: t.alongside(),
		images: imagesOf(c), added: map[manifest.Ref]bool{}, words: words{}}
	d.words.add(c.From, c.Version)
	for _, o := range sources {
		d.workload(o)
	}
	for _, service := range slices.Sorted(maps.Keys(d.images)) {
		d.errs = append(d.errs, fmt.Errorf("candidate %s: images name service %s, which has no workload of version "+
			"%s to copy", c.Version, markup.Line(service), c.From))
	}
	d.errs = append(d.errs, d.otherWorkloads(others, t.live.OtherWorkloads(c.Version))...)
	add := func(changes []manifest.Change, err error) {
		d.changes, d.errs = append(d.changes, changes...), append(d.errs, err)
	}
	if t.live.Plain() {
		add(t.candidateSubsets())
	} else {
		add(t.candidateLane(state))
	}
	d.changes = append(d.changes, t.candidateListed()...)
	routes, err := t.candidateRoutes() // their faults are known before the first commit
	if len(d.changes) > 0 {
		routes = nil
	}
	add(routes, err)
	return d.changes, errors.Join(d.errs...)
}

// lacks returns the names of what the candidate lacks.
func (t Tree) lacks() []string {
	var out []string
	lane := t.Config.Candidate.LaneName()
	changes, _ := t.candidate(t.State) // others report the error
	for _, c := range changes {
		switch c := c.(type) {
		case manifest.AddDocument:
			ref := c.Like
			ref.Name = c.Value.(release.Object).GetName()
			out = append(out, ref.String())
		case manifest.ListResource:
			out = append(out, fmt.Sprintf("entry %s in %s", c.Path, c.Kustomization))
		case manifest.CopyItem:
			what := "subset"
			if c.Object.Kind == "VirtualService" {
				what = "route"
			}
			out = append(out, fmt.Sprintf("%s %s in %s", what, lane, c.Object))
		}
	}
	return out
}

// imagesOf returns the candidate's images by service and container.
func imagesOf(c release.Candidate) map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, i := range c.Images {
		if out[i.Service] == nil {
			out[i.Service] = map[string]string{}
		}
		out[i.Service][i.Container] = i.Image
	}
	return out
}

// derivation collects the changes that add what a candidate lacks, as copies from another
// version.
type derivation struct {
	release.Candidate
	set     manifest.Set
	there   []manifest.Object // what runs the candidate's pods already
	along   alongside
	images  map[string]map[string]string // by service and container, not used yet
	added   map[manifest.Ref]bool
	words   words
	changes []manifest.Change
	errs    []error
}

// add adds an object that is derived from another, beside it, unless it exists.
func (d *derivation) add(from manifest.Object, derived release.Object, err error) {
	if err != nil {
		d.errs = append(d.errs, fmt.Errorf("%s: %w", where(from), err))
		return
	}
	ref := from.Ref
	ref.Name = derived.GetName()
	d.words.add(from.Ref.Name, ref.Name)
	if _, there := d.set.Get(ref); there || d.added[ref] {
		return
	}
	d.added[ref] = true
	d.changes = append(d.changes, manifest.AddDocument{File: fileOf(from.File, d.From, d.Version), Value: derived,
		Like: from.Ref, Words: d.words})
}

// words are the words that differ in the comments of a copy: the version, and the names of
// objects.
type words map[string]string

// add adds a word, unless it has no letter: a number in a comment may be anything.
func (w words) add(old, other string) {
	if strings.ContainsFunc(old, unicode.IsLetter) {
		w[old] = other
	}
}

// fileOf returns the file of a new version's workloads, beside the file of the old version:
// mock-v2.yaml becomes mock-v3.yaml, and all.yaml becomes all-v3.yaml.
func fileOf(file, old, version string) string {
	dir, base := path.Split(file)
	stem := strings.TrimSuffix(base, path.Ext(base))
	if i := strings.LastIndex(stem, old); i >= 0 {
		return dir + stem[:i] + version + stem[i+len(old):] + ".yaml"
	}
	return dir + stem + "-" + version + ".yaml"
}
