package release

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// Render returns every object of the release in the given state, each with the
// file that it belongs into:
//
//	APP-VERSION.yaml    the Deployments of a version; that of the first version
//	                    of the app also holds the Services, and outlives it
//	swimlanegroup.yaml  the lane group
//	swimlanes.yaml      the lanes
//	APP-route.yaml      the Gateway, unless it is shared, and the VirtualService
//
// A prepared candidate is deployed and has a lane, but is not in the route yet.
// The lanes of the app's versions and those of the plan must be the same.
//
// The error names every fault of the app and the plan at once; it wraps
// rollout.ErrForeign for a state of another plan, and ErrUnfinished when mode
// is Retire too early.
func Render(app lanes.App, plan rollout.Plan, state rollout.State, mode Mode) (manifest.Set, error) {
	if err := errors.Join(
		fielderr.Join("app", app.Validate()),
		fielderr.Join("app and plan", validateLanes(app, plan)),
		plan.Check(state),
	); err != nil {
		return manifest.Set{}, fmt.Errorf("render: %w", err)
	}
	r := renderer{app: app, plan: plan, state: state, mode: mode, retired: map[string]bool{}}
	switch mode {
	case Keep:
	case Retire:
		if !state.Closed() {
			return manifest.Set{}, fmt.Errorf("render: %w: it is %s", ErrUnfinished, state.Phase)
		}
		for _, lane := range plan.Retiring(state) {
			r.retired[lane] = true
		}
	default:
		return manifest.Set{}, fmt.Errorf("render: mode must be Keep or Retire, not %d", mode)
	}
	r.render()
	if err := errors.Join(r.errs...); err != nil {
		return manifest.Set{}, fmt.Errorf("render: %w", err)
	}
	return manifest.NewSet(r.objects...), nil
}

// validateLanes finds lanes that only one of app and plan knows.
func validateLanes(app lanes.App, plan rollout.Plan) field.ErrorList {
	var errs field.ErrorList
	known := make(map[string]bool, len(app.Versions))
	for _, v := range app.Versions {
		known[v.LaneName()] = true
	}
	planned := make(map[string]bool, len(plan.Before))
	for i, weight := range plan.Before {
		planned[weight.Lane] = true
		if !known[weight.Lane] {
			errs = append(errs, field.NotFound(field.NewPath("plan", "before").Index(i).Child("lane"), weight.Lane))
		}
	}
	for i, v := range app.Versions {
		if !planned[v.LaneName()] {
			errs = append(errs, field.Invalid(field.NewPath("app", "versions").Index(i), v.LaneName(), "must have a lane of the plan").WithOrigin("same-lanes"))
		}
	}
	return errs
}

// renderer gathers the objects of a checked release, and what could not be
// built all the same.
type renderer struct {
	app     lanes.App
	plan    rollout.Plan
	state   rollout.State
	mode    Mode
	retired map[string]bool // lanes that are left out
	objects []manifest.Object
	errs    []error
}

func (r *renderer) render() {
	for i, v := range r.app.Versions {
		r.version(v, i == 0)
	}
	add(r, "swimlanegroup.yaml", r.app.LaneGroup())
	for _, v := range r.app.Versions {
		if !r.retired[v.LaneName()] {
			add(r, "swimlanes.yaml", r.app.Lane(v))
		}
	}
	r.route(r.app.Name + "-route.yaml")
}

// version adds the Deployments of a version, and with the first the Services.
func (r *renderer) version(v lanes.Version, first bool) {
	file := lanes.DeploymentName(r.app.Name, v.Name) + ".yaml"
	for _, s := range r.app.Services {
		if first {
			add(r, file, r.app.Service(s))
		}
		if !r.retired[v.LaneName()] {
			add(r, file, r.app.Deployment(v, s))
		}
	}
}

// route adds the gateway and the VirtualService that carries the state.
func (r *renderer) route(file string) {
	if !r.app.Gateway.Shared {
		gateway, err := gatewayOf(r.app).Build()
		if err == nil {
			r.put(file, routing.GatewayV1Beta1(gateway))
		}
		r.errs = append(r.errs, err)
	}
	entry := entryOf(r.app, r.weights())
	if r.mode == Keep {
		state, err := json.Marshal(r.state)
		r.errs = append(r.errs, err)
		entry.Annotations = map[string]string{lanes.AnnotationState: string(state)}
	}
	vs, err := entry.Build()
	if err == nil {
		r.put(file, routing.V1Beta1(vs))
	}
	r.errs = append(r.errs, err)
}

// weights returns what stands in the route: not a candidate that is prepared
// only, and no retired lane.
func (r *renderer) weights() rollout.Weights {
	return slices.DeleteFunc(r.plan.Weights(r.state), func(w rollout.Weight) bool {
		return r.retired[w.Lane] || r.state.Phase == rollout.Prepared && w.Lane == r.plan.Candidate
	})
}

func (r *renderer) put(file string, value runtime.Object) {
	o, err := manifest.NewObject(value, file)
	r.objects, r.errs = append(r.objects, o), append(r.errs, err)
}

// add builds an object and puts it into a file.
func add[T runtime.Object](r *renderer, file string, builder interface{ Build() (T, error) }) {
	value, err := builder.Build()
	if err == nil {
		r.put(file, value)
	}
	r.errs = append(r.errs, err)
}
