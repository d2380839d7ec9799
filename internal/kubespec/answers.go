package kubespec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/dnslabel"
	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// Rule is the rule that an object breaks.
type Rule string

// The rules, by the part of an object that they are about.
const (
	Kind       Rule = "kind"
	Name       Rule = "name"
	Labels     Rule = "labels"
	Annotation Rule = "annotation"
	Selector   Rule = "selector"
	OwnPods    Rule = "own pods"
	Ports      Rule = "ports"
	Service    Rule = "service"
	Workload   Rule = "workload"
	Strategy   Rule = "strategy"
	Container  Rule = "container"
	Env        Rule = "env"
	PodPorts   Rule = "pod ports"
	Probe      Rule = "probe"
	Resources  Rule = "resources"
	Volume     Rule = "volume"
	Pod        Rule = "pod"
	Data       Rule = "data"
	Autoscaler Rule = "autoscaler"
	Budget     Rule = "budget"
	Immutable  Rule = "immutable"
)

// Fault is one reason why the API server refuses an object.
type Fault struct {
	Rule Rule
	// Path is the field, in the object's JSON names.
	Path string
	// Message says what must hold, and what was found.
	Message string
	// Older says that only some servers refuse the object, by their version.
	Older bool
}

// faults collects the faults of an object.
type faults struct{ list []Fault }

func (f *faults) add(rule Rule, p *fieldpath.Path, message string) {
	f.list = append(f.list, Fault{Rule: rule, Path: p.String(), Message: message})
}

// all returns the faults, in an order that does not depend on the order of maps.
func (f *faults) all() []Fault {
	slices.SortStableFunc(f.list, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message))
	})
	return f.list
}

// errors adds the errors of a function of apimachinery.
func (f *faults) errors(rule Rule, errs field.ErrorList) {
	for _, err := range errs {
		message := fielderr.Plain(err.Detail)
		if !strings.HasPrefix(message, "must ") {
			message = "must be valid: " + cmp.Or(message, err.Type.String())
		}
		if value, is := err.BadValue.(string); is && value != "" {
			message += fmt.Sprintf(": %q", value)
		}
		f.list = append(f.list, Fault{Rule: rule, Path: err.Field, Message: message})
	}
}

// set checks that a text is not empty, and reports whether it is set.
func (f *faults) set(rule Rule, p *fieldpath.Path, value string) bool {
	if value == "" {
		f.add(rule, p, "must be set")
	}
	return value != ""
}

// named checks a name by a function of apimachinery that accepts every DNS label. The name must be
// set.
func (f *faults) named(rule Rule, p *fieldpath.Path, name string, check func(string) []string) {
	if !dnslabel.Is(name) && f.set(rule, p, name) {
		f.unnamed(rule, p, name, check(name))
	}
}

// portName checks the name of a port of a pod as named does.
func (f *faults) portName(rule Rule, p *fieldpath.Path, name string) {
	if !isPortName(name) && f.set(rule, p, name) {
		f.unnamed(rule, p, name, validation.IsValidPortName(name))
	}
}

// unnamed adds the reasons of apimachinery against a name.
func (f *faults) unnamed(rule Rule, p *fieldpath.Path, name string, messages []string) {
	for _, message := range messages {
		f.add(rule, p, fmt.Sprintf("%s: %q", fielderr.Plain(message), name))
	}
}

// maybeNamed checks a name as named does, if it is set.
func (f *faults) maybeNamed(rule Rule, p *fieldpath.Path, name string, check func(string) []string) {
	if name != "" {
		f.named(rule, p, name, check)
	}
}

// notNegative checks that a number is not negative.
func (f *faults) notNegative(rule Rule, p *fieldpath.Path, n int64) {
	if n < 0 {
		f.add(rule, p, fmt.Sprintf("must not be negative: %d", n))
	}
}

// count checks that a number is not negative, if it is set.
func (f *faults) count(rule Rule, p *fieldpath.Path, n *int32) {
	if n != nil {
		f.notNegative(rule, p, int64(*n))
	}
}

// port checks the number of a port.
func (f *faults) port(rule Rule, p *fieldpath.Path, port int32) {
	if port < 1 || port > 65535 {
		f.add(rule, p, fmt.Sprintf("must be between 1 and 65535: %d", port))
	}
}

// listed lists the values of an enumeration.
func listed[T ~string](values []T) string {
	var out []string
	for _, v := range values {
		out = append(out, string(v))
	}
	return strings.Join(out, ", ")
}

// oneOf checks that a value is one of a few. Empty means the default.
func oneOf[T ~string](f *faults, rule Rule, p *fieldpath.Path, value T, of ...T) {
	if value != "" && !slices.Contains(of, value) {
		f.add(rule, p, fmt.Sprintf("must be one of %s: %q", listed(of), value))
	}
}

// oneOfPtr checks a value as oneOf does, if it is set.
func oneOfPtr[T ~string](f *faults, rule Rule, p *fieldpath.Path, value *T, of ...T) {
	if value != nil && !slices.Contains(of, *value) {
		f.add(rule, p, fmt.Sprintf("must be one of %s: %q", listed(of), *value))
	}
}
