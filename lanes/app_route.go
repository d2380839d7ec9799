package lanes

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
)

// RouteOptions are further settings of the route by which requests enter the lanes. The
// zero value sets nothing.
//
// +kubebuilder:object:generate=false
type RouteOptions struct {
	// Name tells the route with the weights of a release from other routes. Empty means
	// that it gets no name.
	Name string `json:"name,omitempty"`
	// Testers enter one lane, whatever the weights. Their routes come before the one with
	// the weights, in this order; the clean-up of a lane removes its testers.
	Testers []Testers `json:"testers,omitempty"`
	// Timeout is how long a response may take, in whole milliseconds. 0 means no limit.
	// It applies to testers too, as Retries does.
	Timeout metav1.Duration `json:"timeout,omitzero"`
	// Retries of failed requests. Nil means the mesh's default, &Retries{} none.
	Retries *Retries `json:"retries,omitempty"`
	// Mirror sends copies of requests elsewhere, but not of testers' requests. Nil means
	// none.
	Mirror *Mirror `json:"mirror,omitempty"`
}

// Testers are the requests of the app that have certain headers, and enter the lane of
// one version.
//
// +kubebuilder:object:generate=false
type Testers struct {
	// Name of their route. Empty means that it gets no name.
	Name string `json:"name,omitempty"`
	// Version names the version.
	Version string `json:"version"`
	// Headers are the headers of their requests, by lower-case name; at least one, and
	// none that the gateway's Matches ask for.
	Headers map[string]StringMatch `json:"headers"`
}

// Retries says how failed requests are retried.
//
// +kubebuilder:object:generate=false
type Retries struct {
	// Attempts is how often at most, up to 1000. 0 means never.
	Attempts int `json:"attempts"`
	// PerTryTimeout is how long one attempt may take, in whole milliseconds. 0
	// means as long as the route's Timeout.
	PerTryTimeout metav1.Duration `json:"perTryTimeout,omitzero"`
	// On lists Envoy's retry conditions, separated by commas. Empty means Istio's
	// default.
	On string `json:"on,omitempty"`
}

// Mirror sends copies of requests to the lane of a version, or to a Service outside the
// app, and drops the responses.
//
// +kubebuilder:object:generate=false
type Mirror struct {
	// Version names the version of the lane that gets the copies. A permissive app has no
	// mirror: the copies would have the route header of the lane that answers.
	Version string `json:"version,omitempty"`
	// Service names a Service outside the app that gets the copies instead.
	Service string `json:"service,omitempty"`
	// Namespace is the namespace of Service. Empty means that of the app.
	Namespace string `json:"namespace,omitempty"`
	// Port is the port of Service. 0 leaves it out, for a Service with one port.
	Port int32 `json:"port,omitempty"`
	// Percent is the share of the requests that are copied, 0 to 100. Nil means all.
	Percent *float64 `json:"percent,omitempty"`
}

// maxAttempts keeps a slip from becoming a retry storm.
const maxAttempts = 1000

// validateRoute checks the app's settings of the route into its lanes.
func (a App) validateRoute(path *field.Path) field.ErrorList {
	r := a.Gateway.Route
	if r == nil {
		return nil
	}
	var errs field.ErrorList
	if a.Strategy != "" {
		errs = append(errs, field.Forbidden(path, "may not be set with a strategy: ASM then makes the route"))
	}
	versions := make(map[string]bool, len(a.Versions))
	for _, v := range a.Versions {
		versions[v.Name] = true
	}
	names := map[string]bool{r.Name: r.Name != ""}
	for i, t := range r.Testers {
		at := path.Child("testers").Index(i)
		if names[t.Name] {
			errs = append(errs, field.Duplicate(at.Child("name"), t.Name))
		}
		names[t.Name] = t.Name != ""
		errs = append(errs, t.validate(at, a.Gateway.Matches, versions)...)
	}
	errs = append(errs, validateDuration(path.Child("timeout"), r.Timeout.Duration)...)
	if t := r.Retries; t != nil {
		at := path.Child("retries")
		if t.Attempts < 0 || t.Attempts > maxAttempts {
			errs = append(errs, field.Invalid(at.Child("attempts"), t.Attempts,
				fmt.Sprintf("must be between 0 and %d", maxAttempts)))
		}
		if t.Attempts == 0 && (t.PerTryTimeout.Duration != 0 || t.On != "") {
			errs = append(errs, field.Invalid(at.Child("attempts"), t.Attempts,
				"must be set when perTryTimeout or on is"))
		}
		errs = append(errs, validateDuration(at.Child("perTryTimeout"), t.PerTryTimeout.Duration)...)
	}
	return append(errs, a.validateMirror(path.Child("mirror"), r.Mirror, versions)...)
}

func (t Testers) validate(path *field.Path, matches []RequestMatch, versions map[string]bool) field.ErrorList {
	errs := validateVersionName(path.Child("version"), t.Version, versions)
	headers := path.Child("headers")
	if len(t.Headers) == 0 {
		errs = append(errs, field.Required(headers, "must hold the headers that mark the requests of testers"))
	}
	errs = append(errs, RequestMatch{Headers: t.Headers}.validate(path)...)
	for name := range sorted(t.Headers) {
		for i, m := range matches {
			if _, asked := m.Headers[name]; asked {
				errs = append(errs, field.Invalid(headers.Key(name), name,
					fmt.Sprintf("must not be a header that gateway.matches[%d] asks for", i)).WithOrigin(
					"tester-header"))
				break
			}
		}
	}
	return errs
}

func (a App) validateMirror(path *field.Path, m *Mirror, versions map[string]bool) field.ErrorList {
	if m == nil {
		return nil
	}
	var errs field.ErrorList
	switch {
	case m.Version == "" && m.Service == "":
		errs = append(errs, field.Required(path.Child("version"), "must be set, unless service is"))
	case m.Version != "" && m.Service != "":
		errs = append(errs, field.Forbidden(path.Child("service"), "may not be set with version"))
	case m.Version != "":
		errs = append(errs, validateVersionName(path.Child("version"), m.Version, versions)...)
		if a.Permissive != nil {
			errs = append(errs, field.Forbidden(path.Child("version"),
				"may not be set in a permissive app: copies have the route header of the lane that answers"))
		}
		if m.Namespace != "" || m.Port != 0 {
			errs = append(errs, field.Forbidden(path, "may have a namespace and a port with service only"))
		}
	default:
		errs = append(errs, fieldcheck.ServiceName(path.Child("service"), m.Service)...)
		errs = append(errs, fieldcheck.Namespace(path.Child("namespace"), m.Namespace)...)
		if m.Port != 0 {
			errs = append(errs, fieldcheck.Port(path.Child("port"), int64(m.Port))...)
		}
	}
	if p := m.Percent; p != nil && !(*p >= 0 && *p <= 100) { // in this form, so that NaN is refused too
		errs = append(errs, field.Invalid(path.Child("percent"), *p, "must be between 0 and 100").WithOrigin("percent"))
	}
	return errs
}

func validateVersionName(path *field.Path, name string, versions map[string]bool) field.ErrorList {
	switch {
	case name == "":
		return field.ErrorList{field.Required(path, "must name a version")}
	case !versions[name]:
		return field.ErrorList{field.NotFound(path, name)}
	}
	return nil
}

func validateDuration(path *field.Path, d time.Duration) field.ErrorList {
	if d < 0 || d%time.Millisecond != 0 {
		return field.ErrorList{field.Invalid(path, d.String(), "must be whole milliseconds, and not negative")}
	}
	return nil
}
