package kubespec

import (
	"strings"
	"unicode"

	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/dnslabel"
	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// Most names and labels are good. The functions here find that out without the regular expressions
// of apimachinery. What they do not accept goes to apimachinery, which says why.

// labels checks labels.
func (f *faults) labels(rule Rule, p *fieldpath.Path, labels map[string]string) {
	if !areLabels(labels) {
		f.errors(rule, metavalidation.ValidateLabels(labels, toField(p)))
	}
}

// annotations checks annotations.
func (f *faults) annotations(p *fieldpath.Path, annotations map[string]string) {
	size, good := 0, true
	for key, value := range annotations {
		size += len(key) + len(value)
		good = good && isLabelKey(strings.ToLower(key))
	}
	if !good || size > apivalidation.TotalAnnotationSizeLimitB {
		f.errors(Annotation, apivalidation.ValidateAnnotations(annotations, toField(p)))
	}
}

// labelSelector checks a selector, if it is set, and reports whether it is valid.
func (f *faults) labelSelector(rule Rule, p *fieldpath.Path, s *metav1.LabelSelector) bool {
	if s == nil || len(s.MatchExpressions) == 0 && areLabels(s.MatchLabels) {
		return true
	}
	errs := metavalidation.ValidateLabelSelector(s, metavalidation.LabelSelectorValidationOptions{}, toField(p))
	f.errors(rule, errs)
	return len(errs) == 0
}

// toField returns a path for apimachinery.
func toField(p *fieldpath.Path) *field.Path { return field.NewPath(p.String()) }

func areLabels(labels map[string]string) bool {
	for key, value := range labels {
		if !isLabelKey(key) || value != "" && !isLabelName(value) {
			return false
		}
	}
	return true
}

// isLabelKey reports whether a text is the name of a label, with or without a domain.
func isLabelKey(key string) bool {
	domain, name, prefixed := strings.Cut(key, "/")
	if !prefixed {
		return isLabelName(key)
	}
	return isSubdomain(domain) && isLabelName(name)
}

func isLabelName(name string) bool {
	if name == "" || len(name) > validation.LabelValueMaxLength || !isLetterOrDigit(name[0]) ||
		!isLetterOrDigit(name[len(name)-1]) {
		return false
	}
	for i := range len(name) {
		if c := name[i]; !isLetterOrDigit(c) && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}

// isSubdomain reports whether a name consists of parts like DNS labels.
func isSubdomain(name string) bool {
	if len(name) > validation.DNS1123SubdomainMaxLength {
		return false
	}
	for part := range strings.SplitSeq(name, ".") {
		if !dnslabel.IsPart(part) {
			return false
		}
	}
	return true
}

// isPortName reports whether a name is one for a port of a pod.
func isPortName(name string) bool {
	return len(name) <= 15 && dnslabel.IsPart(name) && strings.ContainsFunc(name, unicode.IsLower) &&
		!strings.Contains(name, "--")
}

func isLetterOrDigit(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}
