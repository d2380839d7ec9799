package manifest

import "path"

// Kustomization is what a kustomization file says: what kustomize builds from it, and
// what the build changes. Nothing is built or executed here. Source of the fields:
// kustomize, api/types/kustomization.go.
type Kustomization struct {
	// File is the slash-separated path of the kustomization, as in [File].
	File string
	// Unreadable says that the file cannot be read, such as one with a merge conflict. What it
	// builds is unknown, and all fields but File are empty.
	Unreadable bool
	// IsComponent says that it is a Component: other kustomizations take it in.
	IsComponent bool
	// Resources are the files and directories that it builds from. Those of the older field bases
	// come last.
	Resources []KustomizePath
	// Components are the kustomizations that change what it builds.
	Components []KustomizePath
	// Patches are the patches of all three fields: patches, patchesJson6902 and
	// patchesStrategicMerge.
	Patches []KustomizePatch
	// Images are the entries that change the images of containers.
	Images []KustomizeImage
	// Replacements copy values into objects.
	Replacements []KustomizeReplacement
	// Replicas are the names of the workloads to which it gives a number of pods. Kustomize refuses
	// to build when no workload has the name, as for a patch that names a missing object.
	Replicas []KustomizePath
	// Namespace is the namespace that it gives all objects; empty when they keep theirs.
	Namespace string
	// NamePrefix and NameSuffix are put around the name of every object.
	NamePrefix, NameSuffix string
	// Others are further files that it names: for generators, transformers, validators,
	// configurations. They hold no objects to be deployed.
	Others []KustomizePath
	// Changes are the fields by which the build differs from the sources, in the order
	// of the file: namePrefix, patches, configMapGenerator.
	Changes []string

	source source // zero when the file cannot be read
}

// KustomizePath is a file or directory that a kustomization names, or, without a Path, a
// name of something else.
type KustomizePath struct {
	// Name is the name that is written.
	Name string
	// Path is the slash-separated path, as that of a [File]; empty for anything elsewhere, such as
	// a URL.
	Path string
	// Line is where it is, from 1.
	Line int
}

// KustomizePatch is a patch of the objects that its target selects, or that it names itself.
type KustomizePatch struct {
	// From is the file of the patch. Its Name is empty for a patch within the kustomization.
	From KustomizePath
	// Text is the patch: YAML of an object, or a JSON patch (RFC 6902).
	Text []byte
	// Target selects the objects; nil when the patch names them.
	Target *KustomizeTarget
	// Line is where it is in the kustomization, from 1.
	Line int

	options   bool   // whether it may change names and kinds
	at        string // the path of its text in the kustomization
	version   string // of its target, a pattern; empty for any
	selects   bool   // whether its target selects by labels or annotations too
	annotated bool   // whether kustomize adds annotations for itself before it, and removes them later
}

// KustomizeImage is an entry of a kustomization that changes an image.
type KustomizeImage struct {
	// Name is the image that is changed, without tag and digest.
	Name string `json:"name"`
	// NewName, NewTag and Digest are the new parts of the image. TagSuffix is put behind its tag.
	NewName   string `json:"newName"`
	NewTag    string `json:"newTag"`
	Digest    string `json:"digest"`
	TagSuffix string `json:"tagSuffix"`
	// Field is the path of the entry in the kustomization, as in [SetKustomizeField]: "images[1]".
	Field string `json:"-"`
	// Line is where it is, from 1.
	Line int `json:"-"`
}

// KustomizeReplacement is a replacement of values in the objects that its targets
// select.
type KustomizeReplacement struct {
	// From is the file that holds it. Its Name is empty for one within the kustomization.
	From KustomizePath
	// Targets are what it changes.
	Targets []KustomizeTargets
	// Line is where it is in the kustomization, from 1.
	Line int
}

// KustomizeTargets are the objects that a replacement changes, and where.
type KustomizeTargets struct {
	// Select selects them; nil selects none.
	Select *KustomizeTarget `json:"select"`
	// Reject selects those among them that stay as they are.
	Reject []KustomizeTarget `json:"reject"`
	// FieldPaths are the fields that change.
	FieldPaths []string `json:"fieldPaths"`
}

// LineOf returns the line of a field, from 1, as [Object.LineOf] does: "namePrefix",
// "resources[2]". It is 1 when the file cannot be read.
func (k Kustomization) LineOf(path string) int {
	if k.source.doc == nil {
		return 1
	}
	return k.source.line(path)
}

// Dir returns the directory of the kustomization.
func (k Kustomization) Dir() string { return path.Dir(k.File) }
