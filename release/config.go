package release

import (
	"cmp"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// Config is the release of a Git directory, as a ConfigMap with the label LabelPlan: "1"
// describes it. The data has these keys, each a YAML text. Argo CD applies the ConfigMap and
// does nothing else with it.
//
//	plan       a rollout.Plan
//	candidate  a Candidate
//	routes     a list of EntryRoute, if routes hold the weights
//	laneGroup  the name of the lane group, if its lanes do: ASM's weighted strategy
//	values     a Values, if a file of values does, such as a Helm chart's
//	services   a list of ServiceName; only for lanes that are subsets, on Istio without ASM
//	demand     a Demand: what the app has to serve; optional
//	replicas   a list of Floor: pods that stages need; optional
type Config struct {
	// Name is the name of the ConfigMap, a DNS-1123 subdomain; commit messages begin
	// with it.
	Name string
	// Plan is the plan of the release.
	Plan rollout.Plan
	// Candidate says how the new version is made.
	Candidate Candidate
	// Routes are the routes that carry the app's traffic. Each move changes all of them. The
	// first by namespace and name carries the state.
	Routes []EntryRoute
	// LaneGroup is the lane group with the lanes that carry the app's traffic by their weights,
	// instead of routes. It carries the state.
	LaneGroup string
	// Values say which file has the weights, instead of routes. The file carries the state.
	Values *Values
	// Services are the services that are released together, on Istio without ASM: no lane group
	// lists them there. Empty means the services that [Live.Services] finds.
	Services []ServiceName
	// Demand is what the app has to serve. Nil means that the plan does not say.
	Demand *Demand
	// Floors are how many pods lanes must have before stages are entered. Empty means that no
	// stage wants a number.
	Floors []Floor
}

// Candidate is the version that is released, made from an existing version.
type Candidate struct {
	// Version is the new version; a DNS-1123 label.
	Version string `json:"version"`
	// Lane is the name of its lane. Empty means Version.
	Lane string `json:"lane,omitempty"`
	// From is the version to copy: its Deployments, StatefulSets, DaemonSets and lane.
	From string `json:"from"`
	// Images are the images that differ from those of From.
	Images []Image `json:"images,omitempty"`
}

// Image is the image of a container of a service.
type Image struct {
	// Service is the value of the label "app" of the pods.
	Service string `json:"service"`
	// Container is the name of the container.
	Container string `json:"container"`
	// Image is the new image. It must not hold FillIn.
	Image string `json:"image"`
}

// FillIn marks an image that people must fill in, in a generated plan. A plan that still has
// one is refused.
const FillIn = "FILL-IN"

// EntryRoute names an HTTP route of a VirtualService that carries the app's
// traffic.
type EntryRoute struct {
	// Namespace of the VirtualService. Empty means lanes.DefaultNamespace. For [DecodeConfigIn]
	// it means the namespace of the set for the plan's file.
	Namespace string `json:"namespace,omitempty"`
	// Name of the VirtualService.
	Name string `json:"name"`
	// Route is the name of the HTTP route. Empty means the only route of the VirtualService.
	Route string `json:"route,omitempty"`
}

// Ref returns the Ref of the VirtualService.
func (r EntryRoute) Ref() manifest.Ref {
	return manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService",
		Namespace: cmp.Or(r.Namespace, lanes.DefaultNamespace), Name: r.Name}
}

// LaneName returns the name of the candidate's lane.
func (c Candidate) LaneName() string { return cmp.Or(c.Lane, c.Version) }

// validate returns every fault, with paths that begin with a key of the ConfigMap.
func (c Config) validate() field.ErrorList {
	var errs field.ErrorList
	for _, err := range c.Plan.Validate() {
		err.Field = "plan." + err.Field
		errs = append(errs, err)
	}
	path := field.NewPath("candidate")
	errs = append(errs, fieldcheck.Label(path.Child("version"), c.Candidate.Version)...)
	errs = append(errs, fieldcheck.Label(path.Child("from"), c.Candidate.From)...)
	if lane := c.Candidate.LaneName(); lane != c.Plan.Candidate && c.Plan.Candidate != "" {
		at, detail := path.Child("lane"), "must be the candidate of the plan, "+c.Plan.Candidate
		if c.Candidate.Lane == "" {
			at, detail = path.Child("version"), detail+", or candidate.lane must be"
		}
		errs = append(errs, field.Invalid(at, lane, detail).WithOrigin("candidate"))
	}
	for i, image := range c.Candidate.Images {
		at := path.Child("images").Index(i)
		switch {
		case image.Service == "" || image.Container == "" || image.Image == "":
			errs = append(errs, field.Required(at, "must name a service, a container and an image"))
		case strings.Contains(image.Image, FillIn):
			errs = append(errs, field.Required(at.Child("image"),
				"must be filled in: the new image is to take the place of "+FillIn))
		}
	}
	routes := field.NewPath("routes")
	switch {
	case c.Values != nil && (c.LaneGroup != "" || len(c.Routes) > 0):
		errs = append(errs, field.Forbidden(field.NewPath("values"),
			"may not be set with routes or laneGroup: only one of them holds the weights"))
	case c.Values != nil:
		errs = append(errs, c.validateValues()...)
	case c.LaneGroup == "" && len(c.Routes) == 0:
		errs = append(errs, field.Required(routes, "must list at least one route, or laneGroup or values must be set"))
	case c.LaneGroup != "" && len(c.Routes) > 0:
		errs = append(errs, field.Forbidden(routes,
			"may not be set with laneGroup: only one of them holds the weights"))
	case c.LaneGroup != "":
		errs = append(errs, fieldcheck.Label(field.NewPath("laneGroup"), c.LaneGroup)...)
	}
	seen := map[manifest.Ref]bool{}
	for i, r := range c.Routes {
		errs = append(errs, fieldcheck.Subdomain(routes.Index(i).Child("name"), r.Name)...)
		if seen[r.Ref()] && r.Name != "" {
			errs = append(errs, field.Duplicate(routes.Index(i), r.Ref().String()))
		}
		seen[r.Ref()] = true
	}
	services := field.NewPath("services")
	if len(c.Services) > 0 && c.LaneGroup != "" {
		errs = append(errs, field.Forbidden(services, "may not be set with laneGroup, which lists the services"))
	}
	if c.Demand != nil {
		errs = append(errs, c.Demand.Validate(field.NewPath("demand"))...)
	}
	errs = append(errs, c.validateFloors()...)
	known := map[ServiceName]bool{}
	for i, s := range c.Services {
		errs = append(errs, fieldcheck.Label(services.Index(i).Child("name"), s.Name)...)
		if known[s.full()] && s.Name != "" {
			errs = append(errs, field.Duplicate(services.Index(i), s.full().Namespace+"/"+s.Name))
		}
		known[s.full()] = true
	}
	return errs
}
