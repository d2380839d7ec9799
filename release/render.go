package release

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// Render returns every object of the release in the given state, each with its file:
//
//	APP-VERSION.yaml    the Deployments of a version, each with its autoscaler and
//	                    disruption budget; the file of the first version also has the
//	                    Services, and stays when the version retires
//	swimlanegroup.yaml  the lane group
//	swimlanes.yaml      the lanes, with their weights for lanes.RoutingWeighted
//	APP-route.yaml      the Gateway, unless it is shared, and the VirtualService,
//	                    except for lanes.RoutingWeighted
//
// A prepared candidate is deployed and has a lane, but is not in the route yet. If lanes bear
// the weights, its weight is 0. The app's versions must have the lanes of the plan, and no
// others. A permissive app's route sets the route header to the lane.
//
// The error names every fault of the app and the plan at once, such as lanes.RoutingRuleBased,
// which does not share requests by weight. It wraps rollout.ErrForeign for a state of another
// plan. It wraps ErrUnfinished if the mode is Retire before the release is over, and
// ErrFallback if that would remove a lane that others fall back to.
func Render(app lanes.App, plan rollout.Plan, state rollout.State, options Options) (manifest.Set, error) {
	if err := errors.Join(
		fielderr.Join("app", app.Validate()),
		fielderr.Join("app and plan", validateLanes(app, plan)),
		fielderr.Join("options", options.validate(app)),
		plan.Check(state),
	); err != nil {
		return manifest.Set{}, fmt.Errorf("render: %w", err)
	}
	r := renderer{app: app, plan: plan, state: state, options: options, retired: map[string]bool{}}
	switch options.Mode {
	case Keep:
	case Retire:
		if !state.Closed() {
			return manifest.Set{}, fmt.Errorf("render at %s: %w", plan.Place(state), ErrUnfinished)
		}
		for _, lane := range plan.Retiring(state) {
			r.retired[lane] = true
		}
		if err := CheckFallbacks(app.LaneGroup().Permissive, plan.Retiring(state)); err != nil {
			return manifest.Set{}, fmt.Errorf("render: %w", err)
		}
	default:
		return manifest.Set{}, fmt.Errorf("render: mode must be Keep or Retire, not %d", options.Mode)
	}
	r.render()
	if err := errors.Join(r.errs...); err != nil {
		return manifest.Set{}, fmt.Errorf("render: %w", err)
	}
	return manifest.NewSet(r.objects...), nil
}

// validateLanes finds lanes that only the app or only the plan has.
func validateLanes(app lanes.App, plan rollout.Plan) field.ErrorList {
	var errs field.ErrorList
	if app.Strategy == lanes.RoutingRuleBased {
		errs = append(errs, field.Invalid(field.NewPath("app", "strategy"), app.Strategy,
			"must share requests by weight").WithOrigin("strategy"))
	}
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
			errs = append(errs, field.Invalid(field.NewPath("app", "versions").Index(i), v.LaneName(),
				"must have a lane of the plan").WithOrigin("same-lanes"))
		}
	}
	return errs
}

// renderer collects the objects of a checked release, and the errors of building them.
type renderer struct {
	app     lanes.App
	plan    rollout.Plan
	state   rollout.State
	options Options
	retired map[string]bool // lanes that are left out
	objects []manifest.Object
	errs    []error
}

func (r *renderer) render() {
	for i, v := range r.app.Versions {
		r.version(v, i == 0)
	}
	r.group()
	weights := r.plan.Weights(r.state)
	for _, v := range r.app.Versions {
		if r.retired[v.LaneName()] {
			continue
		}
		lane := r.app.Lane(v)
		if r.weighted() {
			percent, _ := weights.Percent(v.LaneName())
			lane.Weight = r.app.IngressWeight(percent)
		}
		built, err := lane.Build()
		if err == nil {
			if r.weighted() && r.options.Mode == Keep {
				built.Annotations = map[string]string{AnnotationRevision: MarkFor(r.state).Encode()}
			}
			r.put("swimlanes.yaml", built)
		}
		r.errs = append(r.errs, err)
	}
	r.route(r.app.Name + "-route.yaml")
}

