package rollout

import (
	"k8s.io/apimachinery/pkg/api/validate/content"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// isLabel reports whether name is a DNS-1123 label. It answers as content.IsDNS1123Label
// does, without a regular expression: every event validates the plan.
func isLabel(name string) bool {
	if name == "" || len(name) > 63 || name[0] == '-' || name[len(name)-1] == '-' {
		return false
	}
	for i := range len(name) {
		if c := name[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// notLabel returns the faults of a name at path that is no DNS-1123 label.
func notLabel(path *field.Path, name string) field.ErrorList {
	var errs field.ErrorList
	for _, msg := range content.IsDNS1123Label(name) {
		errs = append(errs, field.Invalid(path, name, fielderr.Plain(msg)).WithOrigin("format=dns-label"))
	}
	return errs
}
