package lanes

import (
	"cmp"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
)

// Validate returns every fault of the declaration, with paths in its JSON
// names. An App without faults builds objects without faults.
func (a App) Validate() field.ErrorList {
	errs := fieldcheck.Label(field.NewPath("name"), a.Name)
	errs = append(errs, fieldcheck.Namespace(field.NewPath("namespace"), a.Namespace)...)
	services := make(map[string]AppService, len(a.Services))
	for _, s := range a.Services {
		services[s.Name] = s
	}
	errs = append(errs, a.Gateway.validate(field.NewPath("gateway"), services)...)
	errs = append(errs, a.validateRoute(field.NewPath("gateway", "route"))...)
	errs = append(errs, a.validateServices(field.NewPath("services"), services)...)
	errs = append(errs, a.validateVersions(field.NewPath("versions"), services)...)
	return append(errs, a.validateModes(services)...)
}

func (g Gateway) validate(path *field.Path, services map[string]AppService) field.ErrorList {
	errs := fieldcheck.Label(path.Child("name"), g.Name)
	errs = append(errs, fieldcheck.Label(path.Child("namespace"), g.Namespace)...)
	errs = append(errs, fieldcheck.Labels(path.Child("selector"), g.Selector)...)
	if g.Port != 0 {
		errs = append(errs, fieldcheck.Port(path.Child("port"), int64(g.Port))...)
	}
	errs = append(errs, fieldcheck.Hosts(path.Child("hosts"), g.Hosts)...)
	if !g.Shared {
		errs = append(errs, fieldcheck.NoShortHosts(path.Child("hosts"), g.Hosts)...)
	}
	for i, match := range g.Matches {
		errs = append(errs, match.validate(path.Child("matches").Index(i))...)
	}
	if _, found := services[g.Service]; g.Service != "" && !found {
		errs = append(errs, field.NotFound(path.Child("service"), g.Service))
	}
	return errs
}

func (a App) validateServices(path *field.Path, services map[string]AppService) field.ErrorList {
	if len(a.Services) == 0 {
		return field.ErrorList{field.Required(path, "must list at least one service")}
	}
	var errs field.ErrorList
	seen := make(map[string]bool, len(a.Services))
	for i, s := range a.Services {
		at := path.Index(i)
		if seen[s.Name] {
			errs = append(errs, field.Duplicate(at.Child("name"), s.Name))
		}
		seen[s.Name] = true
		errs = append(errs, fieldcheck.ServiceName(at.Child("name"), s.Name)...)
		errs = append(errs, fieldcheck.Namespace(at.Child("namespace"), s.Namespace)...)
		errs = append(errs, fieldcheck.Port(at.Child("port"), int64(s.Port))...)
		errs = append(errs, validateTargetPort(at.Child("targetPort"), s.TargetPort)...)
		errs = append(errs, validatePortName(at.Child("portName"), s.PortName)...)
		built := a.Service(s)
		errs = append(errs, validatePorts(at.Child("ports"), 0, built.Options.Type, built.port(), s.Ports)...)
		own := map[string]string{LabelApp: s.Name}
		service := at.Child("service")
		errs = append(errs, s.Service.validate(optionPaths{service, service}, own)...)
		errs = append(errs, validateRun(at, s.Replicas, s.Deployment, s.Autoscaler, s.DisruptionBudget, own)...)
		if d := s.Deployment; d != nil && d.Labels[LabelVersion] != "" {
			errs = append(errs, field.Forbidden(at.Child("deployment", "labels").Key(LabelVersion),
				"may not be set: every version has a template"))
		}
		if s.Template != nil {
			errs = append(errs, validateTemplate(at.Child("template"), s.Template,
				map[string]string{LabelApp: s.Name})...)
		}
		errs = append(errs, validateCalls(at.Child("calls"), s.Calls, services)...)
	}
	return errs
}

// validateRun checks the settings of the pods of a service, or of a version of it.
func validateRun(at *field.Path, replicas *int32, d *DeploymentOptions, a *Autoscaler, b *DisruptionBudget,
	own map[string]string) field.ErrorList {
	errs := notNegative(at.Child("replicas"), replicas)
	if replicas != nil && a != nil {
		errs = append(errs, field.Forbidden(at.Child("replicas"),
			"may not be set with an autoscaler, which sets the number of pods"))
	}
	deployment := at.Child("deployment")
	errs = append(errs, d.validate(optionPaths{deployment, deployment}, own)...)
	errs = append(errs, a.validate(at.Child("autoscaler"))...)
	return append(errs, b.validate(at.Child("disruptionBudget"))...)
}

