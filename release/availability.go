package release

import (
	"errors"
	"fmt"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// ErrUnavailable: lanes that are to get requests lack available pods.
var ErrUnavailable = errors.New("must be available")

// Shortage says which pods are missing in a lane that is to get requests.
type Shortage struct {
	// Lane is the lane, and Percent its weight.
	Lane    string
	Percent int
	// Stage is the stage before which the plan wants the pods, at any weight; empty for a
	// shortage by weights.
	Stage string
	// Host is the service that lacks pods; empty when the lane does not exist.
	Host string
	// Serving is the lane with the pods that answer for Lane: Lane itself, or the lane that it
	// falls back to in a permissive group.
	Serving string
	// Workload runs the pods; the zero Object when nothing does. For BelowFloor it may be the
	// autoscaler of the pods.
	Workload manifest.Object
	// Kind is what is wrong.
	Kind ShortageKind
	// Want and Have are numbers of pods; both are 0 for a Kind without numbers.
	Want, Have int32
}

// ShortageKind is a kind of Shortage.
type ShortageKind string

const (
	// NoLane: the lane is in no lane group, and is no subset of the release's services.
	NoLane ShortageKind = "NoLane"
	// NoPods: no workload runs pods of the service in the lane.
	NoPods ShortageKind = "NoPods"
	// NoReplicas: the workload of the pods is scaled to 0.
	NoReplicas ShortageKind = "NoReplicas"
	// NotObserved: the workload was changed, and its controller has not seen it yet.
	NotObserved ShortageKind = "NotObserved"
	// NotUpdated: Have of the Want pods are of the workload's present template.
	NotUpdated ShortageKind = "NotUpdated"
	// NotAvailable: Have of the Want pods are available.
	NotAvailable ShortageKind = "NotAvailable"
	// BelowFloor: the workload or its autoscaler says Have, and the plan wants Want.
	BelowFloor ShortageKind = "BelowFloor"
)

// String returns the shortage in one line.
func (s Shortage) String() string {
	gets := fmt.Sprintf("lane %s gets %d%%, but ", s.Lane, s.Percent)
	if s.Stage != "" {
		gets = fmt.Sprintf("stage %s needs %d pods of %s in lane %s, but ", s.Stage, s.Want, s.Host, s.Lane)
	}
	switch s.Kind {
	case NoLane:
		return gets + "there is no such lane, in a lane group or as a subset"
	case NoPods:
		return markup.Line(fmt.Sprintf("%sservice %s has no pods in lane %s", gets, s.Host, s.Serving))
	case NoReplicas:
		return markup.Line(fmt.Sprintf("%sservice %s has 0 replicas in lane %s: %s", gets, s.Host, s.Serving,
			where(s.Workload)))
	case NotObserved:
		return markup.Line(fmt.Sprintf("%sthe last change of %s is not observed yet", gets, where(s.Workload)))
	case BelowFloor:
		return markup.Line(fmt.Sprintf("%s%s says %d", gets, where(s.Workload), s.Have))
	case NotUpdated:
		return markup.Line(fmt.Sprintf("%s%d of %d pods of %s are updated", gets, s.Have, s.Want, where(s.Workload)))
	default: // NotAvailable
		return markup.Line(fmt.Sprintf("%s%d of %d pods of %s are available", gets, s.Have, s.Want, where(s.Workload)))
	}
}

// Unserved returns what nothing can answer for when lanes get requests by weights. It reads
// what is written: lanes, pods and replicas. It knows the release's services that are in the
// set. Lanes at 0 need nothing.
func (l Live) Unserved(weights rollout.Weights) []Shortage {
	var out []Shortage
	l.eachPods(weights, func(s Shortage, pods []*mesh.Workload) {
		replicas := int64(0)
		for _, p := range pods {
			replicas += p.Replicas
		}
		switch {
		case s.Host == "":
			s.Kind = NoLane
		case len(pods) == 0:
			s.Kind = NoPods
		case replicas == 0:
			s.Kind, s.Workload = NoReplicas, pods[0].Object
		default:
			return
		}
		out = append(out, s)
	})
	return out
}

// Shortages returns what Unserved does, and every workload of a lane with requests that is not
// available by the status in the set: a Deployment, StatefulSet or DaemonSet. A workload is
// available when its controller has observed the last change, all pods that it wants are of its
// present template, and as many are available. It wants its replicas, 1 if unset, and at least
// the minimum of an autoscaler in the set. Pods of a StatefulSet below its partition keep their
// template. A DaemonSet wants a pod on each node that fits it.
//
// Before a promotion, ask for the weights of the next state; before a roll back, for the
// plan's Rollback.
func (l Live) Shortages(weights rollout.Weights) []Shortage {
	scalers := mesh.Scalers(l.Set)
	out := l.Unserved(weights)
	l.eachPods(weights, func(s Shortage, pods []*mesh.Workload) {
		for _, p := range pods {
			if p.Replicas == 0 || p.Object.PodTemplate() == nil {
				continue
			}
			s.Workload = p.Object
			if s.Kind, s.Want, s.Have = statusOf(p.Object,
				max(int32(p.Replicas), minimumOf(scalers[p.Object.Ref]))).shortage(); s.Kind != "" {
				out = append(out, s)
			}
		}
	})
	return out
}

// Available returns nil when there are no Shortages. Otherwise the error wraps [ErrUnavailable]
// and has a line for each.
func (l Live) Available(weights rollout.Weights) error {
	var errs []error
	for _, s := range l.Shortages(weights) {
		errs = append(errs, fmt.Errorf("%w: %s", ErrUnavailable, s))
	}
	return errors.Join(errs...)
}

// eachPods calls what for every service of every lane with requests, with the pods that answer.
// For a lane that does not exist it calls what once, without a host.
func (l Live) eachPods(weights rollout.Weights, what func(s Shortage, pods []*mesh.Workload)) {
	if l.Config.Values != nil {
		return // the workloads are made from the values
	}
	index := mesh.New(l.Set, "")
	for _, w := range weights {
		if w.Percent == 0 {
			continue
		}
		if l.plain != nil {
			l.eachSubset(index, w, what)
			continue
		}
		g := index.GroupOf(w.Lane)
		if g == nil {
			what(Shortage{Lane: w.Lane, Percent: w.Percent}, nil)
			continue
		}
		for _, host := range g.Hosts {
			if s := index.Services[host]; s != nil { // the others are not in the set
				serving := g.Serving(w.Lane, host)
				what(Shortage{Lane: w.Lane, Percent: w.Percent, Host: host, Serving: serving}, s.InLane(serving))
			}
		}
	}
}

// eachSubset does the same for a lane that is subsets. If a service has no subset of it, other
// lanes serve the service.
func (l Live) eachSubset(index *mesh.Mesh, w rollout.Weight, what func(s Shortage, pods []*mesh.Workload)) {
	subsets := l.Subsets(w.Lane)
	if len(subsets) == 0 {
		what(Shortage{Lane: w.Lane, Percent: w.Percent}, nil)
		return
	}
	seen := map[string]bool{} // several DestinationRules may say the same
	for _, s := range subsets {
		host := s.Service.host()
		if service := index.Services[host]; service != nil && !seen[host] {
			seen[host] = true
			what(Shortage{Lane: w.Lane, Percent: w.Percent, Host: host, Serving: w.Lane}, service.Selected(s.Labels))
		}
	}
}
