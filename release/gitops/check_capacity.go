package gitops

import (
	"fmt"
	"strings"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/capacity"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/validate"
)

// Capacity returns whether every place of the plan carries its load. The demand of the plan's
// ConfigMap says how much that is, or else the pods before the release do. The release must be
// prepared.
func (t Tree) Capacity() (capacity.Capacity, error) { return capacity.Of(t.live, t.demand()) }

// demand returns the demand of the plan's ConfigMap; the zero Demand if it has none.
func (t Tree) demand() release.Demand {
	if t.Config.Demand == nil {
		return release.Demand{}
	}
	return *t.Config.Demand
}

// overloads returns a note for each lane that does not carry its load in a state. It returns
// none if that cannot be judged.
func (t Tree) overloads(next rollout.State) []string {
	place, err := capacity.Next(t.live, t.demand(), next)
	if err != nil {
		return nil
	}
	var out []string
	for _, l := range place.Faults() {
		out = append(out, "capacity: "+l.String())
	}
	return out
}

// capacity reports the lanes that cannot carry the load of a place, each at the place that
// needs most. Other rules report what cannot be judged.
func (c *releaseCheck) capacity(t planTree) {
	if t.State.Closed() {
		return
	}
	if _, err := t.raise(len(t.Config.Plan.Stages)); err != nil {
		c.report(validate.BadFloor, t.plan, "data.replicas", "%v", err)
	}
	all, err := t.Capacity()
	if err != nil {
		return
	}
	type key struct {
		service, lane string
		code          validate.Code
	}
	worst := map[key]int{}
	var found []overload
	for _, p := range all.Places {
		for _, l := range p.Faults() {
			o := overload{l, p.Name, p.Name == all.Places[len(all.Places)-1].Name}
			k := key{l.Service, l.Lane, o.code()}
			if k.code == "" || len(l.Pods.Workloads) == 0 {
				continue
			}
			i, known := worst[k]
			if !known {
				worst[k] = len(found)
				found = append(found, o)
			} else if l.Need > found[i].Need {
				found[i] = o
			}
		}
	}
	for _, o := range found {
		object, path := o.Pods.Workloads[0], "spec.replicas"
		if len(o.Pods.Scalers) > 0 {
			object, path = o.Pods.Scalers[0], "spec.maxReplicas"
			if o.code() == validate.ScaledDown {
				path = "spec.minReplicas"
			}
			if object.Ref.Kind == "ScaledObject" { // KEDA's names
				path = strings.Replace(path, "Replicas", "ReplicaCount", 1)
			}
		}
		c.report(o.code(), object, path, "%s", o.message())
	}
}

// overload is a load that a lane does not carry at a place.
type overload struct {
	capacity.Load
	place string
	back  bool // the place is the roll back
}

// code returns the rule that the load breaks. A lane that may have been scaled down breaks one
// only for the roll back: a step back comes from the next stage alone.
func (o overload) code() validate.Code {
	switch {
	case o.Verdict == capacity.Short && o.Stated:
		return validate.TooFewPods
	case o.Verdict == capacity.Short:
		return validate.FewPods
	case o.back:
		return validate.ScaledDown
	}
	return ""
}

// message says what must hold, and what was found.
func (o overload) message() string {
	where := "at stage " + o.place
	switch {
	case o.back:
		where = "after a roll back"
	case o.place == "before":
		where = "before the release"
	}
	of := o.Service
	if o.Lane != "" {
		of += " in lane " + o.Lane
	}
	switch o.code() {
	case validate.TooFewPods:
		return fmt.Sprintf("must give %s %d pods: it needs them %s; it has %d at most", of, o.Need, where, o.Max)
	case validate.FewPods:
		return fmt.Sprintf("must give %s %d pods: it needs them %s, by what a pod carries before the release; it has "+
			"%d at most", of, o.Need, where, o.Max)
	}
	return fmt.Sprintf("must be at least %d until the release is finished: a roll back needs as many pods of %s, and "+
		"the autoscaler may have left %d", o.Need, of, o.Min)
}
