package rollout

import (
	"k8s.io/apimachinery/pkg/api/validate/content"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// notLabel returns the faults of a name at path that is no DNS-1123 label.
func notLabel(path *field.Path, name string) field.ErrorList {
	var errs field.ErrorList
	for _, msg := range content.IsDNS1123Label(name) {
		errs = append(errs, field.Invalid(path, name, fielderr.Plain(msg)).WithOrigin("format=dns-label"))
	}
	return errs
}
