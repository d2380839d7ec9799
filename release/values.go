package release

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/manifest"
)

// Values says that the app's weights stand in a file of values, as a Helm chart's, and
// not on a Kubernetes object. Two forms are known, each a mapping or a list whose every
// entry is a lane:
//
//	weights: {v1: 60, v2: 40}
//
//	weights:
//	- lane: v1
//	  weight: 60
//
// A weight is a whole number; in quotes it stays in quotes. The file holds one document.
// It carries the state too, as a text beside the weights, so that one write moves both.
type Values struct {
	// File is the slash-separated path of the file: in a plan's ConfigMap from where that
	// stands, in a Config that was read the name by which the set knows it.
	File string `json:"file"`
	// Path is where the weights stand in it: "weights", "shop.lanes[0].weights".
	Path string `json:"path"`
	// State is the path at which the state stands. Empty means StateKey beside the weights.
	// Evidence and history, where the plan has gates, stand beside it, under its key with
	// Evidence and History at the end.
	// It is for charts whose schema takes no further key there.
	State string `json:"state,omitempty"`
	// Lane and Weight are the keys of an item of a list. Empty means "lane" and "weight".
	Lane   string `json:"lane,omitempty"`
	Weight string `json:"weight,omitempty"`
}

// StateKey is the key of the state beside weights in a file of values.
const StateKey = "swimlaneState"

// Ref returns the file as a set knows it: see [manifest.Set.WithValues].
func (v Values) Ref() manifest.Ref { return manifest.ValuesRef(v.File) }

// beside returns the path of what stands beside the state: its key is the state's with a
// word at its end.
func (v Values) beside(word string) string {
	if inner, bracketed := strings.CutSuffix(v.StatePath(), "]"); bracketed {
		return inner + word + "]"
	}
	return v.StatePath() + word
}

// StatePaths returns the paths of the state and of what stands beside it: the state's
// first, then those of the evidence and the history.
func (v Values) StatePaths() []string {
	return []string{v.StatePath(), v.beside(wordEvidence), v.beside(wordHistory)}
}

// StatePath returns the path at which the state stands.
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
		errs = append(errs, field.Required(at.Child("path"), "must say where the weights stand"))
	}
	switch clean := path.Clean(v.File); {
	case v.File == "":
		errs = append(errs, field.Required(at.Child("file"), "must name the file of the weights"))
	case clean != v.File || path.IsAbs(clean) || clean == "." || path.Base(clean) == "..":
		errs = append(errs, field.Invalid(at.Child("file"), v.File,
			"must be the path of a file from where the plan stands, as chart/values.yaml"))
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
		errs = append(errs, field.Invalid(at.Child("state"), state, "must not stand in the weights"))
	}
	if v.laneKey() == v.weightKey() {
		errs = append(errs, field.Invalid(at.Child("weight"), v.weightKey(),
			"must be another key than that of the lane"))
	}
	slices.SortFunc(errs, func(a, b *field.Error) int { return strings.Compare(a.Field, b.Field) })
	return errs
}

// WithValues returns a set in which the files are values that plans of the set name for
// their weights: see [manifest.Set.WithValues]. Plans that cannot be read name none.
func WithValues(set manifest.Set) manifest.Set { return set.WithValues(valuesFiles(set)...) }

// WithoutValues returns a set for those who judge objects: files of values that plans of
// the set name hold none.
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

// validateValues returns the faults of a config whose weights stand in a file of values.
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
