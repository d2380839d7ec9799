package manifest

import (
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/jsonpointer"
	"github.com/swimlane-go/swimlane/lanes"
)

// Overlay is a patch of a kustomization that says what an object holds: its text is deployed, and
// edits change it. It is a strategic-merge patch that names the object, or a JSON patch (RFC 6902)
// with only this object as its target. It is in a file or in a literal block (|) of the
// kustomization. It is the only patch that says
//
//   - the http routes of a VirtualService,
//   - the ingressWeight of an ASMSwimLane; for a lane without one, a merge patch may say anything,
//   - or anything of an ASMSwimLaneGroup.
type Overlay struct {
	// Object is the object without the patch, in the file that is listed as a resource.
	Object Object
	// Kustomization is the file of the kustomization that names the patch, and Line the
	// line where it does, from 1.
	Kustomization string
	Line          int
	// Inline says that the patch is in the kustomization, not in a separate file.
	Inline bool

	by         KustomizePatch
	operations []operation // those of a JSON patch
}

// Overlay returns the patch that an object was read from; found is false for an object without one:
// see [Set.Overlaid]. File and Line of an object with a patch are those of the patch.
func (o Object) Overlay() (over Overlay, found bool) {
	if o.overlay == nil {
		return Overlay{}, false
	}
	return *o.overlay, true
}

// Resource returns the object of the file that kustomizations list: the object beneath the
// [Overlay], or the object itself.
func (o Object) Resource() Object {
	if o.overlay == nil {
		return o
	}
	return o.overlay.Object
}

// Overlaid returns the set with each [Overlay] laid over its object, as kustomize does: the patch
// counts, its lists as a whole, and [Set.Edit] edits the patch. Edits of the set keep it so. Where
// two patches say the same, the object stays as its file says.
func (s Set) Overlaid() Set {
	if s.reader.overlaid || len(s.kustomized.all) == 0 {
		return s
	}
	r := s.reader.withDefaults()
	r.overlaid = true
	out, _ := r.set(s.files) // the errors of the files are known
	return out
}

// overlaidKinds are the kinds that hold weights.
var overlaidKinds = [...]string{"VirtualService", lanes.KindLane, lanes.KindLaneGroup}

// saysWhat reports whether a patch says what an object holds: then edits of the object beneath
// would not be deployed. A merge patch of a lane without ingressWeight does: the lane may get one
// there.
func (l laidPatch) saysWhat(o Object) bool {
	holding := ""
	switch {
	case o.Ref.Kind == "VirtualService" && o.Ref.Group == istioGroup:
		holding = "http"
	case o.Ref.Group != lanes.GroupVersion().Group:
		return false
	case o.Ref.Kind == lanes.KindLane:
		holding = "ingressWeight"
	case o.Ref.Kind != lanes.KindLaneGroup:
		return false
	}
	if l.operations != nil {
		at := jsonpointer.To("spec", holding)
		return slices.ContainsFunc(l.operations, func(op operation) bool {
			below, around := strings.HasPrefix(op.Path, strings.TrimSuffix(at, "/")+"/"),
				strings.HasPrefix(at, op.Path+"/")
			return op.Op != "test" && (op.Path == at || below || around)
		})
	}
	return holding == "" || l.patch.Has("spec."+holding) || holding == "ingressWeight" && !o.Has("spec."+holding)
}

// alone returns the object as if it was read from the text of the patch alone.
func (o Object) alone() Object {
	o.overlay = nil
	return o
}
