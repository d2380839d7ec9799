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

// Init writes the plan of a release into release.yaml, for people to edit. The directory says
// the routes or the lane group, the lanes and their weights, the version to copy and its
// images. The candidate is the lane to be released. It takes 10, 30, 80 and 100 percent, and a
// roll back leads back to the present weights. People must fill in the images: until then the
// plan is refused, see [release.FillIn].
//
// Without a lane group the lanes are subsets, on Istio without ASM. The destinations of a route
// must then be subsets of one Service. The route is at a gateway or, without one, between
// services. The plan then lists the services that are released together.
//
// Beside another plan, the new plan has a unique name and file. It is for the only app without
// a plan, or for the next candidate of the only app without a release under way.
//
// In a Helm chart a file of values has the weights: see [InitValues].
//
// Init is refused if the directory has traces of a release without its plan, or a file
// release.yaml without a plan; if a plan cannot be read; if requests enter no lane group or
// several by weights, and no route leads to subsets; if weights do not sum to 100 or differ
// from route to route; and if the candidate has weight.
func Init(set manifest.Set, candidate string) (Commit, error) {
	return initIn(set, ".", nil, candidate)
}

// initIn is Init with the plan in a directory of the set. values says where a file of values
// has the weights; nil if objects may have them.
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

// withWorkloads returns a config with the candidate, as the objects of a set show it.
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

// newCandidate returns a candidate that is made from the newest stable version. Lanes do not
// say which version is the newest: it is the version of the last lane with weight, since
// releases add lanes at the end.
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
	chains := t.imageChains()
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
			image.Image = chains.built(o.File, container.Image)
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

// readBack returns the written plan as a set. It fails unless the plan is valid once its images
// are filled in: the directory may have any names.
func readBack(data []byte) (manifest.Set, error) {
	filled, err := manifest.Decode(manifest.File{Name: initFile,
		Data: bytes.ReplaceAll(data, []byte(release.FillIn), []byte("filled-in"))})
	if err == nil {
		_, err = release.ReadConfig(filled, "")
	}
	return filled, err
}
