package gitops

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// initFile is the file that Init writes.
const initFile = "release.yaml"

// Init writes the plan of a release, to be edited, into release.yaml: what the
// directory holds says the routes or the lane group, the lanes and their weights, the
// version to copy and its images. The candidate is the lane to be released; it takes
// 10, 30, 80 and 100 percent, and a roll back leads back to the weights of now. The
// images are to be filled in: until then the plan is refused, see [release.FillIn].
//
// Without a lane group the lanes are subsets, on Istio without ASM: of a route whose
// destinations all are subsets of one Service, at a gateway or, without one, between
// services. The plan then lists the services that are released together.
//
// Beside another plan it writes one with a name and a file of its own: for the only app
// that no plan is of, or for the next candidate of one that has no release under way.
//
// In a Helm chart the weights stand in a file of values: see [InitValues].
//
// It is refused where there are traces of a release whose plan is not there, or a file
// release.yaml that holds no plan; where a plan cannot be read; where no lane group or
// several are entered by weights, and no route to subsets; where weights do not sum to 100
// or differ from route to route; and where the candidate has weight.
func Init(set manifest.Set, candidate string) (Commit, error) {
	return initIn(set, ".", nil, candidate)
}

// initIn is Init with the plan in a directory of the set, and, where the weights are
// known to stand in a file of values, in which.
func initIn(set manifest.Set, dir string, values *release.Values, candidate string) (Commit, error) {
	if _, isChart := set.ChartValues(dir); isChart && values == nil {
		values = &release.Values{}
	}
	out, err := initPlan(set, dir, values, candidate)
	if err != nil {
		return Commit{}, fmt.Errorf("init: %w", err)
	}
	return out, nil
}

func initPlan(set manifest.Set, dir string, values *release.Values, candidate string) (Commit, error) {
	if len(fieldcheck.Label(nil, candidate)) > 0 {
		return Commit{},
			fmt.Errorf("the candidate must be the name of the lane to be released, a DNS-1123 label (at most 63 of "+
				"a-z, 0-9 and '-'), not %.80q", candidate)
	}
	set = set.Overlaid()
	plans, err := readPlanned(set)
	if err != nil {
		return Commit{}, err
	}
	var entry entry
	if values != nil {
		set, entry, err = valuesEntry(set, plans, dir, *values)
	} else {
		entry, err = findEntry(set, plans)
	}
	if err == nil {
		err = plans.of(entry).sameCandidate(candidate)
	}
	if err != nil {
		return Commit{}, err
	}
	name, file, err := plans.place(set, dir, entry.group, candidate)
	if err != nil {
		return Commit{}, err
	}
	percent, _ := entry.weights.Percent(candidate)
	if percent > 0 {
		return Commit{}, fmt.Errorf("the candidate, lane %s, must have no weight yet: it has %d in %s", candidate,
			percent, entry.at)
	}
	stable := slices.DeleteFunc(entry.weights.Clone(), func(w rollout.Weight) bool { return w.Lane == candidate })
	plan, err := rollout.PlanFromPercents(stable, candidate, 10, 30, 80, 100)
	if err != nil {
		return Commit{}, fmt.Errorf("%s: %w", entry.at, err)
	}
	for i := range plan.Stages {
		plan.Stages[i].Criteria = candidate + " is deployed and its pods are ready"
		if i > 0 {
			percent, _ := plan.Stages[i-1].Weights.Percent(candidate)
			plan.Stages[i].Criteria = fmt.Sprintf("%s is good at %d%% (say what must be measured, and for how long)",
				candidate, percent)
		}
	}
	c := release.Config{Name: name, Plan: plan, Routes: entry.routes}
	fillIn := "the images and the criteria"
	if entry.values != nil {
		v := fromPlan(*entry.values, file)
		c.Values, c.Candidate, fillIn = &v, valuesCandidate(plan), "the criteria"
	} else if c, err = withWorkloads(c, set, entry); err != nil {
		return Commit{}, err
	}
	data, err := planText(c)
	if err != nil {
		return Commit{}, err
	}
	written, err := readBack(data)
	if err != nil {
		return Commit{}, fmt.Errorf("a plan cannot be written for this directory: %w", err)
	}
	lists, notes := listPlan(set, file)
	return Commit{
		Files:       append([]manifest.FileChange{{Name: file, After: data}}, lists...),
		Differences: manifest.Diff(manifest.Set{}, written),
		Subject:     fmt.Sprintf("%s: plan the release of %s", c.Name, candidate),
		Notes: slices.Concat([]string{"fill in " + fillIn + " in " + file + ", then prepare"}, plans.note(name),
			notes),
	}, nil
}

// withWorkloads returns a config with what the objects of a set say of the candidate.
func withWorkloads(c release.Config, set manifest.Set, e entry) (release.Config, error) {
	if len(c.Routes) == 0 {
		c.LaneGroup = e.group
	}
	t := Tree{Set: set, Config: c, live: release.ReadSet(c, set)}
	if t.live.Plain() { // no lane group lists them
		c.Services = t.live.Services()
	}
	var err error
	c.Candidate, err = t.newCandidate()
	return c, err
}

// newCandidate returns how the candidate is made of the newest stable version. Lanes
// do not say which is the newest: it is taken to be that of the last lane in order
// that has weight, since releases add theirs at the end.
func (t Tree) newCandidate() (release.Candidate, error) {
	plan := t.Config.Plan
	newest := ""
	for _, w := range plan.Before {
		if w.Percent > 0 {
			newest = w.Lane
		}
	}
	selector, there := t.live.Selector(newest)
	var c release.Candidate
	seen := map[release.Image]bool{}
	for _, o := range t.live.Members() {
		version := lanes.VersionOf(o.PodLabels())
		if !there || version == "" || !labelindex.Selects(selector, o.PodLabels()) {
			continue
		}
		if c.From != "" && c.From != version {
			return c, fmt.Errorf("lane %s must have workloads of one version, to be copied: it has %s and %s", newest,
				c.From, version)
		}
		c.From = version
		pod := o.PodTemplate().Spec
		for _, container := range slices.Concat(pod.Containers, pod.InitContainers) {
			image := release.Image{Service: o.PodLabels()[lanes.LabelApp], Container: container.Name}
			if seen[image] || image.Service == "" {
				continue
			}
			seen[image] = true
			image.Image = container.Image
			c.Images = append(c.Images, image)
		}
	}
	if c.From == "" {
		return c,
			fmt.Errorf("lane %s must have a Deployment, StatefulSet or DaemonSet of its version in the directory, to "+
				"be copied", newest)
	}
	// A lane that is called "shop-v3" for v3 has a neighbour "shop-v4" for v4.
	c.Version = plan.Candidate
	prefix, named := strings.CutSuffix(newest, c.From)
	if version, found := strings.CutPrefix(plan.Candidate, prefix); named && found && version != "" {
		c.Version = version
	}
	if c.Version != plan.Candidate {
		c.Lane = plan.Candidate
	}
	return c, nil
}

// readBack returns what was written as a set. It fails unless the plan is good once
// its images are filled in, whatever the names are in the directory.
func readBack(data []byte) (manifest.Set, error) {
	filled, err := manifest.Decode(manifest.File{Name: initFile,
		Data: bytes.ReplaceAll(data, []byte(release.FillIn), []byte("filled-in"))})
	if err == nil {
		_, err = release.ReadConfig(filled, "")
	}
	return filled, err
}
