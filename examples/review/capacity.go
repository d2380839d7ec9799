package main

import (
	"strings"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/capacity"
	"github.com/swimlane-go/swimlane/rollout"
)

// planCapacity is the load of the places of a release.
type planCapacity struct {
	// Plan is the name of the plan, Place the place of the release in words.
	Plan  string `json:"plan"`
	Place string `json:"place"`
	// Places and Notes come from capacity.Of.
	Places []capacity.Place `json:"places"`
	Notes  []string         `json:"notes"`
	// Detections say how long a fault stays undetected at each stage. It is empty if the plan has
	// no guard with counts, or if its demand does not say how many requests fail anyway.
	Detections []rollout.Detection `json:"detections"`
	unseen     string              // Detections as Markdown
}

// capacities returns the load of each unfinished release of a set. It omits a release that cannot
// be judged: findings say why.
func capacities(set manifest.Set) []planCapacity {
	out := []planCapacity{}
	set = release.WithValues(set).Overlaid()
	for _, o := range release.PlanObjects(set) {
		config, err := release.DecodeConfigIn(set, o)
		if err != nil {
			continue
		}
		live := release.ReadSet(config, set)
		if live.State.Closed() {
			continue
		}
		var demand release.Demand
		if config.Demand != nil {
			demand = *config.Demand
		}
		if c, err := capacity.Of(live, demand); err == nil {
			x := demand.Expected()
			found := append([]rollout.Detection{}, config.Plan.Detections(x)...) // never nil: JSON must not have null
			out = append(out, planCapacity{config.Name, config.Plan.Place(live.State), c.Places, c.Notes,
				found, config.Plan.DetectionsMarkdown(x, found)})
		}
	}
	return out
}

// markdown adds a row for each place, with the loads that its pods cannot carry.
func (c planCapacity) markdown(b *block) {
	b.add("#### Capacity of %s, %s\n\n", cell(c.Plan), cell(c.Place))
	var rows [][]string
	for _, p := range c.Places {
		var lacks []string
		for _, l := range p.Loads {
			if l.Verdict == capacity.Scaled || l.Verdict == capacity.Short || l.Shrinks {
				lacks = append(lacks, l.String())
			}
		}
		lack := orNone(strings.Join(lacks, "; "))
		rows = append(rows, []string{p.Name, p.Weights.ByLane(), p.Verdict().Words(), lack})
	}
	b.rows("| Place | Weights | Pods | What lacks |\n| --- | --- | --- | --- |\n", rows)
	for _, note := range c.Notes[:min(len(c.Notes), maxRows)] {
		b.add("Note: %s.\n\n", cell(note))
	}
	if c.unseen != "" {
		b.add("#### How long a fault stays unseen in %s, %s\n\n%s\n", cell(c.Plan), cell(c.Place), c.unseen)
	}
}