// weighted reports whether the lanes bear the weights. Then the lane group bears the state.
func (r *renderer) weighted() bool { return r.app.Strategy == lanes.RoutingWeighted }

// group adds the lane group.
func (r *renderer) group() {
	group, err := r.app.LaneGroup().Build()
	if err == nil {
		if r.weighted() {
			group.Annotations = r.annotations()
		}
		r.put("swimlanegroup.yaml", group)
	}
	r.errs = append(r.errs, err)
}

// annotations returns the annotations of the carrier.
func (r *renderer) annotations() map[string]string {
	if r.options.Mode != Keep {
		return nil
	}
	state, err := json.Marshal(r.state)
	r.errs = append(r.errs, err)
	return map[string]string{AnnotationState: string(state)}
}

// service returns the builder of a service, with its calls if Options.Calls is set.
func (r *renderer) service(s lanes.AppService) lanes.ServiceBuilder {
	b := r.app.Service(s)
	if !r.options.Calls {
		return b
	}
	annotations := map[string]string{}
	maps.Copy(annotations, b.Options.Annotations)
	annotations[AnnotationCalls] = callsOf(r.app, s)
	b.Options.Annotations = annotations
	return b
}

// version adds the Deployments of a version. The first version adds the Services too.
func (r *renderer) version(v lanes.Version, first bool) {
	file := lanes.DeploymentName(r.app.Name, v.Name) + ".yaml"
	for _, s := range r.app.Services {
		if first {
			add(r, file, r.service(s))
		}
		if r.retired[v.LaneName()] || !v.Has(s.Name) {
			continue
		}
		add(r, file, r.app.Deployment(v, s))
		if b, found := r.app.Autoscaler(v, s); found {
			add(r, file, b)
		}
		if b, found := r.app.DisruptionBudget(v, s); found {
			add(r, file, b)
		}
	}
}

// route adds the gateway and the VirtualService, which carries the state.
func (r *renderer) route(file string) {
	if !r.app.Gateway.Shared {
		gateway, err := gatewayOf(r.app).Build()
		if err == nil {
			r.put(file, routing.GatewayV1Beta1(gateway))
		}
		r.errs = append(r.errs, err)
	}
	if r.weighted() {
		return
	}
	entry := entryOf(r.app, r.weights(), r.retired)
	entry.Routes = slices.Concat(r.options.Routes, entry.Routes)
	entry.Annotations = r.annotations()
	vs, err := entry.Build()
	if err == nil {
		r.put(file, routing.V1Beta1(vs))
	}
	r.errs = append(r.errs, err)
}

// weights returns the weights in the route: without a prepared candidate and retired lanes.
func (r *renderer) weights() rollout.Weights {
	return slices.DeleteFunc(r.plan.Weights(r.state), func(w rollout.Weight) bool {
		return r.retired[w.Lane] || r.state.Phase == rollout.Prepared && w.Lane == r.plan.Candidate
	})
}

func (r *renderer) put(file string, value Object) {
	if r.options.Each != nil {
		if err := r.options.Each(value); err != nil {
			r.errs = append(r.errs, fmt.Errorf("%s %s: %w", value.GetObjectKind().GroupVersionKind().Kind,
				value.GetName(), err))
			return
		}
	}
	o, err := manifest.NewObject(value, file)
	r.objects, r.errs = append(r.objects, o), append(r.errs, err)
}

// add builds an object and puts it into a file.
func add[T Object](r *renderer, file string, builder interface{ Build() (T, error) }) {
	value, err := builder.Build()
	if err == nil {
		r.put(file, value)
	}
	r.errs = append(r.errs, err)
}
