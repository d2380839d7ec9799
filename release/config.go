package release

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/internal/strictyaml"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// Config is what a Git directory says of its release: a ConfigMap with the label
// LabelPlan: "1", whose data holds three keys, each a YAML text. Argo CD
// takes it as it takes the other objects, and does nothing with it.
//
//	plan       a rollout.Plan
//	candidate  a Candidate
//	routes     a list of EntryRoute; or, with ASM's weighted strategy,
//	laneGroup  the name of the lane group
type Config struct {
	// Name is the name of the ConfigMap; commit messages begin with it.
	Name string
	// Plan is the plan of the release.
	Plan rollout.Plan
	// Candidate says how the new version is made.
	Candidate Candidate
	// Routes are the routes that carry the app's traffic, all of them moved by
	// one decision. The first by namespace and name carries the state.
	Routes []EntryRoute
	// LaneGroup is the lane group whose lanes carry the app's traffic by their
	// weights, instead of routes. It carries the state.
	LaneGroup string
}

// Candidate is the version that is released, made from one that is there.
type Candidate struct {
	// Version is the new version; a DNS-1123 label.
	Version string `json:"version"`
	// Lane is the name of its lane. Empty means Version.
	Lane string `json:"lane,omitempty"`
	// From is the version whose Deployments and lane are copied.
	From string `json:"from"`
	// Images are the images that differ from those of From.
	Images []Image `json:"images,omitempty"`
}

// Image is the image of a container of a service.
type Image struct {
	// Service is the label "app" of the pods.
	Service string `json:"service"`
	// Container is the name of the container.
	Container string `json:"container"`
	// Image is the new image.
	Image string `json:"image"`
}

// EntryRoute names an HTTP route of a VirtualService that carries the app's
// traffic.
type EntryRoute struct {
	// Namespace of the VirtualService. Empty means lanes.DefaultNamespace.
	Namespace string `json:"namespace,omitempty"`
	// Name of the VirtualService.
	Name string `json:"name"`
	// Route is the name of the HTTP route. Empty means the only one there is.
	Route string `json:"route,omitempty"`
}

// Ref returns the VirtualService.
func (r EntryRoute) Ref() manifest.Ref {
	return manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: cmp.Or(r.Namespace, lanes.DefaultNamespace), Name: r.Name}
}

// LaneName returns the name of the candidate's lane.
func (c Candidate) LaneName() string { return cmp.Or(c.Lane, c.Version) }

// ErrNoPlan: the directory has no ConfigMap with a plan.
var ErrNoPlan = errors.New("there is no plan: no ConfigMap has the label " + LabelPlan)

// ReadConfig returns the config of a set. It wraps [ErrNoPlan] when there is
// none; the error names every fault.
func ReadConfig(set manifest.Set) (Config, error) {
	var found []manifest.Object
	for _, o := range set.Kind("ConfigMap") {
		_, labelled := o.Meta().GetLabels()[LabelPlan]
		_, written := o.Written("metadata.labels[" + LabelPlan + "]") // a number is no label, but a slip
		if labelled || written {
			found = append(found, o)
		}
	}
	switch {
	case len(found) == 0:
		return Config{}, ErrNoPlan
	case len(found) > 1:
		return Config{}, fmt.Errorf("there must be one plan: %s has one, %s too", where(found[0]), where(found[1]))
	}
	config, err := readConfig(found[0])
	if err != nil {
		return Config{}, fmt.Errorf("%s: %w", where(found[0]), err)
	}
	return config, nil
}

func where(o manifest.Object) string { return position.Of(o.File, o.Line, o.Ref) }

func readConfig(o manifest.Object) (Config, error) {
	if got := o.Meta().GetLabels()[LabelPlan]; got != "1" {
		return Config{}, fmt.Errorf("label %s must be the string \"1\", the only format this library knows, not %q", LabelPlan, got)
	}
	u, ok := o.Value.(*unstructured.Unstructured)
	if !ok {
		return Config{}, errors.New("must be a ConfigMap that was read")
	}
	data, _, err := unstructured.NestedStringMap(u.Object, "data")
	if err != nil {
		return Config{}, err
	}
	c := Config{Name: o.Ref.Name}
	into := []struct {
		key      string
		out      any
		required bool
	}{{"plan", &c.Plan, true}, {"candidate", &c.Candidate, true}, {"routes", &c.Routes, false}, {"laneGroup", &c.LaneGroup, false}}
	var errs []error
	for _, part := range into {
		text, set := data[part.key]
		if !set {
			if part.required {
				errs = append(errs, fmt.Errorf("data.%s: must be set", part.key))
			}
			continue
		}
		delete(data, part.key)
		if err := strictyaml.Unmarshal(text, part.out); err != nil {
			errs = append(errs, fmt.Errorf("data.%s: %w", part.key, err))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(data)) {
		errs = append(errs, fmt.Errorf("data.%s: must be one of plan, candidate, routes, laneGroup", key))
	}
	if err := errors.Join(errs...); err != nil {
		return Config{}, err
	}
	slices.SortStableFunc(c.Routes, func(a, b EntryRoute) int {
		return cmp.Or(strings.Compare(a.Ref().Namespace, b.Ref().Namespace), strings.Compare(a.Name, b.Name))
	})
	return c, fielderr.Join("config", c.validate())
}

func (c Config) validate() field.ErrorList {
	var errs field.ErrorList
	for _, err := range c.Plan.Validate() {
		err.Field = "plan." + err.Field
		errs = append(errs, err)
	}
	path := field.NewPath("candidate")
	errs = append(errs, fieldcheck.Label(path.Child("version"), c.Candidate.Version)...)
	errs = append(errs, fieldcheck.Label(path.Child("from"), c.Candidate.From)...)
	if lane := c.Candidate.LaneName(); lane != c.Plan.Candidate {
		errs = append(errs, field.Invalid(path.Child("lane"), lane, "must be the candidate of the plan, "+c.Plan.Candidate))
	}
	for i, image := range c.Candidate.Images {
		at := path.Child("images").Index(i)
		if image.Service == "" || image.Container == "" || image.Image == "" {
			errs = append(errs, field.Required(at, "must name a service, a container and an image"))
		}
	}
	routes := field.NewPath("routes")
	switch {
	case c.LaneGroup == "" && len(c.Routes) == 0:
		errs = append(errs, field.Required(routes, "must list at least one route, or laneGroup must be set"))
	case c.LaneGroup != "" && len(c.Routes) > 0:
		errs = append(errs, field.Forbidden(routes, "may not be set with laneGroup: the weights stand in one of both"))
	case c.LaneGroup != "":
		errs = append(errs, fieldcheck.Label(field.NewPath("laneGroup"), c.LaneGroup)...)
	}
	seen := map[manifest.Ref]bool{}
	for i, r := range c.Routes {
		errs = append(errs, fieldcheck.Subdomain(routes.Index(i).Child("name"), r.Name)...)
		if seen[r.Ref()] {
			errs = append(errs, field.Duplicate(routes.Index(i), r.Ref().String()))
		}
		seen[r.Ref()] = true
	}
	return errs
}
