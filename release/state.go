package release

import (
	"maps"

	"github.com/swimlane-go/swimlane/manifest"
)

// WithoutState returns the set without the state of a release and its marks, for those who keep
// them elsewhere. The given set does not change.
func WithoutState(set manifest.Set) manifest.Set {
	objects := set.All()
	for i, o := range objects {
		annotations := o.Meta().GetAnnotations()
		_, carries := annotations[AnnotationState]
		_, marked := annotations[AnnotationRevision]
		if !carries && !marked {
			continue
		}
		annotations = maps.Clone(annotations)
		delete(annotations, AnnotationState)
		delete(annotations, AnnotationRevision)
		if len(annotations) == 0 {
			annotations = nil
		}
		objects[i].Value = o.Value.DeepCopyObject()
		objects[i].Meta().SetAnnotations(annotations)
	}
	return manifest.NewSet(objects...)
}
