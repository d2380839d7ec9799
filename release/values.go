package release

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/manifest"
)

// Values says that a file of values, such as a Helm chart's, has the app's weights, and not a
// Kubernetes object. The weights have one of two forms, with an entry for each lane:
//
//	weights: {v1: 60, v2: 40}
//
//	weights:
//	- lane: v1
//	  weight: 60
//
// A weight is a whole number; in quotes it stays in quotes. The file holds one document. It
// carries the state too, as a text beside the weights, so that one write moves both.
type Values struct {
	// File is the slash-separated path of the file. In a plan's ConfigMap it is relative to the
	// directory of the plan. In a Config that was read it is the name of the file in the set.
	File string `json:"file"`
	// Path is the path of the weights in the file: "weights", "shop.lanes[0].weights".
	Path string `json:"path"`
	// State is the path of the state. Empty means StateKey beside the weights. Set it for a
	// chart with a schema that allows no further key there. Evidence and history, if the plan
	// has gates, are beside the state: their keys are its key with Evidence and History at the
	// end.
	State string `json:"state,omitempty"`
	// Lane and Weight are the keys of an item of a list. Empty means "lane" and "weight".
	Lane   string `json:"lane,omitempty"`
	Weight string `json:"weight,omitempty"`
}

// StateKey is the key of the state beside weights in a file of values.
const StateKey = "swimlaneState"

// Ref returns the Ref of the file in a set: see [manifest.Set.WithValues].
func (v Values) Ref() manifest.Ref { return manifest.ValuesRef(v.File) }

// beside returns the path of the evidence or the history: the key of the state with a word at
// its end.
func (v Values) beside(word string) string {
	if inner, bracketed := strings.CutSuffix(v.StatePath(), "]"); bracketed {
		return inner + word + "]"
	}
	return v.StatePath() + word
}

// StatePaths returns the paths of the state, the evidence and the history, in this order.
func (v Values) StatePaths() []string {
	return []string{v.StatePath(), v.beside(wordEvidence), v.beside(wordHistory)}
}

// StatePath returns the path of the state.
func (v Values) StatePath() string {
	if v.State != "" {
		return v.State
	}
	at := strings.LastIndexByte(v.Path, '.')
	if strings.HasSuffix(v.Path, "]") {
		at = strings.LastIndexByte(v.Path, '[')
	}
	if at <= 0 {
		return StateKey
	}
	return v.Path[:at] + "." + StateKey
}

// laneKey and weightKey are the keys of an item of a list.
func (v Values) laneKey() string   { return cmp.Or(v.Lane, "lane") }
func (v Values) weightKey() string { return cmp.Or(v.Weight, "weight") }

// validate returns every fault.
func (v Values) validate(at *field.Path) field.ErrorList {
	var errs field.ErrorList
	if v.Path == "" {
		errs = append(errs, field.Required(at.Child("path"), "must be the path of the weights"))
	}
	switch clean := path.Clean(v.File); {
	case v.File == "":
		errs = append(errs, field.Required(at.Child("file"), "must name the file of the weights"))
	case clean != v.File || path.IsAbs(clean) || clean == "." || path.Base(clean) == "..":
		errs = append(errs, field.Invalid(at.Child("file"), v.File,
			"must be the path of a file relative to the plan, such as chart/values.yaml"))
	case manifest.IsKustomization(v.File):
		errs = append(errs, field.Invalid(at.Child("file"), v.File, "must be a file of values, not a kustomization"))
	}
	for key, text := range map[string]string{"path": v.Path, "state": v.State} {
		if strings.Count(text, "[") != strings.Count(text, "]") {
			errs = append(errs, field.Invalid(at.Child(key), text, "must close its brackets"))
		}
	}
	if state := v.StatePath(); v.Path != "" &&
		(state == v.Path || strings.HasPrefix(state, v.Path+".") || strings.HasPrefix(state, v.Path+"[")) {
		errs = append(errs, field.Invalid(at.Child("state"), state, "must not be within the weights"))
	}
	if v.laneKey() == v.weightKey() {
		errs = append(errs, field.Invalid(at.Child("weight"), v.weightKey(),
			"must be another key than that of the lane"))
	}
	slices.SortFunc(errs, func(a, b *field.Error) int { return strings.Compare(a.Field, b.Field) })
	return errs
}

// WithValues returns a set in which the files that its plans name for their weights are files
// of values: see [manifest.Set.WithValues]. Plans that cannot be read name none.
func WithValues(set manifest.Set) manifest.Set { return set.WithValues(valuesFiles(set)...) }

// WithoutValues returns a set without the files of values that its plans name. It is for those
// who judge objects, since such files have none.
func WithoutValues(set manifest.Set) manifest.Set { return set.Without(valuesFiles(set)...) }

// valuesFiles returns the files of values that plans of a set name.
func valuesFiles(set manifest.Set) []string {
	var files []string
	for _, o := range PlanObjects(set) {
		if config, err := DecodeConfig(o); err == nil && config.Values != nil {
			files = append(files, config.Values.File)
		}
	}
	return files
}

// validateValues returns the faults of a config with the weights in a file of values.
func (c Config) validateValues() field.ErrorList {
	errs := c.Values.validate(field.NewPath("values"))
	if len(c.Candidate.Images) > 0 {
		errs = append(errs, field.Forbidden(field.NewPath("candidate", "images"),
			"may not be set with values: what runs the pods is made from them"))
	}
	if len(c.Services) > 0 {
		errs = append(errs, field.Forbidden(field.NewPath("services"),
			"may not be set with values: what runs the pods is made from them"))
	}
	return errs
}
