package lanes

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
)

// validateModes checks what an app says about lanes that lack services, and about how
// requests are shared among the lanes.
func (a App) validateModes(services map[string]AppService) field.ErrorList {
	var errs field.ErrorList
	switch a.Strategy {
	case "", RoutingWeighted, RoutingRuleBased:
	default:
		errs = append(errs, field.NotSupported(field.NewPath("strategy"), a.Strategy,
			[]RoutingStrategy{"", RoutingWeighted, RoutingRuleBased}))
	}
	if a.Strategy == RoutingRuleBased && len(a.Gateway.Matches) > 0 {
		errs = append(errs, field.Forbidden(field.NewPath("gateway", "matches"),
			"may not be set with rule_based: each version says which requests enter its lane"))
	}
	versions := make(map[string]Version, len(a.Versions))
	for i, v := range a.Versions {
		versions[v.Name] = v
		at := field.NewPath("versions").Index(i)
		errs = append(errs, a.validateWithout(at.Child("without"), v, services)...)
		if len(v.Matches) > 0 && a.Strategy != RoutingRuleBased {
			errs = append(errs, field.Forbidden(at.Child("matches"), "may be set with rule_based only"))
		}
		for j, match := range v.Matches {
			errs = append(errs, match.validate(at.Child("matches").Index(j))...)
		}
	}
	return append(errs, a.Permissive.validate(field.NewPath("permissive"), services, versions)...)
}

// validateWithout checks the services that a version lacks.
func (a App) validateWithout(path *field.Path, v Version, services map[string]AppService) field.ErrorList {
	if len(v.Without) > 0 && a.Permissive == nil {
		return field.ErrorList{field.Forbidden(path,
			"may be set in a permissive app only: in a strict app every version has every service")}
	}
	errs := validateCalls(path, v.Without, services)
	if len(errs) == 0 && len(v.Without) > 0 && len(v.Without) == len(services) {
		errs = append(errs, field.Invalid(path, len(v.Without), "must leave the version at least one service"))
	}
	return errs
}

func (p *Permissive) validate(path *field.Path, services map[string]AppService,
	versions map[string]Version) field.ErrorList {
	if p == nil {
		return nil
	}
	var errs field.ErrorList
	baseline, found := versions[p.Baseline]
	switch at := path.Child("baseline"); {
	case p.Baseline == "":
		errs = append(errs, field.Required(at, "must name the version that calls fall back to"))
	case !found:
		errs = append(errs, field.NotFound(at, p.Baseline))
	case len(baseline.Without) > 0:
		errs = append(errs, field.Invalid(at, p.Baseline,
			fmt.Sprintf("must have every service: it lacks %q", baseline.Without[0])).WithOrigin("baseline"))
	}
	for service, name := range sorted(p.Fallbacks) {
		at := path.Child("fallbacks").Key(service)
		if _, found := services[service]; !found {
			errs = append(errs, field.NotFound(at, service))
			continue
		}
		switch v, found := versions[name]; {
		case !found:
			errs = append(errs, field.NotFound(at, name))
		case !v.Has(service):
			errs = append(errs, field.Invalid(at, name, "must have the service").WithOrigin("fallback"))
		}
	}
	return append(errs, validateHeaders(path, p.TraceHeader, p.RouteHeader)...)
}

// validateHeaders checks the two headers of permissive lanes.
func validateHeaders(path *field.Path, trace, route string) field.ErrorList {
	errs := fieldcheck.HeaderName(path.Child("traceHeader"), trace)
	errs = append(errs, fieldcheck.HeaderName(path.Child("routeHeader"), route)...)
	if fieldcheck.IsTraceHeader(route) {
		errs = append(errs, field.Invalid(path.Child("routeHeader"), route,
			"must be neither a trace id nor baggage").WithOrigin("trace-header"))
	}
	return errs
}
