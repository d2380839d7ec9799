package lanes

import (
	"embed"
	"io/fs"
)

//go:embed crds/*.yaml
var crdFiles embed.FS

// CRDs returns the manifests of CustomResourceDefinitions for both lane kinds, a file
// each, for clusters without ASM: development and tests. They are made from the Go types
// of this package and are not the ones that ASM installs. They have rules only for what
// is certain, and accept whatever ASM does not document.
func CRDs() fs.FS {
	sub, err := fs.Sub(crdFiles, "crds")
	if err != nil { // only for an invalid path
		return crdFiles
	}
	return sub
}
