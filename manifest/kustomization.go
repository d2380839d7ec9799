package manifest

import "path"

// Kustomization is what a kustomization file says: what kustomize builds from it, and
// what the build changes. Nothing is built or executed here. Source of the fields:
// kustomize, api/types/kustomization.go.
type Kustomization struct {
	// File is the slash-separated path of the kustomization, as that of a [File].
	File string
	// Unreadable says that the file is no kustomization that can be read, such as one with
	// a merge conflict: what it builds is not known, and everything else here is empty.
	Unreadable bool
	// IsComponent says that it is a Component, which others take in.
	IsComponent bool
	// Resources are what it builds from, those of the older field bases last.
	Resources []KustomizePath
	// Components are the kustomizations that change what it builds.
	Components []KustomizePath
	// Patches are those of all three fields.
	Patches []KustomizePatch
	// Images are the images that it gives containers.
	Images []KustomizeImage
	// Replacements copy values into objects.
	Replacements []KustomizeReplacement
	// Replicas are the names of the workloads that it gives a number of pods. Kustomize
	// refuses to build when there is none of a name, as it does for a patch that names an
	// object.
	Replicas []KustomizePath
	// Namespace is what it gives all objects; empty when they keep theirs.
	Namespace string
	// NamePrefix and NameSuffix are what it puts around the name of every object.
	NamePrefix, NameSuffix string
	// Others are further files that it names, which hold no objects to be deployed: of
	// generators, transformers, validators, configurations.
	Others []KustomizePath
	// Changes are the fields by which the build differs from the sources, in the order
	// of the file: namePrefix, patches, configMapGenerator.
	Changes []string

	source source // the zero one when the file cannot be read
}

// KustomizePath is a file or directory that a kustomization names, or, without a Path, a
// name of something else.
type KustomizePath struct {
	// Name is what is written.
	Name string
	// Path is that from where the kustomization's own File is; empty for what lies
	// elsewhere, such as a URL.
	Path string
	// Line is where it stands, from 1.
	Line int
}

// KustomizePatch is a patch of what its target selects, or of the objects that it names
// itself.
type KustomizePatch struct {
	// From is the file of the patch. Its Name is empty for one that stands in the
	// kustomization.
	From KustomizePath
	// Text is the patch: YAML of an object, or a JSON patch (RFC 6902).
	Text []byte
	// Target selects the objects; nil when the patch names them.
	Target *KustomizeTarget
	// Line is where it stands in the kustomization, from 1.
	Line int

	options   bool   // whether it may change names and kinds
	at        string // the path of its text in the kustomization
	version   string // of its target, a pattern; empty for any
	selects   bool   // whether its target selects by labels or annotations too
	annotated bool   // whether kustomize gives an object annotations before it: for itself, which it takes away again
}

// KustomizeImage is what a kustomization makes of an image.
type KustomizeImage struct {
	// Name is the image that is changed, without tag and digest.
	Name string `json:"name"`
	// NewName, NewTag and Digest are what it becomes; TagSuffix is put behind its tag.
	NewName   string `json:"newName"`
	NewTag    string `json:"newTag"`
	Digest    string `json:"digest"`
	TagSuffix string `json:"tagSuffix"`
	// Field is the path of the entry in the kustomization, as that of [SetKustomizeField]:
	// "images[1]".
	Field string `json:"-"`
	// Line is where it stands, from 1.
	Line int `json:"-"`
}

// KustomizeReplacement is a replacement of values in the objects that its targets
// select.
type KustomizeReplacement struct {
	// From is the file that holds it. Its Name is empty for one that stands in the
	// kustomization.
	From KustomizePath
	// Targets are what it changes.
	Targets []KustomizeTargets
	// Line is where it stands in the kustomization, from 1.
	Line int
}

// KustomizeTargets are the objects that a replacement changes, and where.
type KustomizeTargets struct {
	// Select selects them; nil takes none.
	Select *KustomizeTarget `json:"select"`
	// Reject are those of them that are left alone.
	Reject []KustomizeTarget `json:"reject"`
	// FieldPaths are the fields that change.
	FieldPaths []string `json:"fieldPaths"`
}

// LineOf returns the line, from 1, at which a field stands, as [Object.LineOf] does:
// "namePrefix", "resources[2]".
func (k Kustomization) LineOf(path string) int {
	if k.source.doc == nil {
		return 1
	}
	return k.source.line(path)
}

// Dir returns the directory of the kustomization.
func (k Kustomization) Dir() string { return path.Dir(k.File) }
