package istiospec

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// selector checks the labels of a selector; it may have at most so many.
// Source: Istio, pkg/config/validation, validateWorkloadSelector and ValidateAlphaWorkloadSelector;
// the length of a value: its CRDs.
func (f *faults) selector(p *fieldpath.Path, labels map[string]string, most int) {
	f.atMost(WorkloadSelector, p, len(labels), most)
	for key, value := range labels {
		switch at := p.Key(key); {
		case key == "":
			f.add(WorkloadSelector, p, fmt.Sprintf("must have keys of labels: %q", key))
		case strings.Contains(key, "*"):
			f.add(WorkloadSelector, p, fmt.Sprintf("must have keys without a wildcard: %q", key))
		case strings.Contains(value, "*"):
			f.add(WorkloadSelector, at, fmt.Sprintf("must have no wildcard: %q", value))
		default:
			f.notLonger(WorkloadSelector, at, value, 63)
		}
	}
}

// atMost checks the number of items of a list or a map.
func (f *faults) atMost(rule Rule, p *fieldpath.Path, n, most int) {
	if n > most {
		f.add(rule, p, fmt.Sprintf("must have at most %d items: %d", most, n))
	}
}

// notLonger checks the number of characters of a text.
func (f *faults) notLonger(rule Rule, p *fieldpath.Path, text string, most int) {
	if len(text) > most && utf8.RuneCountInString(text) > most {
		f.add(rule, p, fmt.Sprintf("must not have more than %d characters: %d", most, utf8.RuneCountInString(text)))
	}
}

// setField says whether a field is set.
type setField struct {
	key string
	set bool
}

// required checks that fields are set.
func (f *faults) required(rule Rule, parent *fieldpath.Path, why string, fields ...setField) {
	for _, field := range fields {
		if !field.set {
			f.add(rule, parent.Child(field.key), "must be set: "+why)
		}
	}
}

// unset checks that fields are not set.
func (f *faults) unset(rule Rule, parent *fieldpath.Path, why string, fields ...setField) {
	for _, field := range fields {
		if field.set {
			f.add(rule, parent.Child(field.key), "must not be set: "+why)
		}
	}
}
