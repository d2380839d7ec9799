package lanes

import (
	"embed"
	"io/fs"
)

//go:embed crds/*.yaml
var crdFiles embed.FS

// CRDs returns the manifests of CustomResourceDefinitions for both lane kinds, a
// file each, for clusters without ASM: development and tests. They are made from
// the Go types of this package and are not ASM's own, which ASM installs itself.
// They hold rules only for what is certain; what ASM does not document is open.
func CRDs() fs.FS {
	sub, err := fs.Sub(crdFiles, "crds")
	if err != nil { // only for an invalid path
		return crdFiles
	}
	return sub
}
