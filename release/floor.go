package release

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
)

// Floor says how many pods of a service a lane must have before a stage is entered, and
// from then on until the release is over. It is a lower bound: more pods stay.
type Floor struct {
	// Stage is the name of the stage.
	Stage string `json:"stage"`
	// Lane is a lane of the plan.
	Lane string `json:"lane"`
	// Service is the Service of the pods. Its namespace may be left out as in [EntryRoute].
	Service ServiceName `json:"service"`
	// Replicas is the number of pods, 1 to 10000. It bounds spec.replicas, or the minimum of
	// the autoscaler if one scales the pods.
	Replicas int64 `json:"replicas"`
}

const (
	// maxFloors and maxReplicas bound what a plan may say.
	maxFloors   = 1000
	maxReplicas = 10_000
)

// validateFloors returns every fault of the floors.
func (c Config) validateFloors() field.ErrorList {
	var errs field.ErrorList
	path := field.NewPath("replicas")
	if len(c.Floors) > 0 && c.Values != nil {
		errs = append(errs, field.Forbidden(path, "may not be set with values: what runs the pods is made from them"))
	}
	if len(c.Floors) > maxFloors {
		return append(errs, field.TooMany(path, len(c.Floors), maxFloors))
	}
	type key struct {
		stage, lane string
		service     ServiceName
	}
	seen := map[key]bool{}
	for i, f := range c.Floors {
		at := path.Index(i)
		if c.stageNumber(f.Stage) == 0 {
			errs = append(errs, field.Invalid(at.Child("stage"), f.Stage, "must be a stage of the plan").
				WithOrigin("stage"))
		}
		if _, planned := c.Plan.Before.Percent(f.Lane); !planned {
			errs = append(errs, field.Invalid(at.Child("lane"), f.Lane, "must be a lane of the plan").
				WithOrigin("lane"))
		}
		errs = append(errs, fieldcheck.Label(at.Child("service", "name"), f.Service.Name)...)
		if f.Replicas < 1 || f.Replicas > maxReplicas {
			detail := fmt.Sprintf("must be 1 to %d", maxReplicas)
			errs = append(errs, field.Invalid(at.Child("replicas"), f.Replicas, detail).WithOrigin("replicas"))
		}
		k := key{f.Stage, f.Lane, f.Service.full()}
		if seen[k] {
			errs = append(errs, field.Duplicate(at, f.Stage+" "+f.Lane+" "+f.Service.Name))
		}
		seen[k] = true
	}
	return errs
}

// stageNumber returns the number of a stage of the plan, from 1; 0 if there is no such stage.
func (c Config) stageNumber(name string) int {
	for i, s := range c.Plan.Stages {
		if s.Name == name {
			return i + 1
		}
	}
	return 0
}

// FloorsAt returns the floors that hold at a stage, by its number from 1. For each lane and
// service it is the highest floor of this stage and the stages before.
func (c Config) FloorsAt(stage int) []Floor {
	var out []Floor
	for _, f := range c.Floors {
		if n := c.stageNumber(f.Stage); n == 0 || n > stage {
			continue
		}
		i := slices.IndexFunc(out, func(o Floor) bool {
			return o.Lane == f.Lane && o.Service.full() == f.Service.full()
		})
		switch {
		case i < 0:
			out = append(out, f)
		case out[i].Replicas < f.Replicas:
			out[i] = f
		}
	}
	return out
}

// Is reports whether the floor is about these pods.
func (f Floor) Is(p LanePods) bool { return f.Lane == p.Lane && f.Service.host() == p.Host }