func validateCalls(path *field.Path, calls []string, services map[string]AppService) field.ErrorList {
	var errs field.ErrorList
	seen := make(map[string]bool, len(calls))
	for i, name := range calls {
		if _, found := services[name]; !found {
			errs = append(errs, field.NotFound(path.Index(i), name))
		}
		if seen[name] {
			errs = append(errs, field.Duplicate(path.Index(i), name))
		}
		seen[name] = true
	}
	return errs
}

func (a App) validateVersions(path *field.Path, services map[string]AppService) field.ErrorList {
	if len(a.Versions) == 0 {
		return field.ErrorList{field.Required(path, "must list at least one version")}
	}
	var errs field.ErrorList
	names, laneNames := map[string]bool{}, map[string]bool{}
	for i, v := range a.Versions {
		at := path.Index(i)
		if names[v.Name] {
			errs = append(errs, field.Duplicate(at.Child("name"), v.Name))
		}
		names[v.Name] = true
		errs = append(errs, fieldcheck.Label(at.Child("name"), v.Name)...)
		if v.Lane != "" {
			errs = append(errs, fieldcheck.Label(at.Child("lane"), v.Lane)...)
		}
		if laneNames[v.LaneName()] {
			errs = append(errs, field.Duplicate(at.Child("lane"), v.LaneName()))
		}
		laneNames[v.LaneName()] = true
		errs = append(errs, v.validateServices(at.Child("services"), services)...)
	}
	errs = append(errs, a.validateTemplates()...)
	return append(errs, a.validateDeploymentNames(path)...)
}

// validateDeploymentNames finds services and versions with names that run together: "a-b"
// in version "c" and "a" in version "b-c" would both be "a-b-c".
func (a App) validateDeploymentNames(path *field.Path) field.ErrorList {
	type owner struct{ service, version string }
	type object struct{ namespace, name string }
	var errs field.ErrorList
	owners := make(map[object]owner, len(a.Versions)*len(a.Services))
	for i, v := range a.Versions {
		for _, s := range a.Services {
			if !v.Has(s.Name) {
				continue
			}
			name := DeploymentName(s.Name, v.Name)
			at := object{cmp.Or(a.NamespaceOf(s), DefaultNamespace), name}
			first, taken := owners[at]
			if !taken {
				owners[at] = owner{s.Name, v.Name}
			} else if first != (owner{s.Name, v.Name}) { // the same pair twice is reported as a duplicate
				errs = append(errs, field.Invalid(path.Index(i).Child("name"), v.Name, fmt.Sprintf(
					"must not give Deployment %s to service %s: service %s in version %s has that name", name, s.Name,
					first.service, first.version)).WithOrigin("deployment-name"))
			}
		}
	}
	return errs
}

func (v Version) validateServices(path *field.Path, services map[string]AppService) field.ErrorList {
	var errs field.ErrorList
	seen := make(map[string]bool, len(v.Services))
	for i, own := range v.Services {
		at := path.Index(i)
		if _, found := services[own.Name]; !found {
			errs = append(errs, field.NotFound(at.Child("name"), own.Name))
		}
		if seen[own.Name] {
			errs = append(errs, field.Duplicate(at.Child("name"), own.Name))
		}
		seen[own.Name] = true
		if !v.Has(own.Name) {
			errs = append(errs, field.Forbidden(at, "must be a service that the version has"))
		}
		errs = append(errs, validateRun(at, own.Replicas, own.Deployment, own.Autoscaler, own.DisruptionBudget,
			ownLabels(own.Name, v.Name))...)
		if own.Template != nil {
			errs = append(errs, validateTemplate(at.Child("template"), own.Template, podLabels(own.Name, v.Name))...)
		}
	}
	return errs
}

// validateTemplates finds services without a pod template in some version, and shared
// templates with labels that contradict a version that uses them.
func (a App) validateTemplates() field.ErrorList {
	type pair struct{ service, version string }
	own := map[pair]bool{}
	for _, v := range a.Versions {
		for _, s := range v.Services {
			own[pair{s.Name, v.Name}] = s.Template != nil
		}
	}
	var errs field.ErrorList
	for i, s := range a.Services {
		path := field.NewPath("services").Index(i).Child("template")
		var without []string
		for _, v := range a.Versions {
			switch {
			case own[pair{s.Name, v.Name}], !v.Has(s.Name):
			case s.Template == nil:
				without = append(without, v.Name)
			default:
				errs = append(errs, validateTemplateLabels(path, s.Template,
					map[string]string{LabelVersion: v.Name, LabelTrafficTag: v.Name})...)
			}
		}
		if len(without) > 0 {
			errs = append(errs, field.Required(path, "must be set: versions "+
				strings.Join(without, ", ")+" have no template of their own"))
		}
	}
	return errs
}
