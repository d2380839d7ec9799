package istiospec

import (
	"fmt"
	"regexp/syntax"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// port checks the number of a port.
// Source: Istio, pkg/config/validation/agent, ValidatePort.
func (f *faults) port(rule Rule, p *fieldpath.Path, port uint32) {
	if port < 1 || port > 65535 {
		f.add(rule, p, fmt.Sprintf("must be between 1 and 65535: %d", port))
	}
}

// duration checks a duration, if it is set.
// Source: Istio, pkg/config/validation/agent, ValidateDuration.
func (f *faults) duration(rule Rule, p *fieldpath.Path, d *durationpb.Duration) {
	if d == nil {
		return
	}
	if v := d.AsDuration(); v < time.Millisecond || v%time.Millisecond != 0 {
		f.add(rule, p, fmt.Sprintf("must be at least 1 ms, in whole milliseconds: %s", v))
	}
}

// regex checks a regular expression. Go and Envoy share the syntax: RE2.
// Source: Istio, pkg/config/validation, validateStringRegexp.
func (f *faults) regex(rule Rule, p *fieldpath.Path, expression string) {
	if n := len(expression); n > 1024 {
		f.add(rule, p, fmt.Sprintf("must not have more than 1024 bytes: %d", n))
		return
	}
	if _, err := syntax.Parse(expression, syntax.Perl); err != nil {
		f.add(rule, p, fmt.Sprintf("must be a regular expression of RE2: %v", err))
	}
}

// labels checks the labels of pods.
// Source: Istio, pkg/config/labels, Instance.Validate.
func (f *faults) labels(rule Rule, p *fieldpath.Path, labels map[string]string) {
	for key, value := range labels {
		if !isLabelKey(key) {
			f.add(rule, p, fmt.Sprintf("must have keys of labels: %q", key))
		}
		if !isLabelValue(value) {
			f.add(rule, p.Key(key), fmt.Sprintf("must be the value of a label: %q", value))
		}
	}
}

// percentage checks a percentage, if it is set.
// Source: Istio, pkg/config/validation, validatePercentage.
func (f *faults) percentage(rule Rule, p *fieldpath.Path, percent *networking.Percent) {
	if v := percent.GetValue(); v < 0 || v > 100 || v > 0 && v < 0.0001 {
		f.add(rule, p.Child("value"), fmt.Sprintf("must be 0, or between 0.0001 and 100: %v", v))
	}
}

// exportTo checks the namespaces to which an object is exported: "." is its own, "*" all. ToNone
// allows "~", no namespace, as ServiceEntries do.
// Source: Istio, pkg/config/validation, validateExportTo.
func (f *faults) exportTo(rule Rule, spec *fieldpath.Path, namespace string, exportTo []string, toNone bool) {
	if len(exportTo) == 0 {
		return
	}
	var seen map[string]bool // of the namespaces, with "." resolved
	if len(exportTo) > 1 {
		seen = make(map[string]bool, len(exportTo))
	}
	for i, to := range exportTo {
		p := spec.Child("exportTo").Index(i)
		switch {
		case to == "~" && toNone, to == "*":
			if len(exportTo) > 1 {
				f.add(rule, p, fmt.Sprintf("must be the only one: %q", to))
			}
		case to != "." && !isLabel(to):
			f.add(rule, p, fmt.Sprintf(`must be a namespace, "." or "*": %q`, to))
		}
		if seen == nil {
			continue
		}
		if to == "." && namespace != "" {
			to = namespace
		}
		if seen[to] {
			f.add(rule, p, fmt.Sprintf("must be named once: namespace %q", to))
		}
		seen[to] = true
	}
}
