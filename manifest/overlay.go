package manifest

import (
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/lanes"
)

// Overlay is a patch of a kustomization that says what an object holds: its text is what
// is deployed, and what is edited. It is a strategic-merge patch that names the object
// itself, or a JSON patch (RFC 6902) of which the target is this object alone, in a file
// or in a literal block (|) of the kustomization; and it is the only one that says
//
//   - the http routes of a VirtualService,
//   - the ingressWeight of an ASMSwimLane, or as a merge patch anything of one that has none,
//   - or anything of an ASMSwimLaneGroup.
type Overlay struct {
	// Object is the object without the patch, in the file that is listed as a resource.
	Object Object
	// Kustomization is the file of the kustomization that names the patch, and Line the
	// line where it does, from 1.
	Kustomization string
	Line          int
	// Inline says that the patch stands in the kustomization, not in a file of its own.
	Inline bool

	by         KustomizePatch
	operations []operation // those of a JSON patch
}

// Overlay returns the patch that an object was read from, and whether it was: see
// [Set.Overlaid]. File and Line of the object are then those of the patch.
func (o Object) Overlay() (over Overlay, found bool) {
	if o.overlay == nil {
		return Overlay{}, false
	}
	return *o.overlay, true
}

// Resource returns the object as it stands in the file that kustomizations list: the one
// beneath its [Overlay], or itself.
func (o Object) Resource() Object {
	if o.overlay == nil {
		return o
	}
	return o.overlay.Object
}

// Overlaid returns the set in which patches that say what objects hold are laid over
// them, as kustomize does: what the patch says counts, lists as a whole, and [Set.Edit]
// edits the patch. Sets that edits make of it are such too. Where two patches say it,
// the object stays as it is in its own file.
func (s Set) Overlaid() Set {
	if s.reader.overlaid || len(s.kustomized.all) == 0 {
		return s
	}
	r := s.reader.withDefaults()
	r.overlaid = true
	out, _ := r.set(s.files) // what is wrong with the files was said
	return out
}

// overlaidKinds are the kinds that hold weights.
var overlaidKinds = [...]string{"VirtualService", lanes.KindLane, lanes.KindLaneGroup}

// saysWhat reports whether a patch says what an object holds, so that edits of the
// object beneath would not be deployed. A merge patch of a lane that has no ingressWeight
// is where it may get one.
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
		at := pointerTo("spec", holding)
		return slices.ContainsFunc(l.operations, func(op operation) bool {
			below, around := strings.HasPrefix(op.Path, strings.TrimSuffix(at, "/")+"/"), strings.HasPrefix(at, op.Path+"/")
			return op.Op != "test" && (op.Path == at || below || around)
		})
	}
	return holding == "" || l.patch.Has("spec."+holding) || holding == "ingressWeight" && !o.Has("spec."+holding)
}

// alone returns the object as one that was read from the text of the patch alone.
func (o Object) alone() Object {
	o.overlay = nil
	return o
}
