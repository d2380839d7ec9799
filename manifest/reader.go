package manifest

import (
	"cmp"
	"io"
	"os"
	"path/filepath"
)

// Reader reads manifests within bounds, so that a hostile file costs bounded
// time and memory. The zero Reader has the default bounds; [ReadDir],
// [ReadPaths] and [Decode] use it.
//
// A key has at most 1024 bytes: YAML itself has this limit for keys without "? ". The first 1000
// faults of a file are kept.
type Reader struct {
	// MaxFileSize is the size in bytes of the largest file. 0 means 16 MiB.
	MaxFileSize int
	// MaxTotalSize is the size in bytes of all files together. 0 means 256 MiB.
	MaxTotalSize int
	// MaxDocuments is the largest number of documents in a file. 0 means 10,000.
	MaxDocuments int
	// MaxDepth is the deepest nesting of mappings and sequences, with aliases expanded. 0 means
	// 100.
	MaxDepth int
	// MaxExpandedSize is the size in bytes of the largest document, with aliases expanded and 16
	// bytes more for every value. 0 means 32 MiB. To save memory, a document is refused before it
	// is parsed if an estimate is larger: its bytes, with 16 for every line, colon and dash, and 32
	// for every comma, opening bracket and question mark.
	MaxExpandedSize int

	// Stdin is what the path "-" means. nil means the file of that name.
	Stdin io.Reader

	// Shallow says that directories below the named ones are not read.
	Shallow bool

	// Namespace is the namespace of objects that name none. A kustomization with a namespace counts
	// before it: that is written over every other one. Empty means the destination of the Argo CD
	// Application that deploys the file, and without one lanes.DefaultNamespace.
	Namespace string
	// Applications are Argo CD Applications besides those among the files. At least one must deploy
	// a file, and two that deploy one directory must not differ ([ErrApplications]). A source of an
	// Application is a directory if the path of the directory ends with the path of the source,
	// element by element. Of several paths the longest counts. recurse, include and exclude of the
	// source say which files are in the set: see [Set.Skipped]. Standard input belongs to the
	// Application if it is the only one.
	Applications []Application
	// Dir is the slash-separated path of the directory where the names of files begin. Root is the
	// path of the repository, which a source with the path "." means. They serve to find the
	// directories of Applications: see [Reader.In].
	Dir, Root string

	overlaid bool // whether patches are laid over objects: see Set.Overlaid
	// values are files of values, and others are files without objects: see Set.WithValues and
	// Set.Without.
	values, others []string
}

func (r Reader) withDefaults() Reader {
	return Reader{
		MaxFileSize:  cmp.Or(r.MaxFileSize, 16<<20),
		MaxTotalSize: cmp.Or(r.MaxTotalSize, 256<<20),
		MaxDocuments: cmp.Or(r.MaxDocuments, 10_000),
		MaxDepth:     cmp.Or(r.MaxDepth, 100),

		MaxExpandedSize: cmp.Or(r.MaxExpandedSize, 32<<20),

		Stdin: r.Stdin, Shallow: r.Shallow,

		Namespace: r.Namespace, Applications: r.Applications, Dir: r.Dir, Root: r.Root,

		values: r.values, others: r.others, overlaid: r.overlaid,
	}
}

// In returns a Reader of files with names that begin at a directory of the file system. Its
// repository is the nearest directory with a .git: this one, or one around it. It fails when the
// directory cannot be found.
func (r Reader) In(dir string) (Reader, error) {
	at, err := filepath.Abs(dir)
	if err == nil {
		at, err = filepath.EvalSymlinks(at)
	}
	if err != nil {
		return r, err
	}
	r.Dir, r.Root = filepath.ToSlash(at), ""
	for ; r.Root == ""; at = filepath.Dir(at) {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			r.Root = filepath.ToSlash(at)
		}
		if at == filepath.Dir(at) {
			break
		}
	}
	return r, nil
}

// ReadDir reads a directory with the default bounds: see [Reader.ReadDir].
func ReadDir(dir string) (files []File, skipped []Skip, err error) { return Reader{}.ReadDir(dir) }

// ReadPaths reads files and directories with the default bounds: see
// [Reader.ReadPaths].
func ReadPaths(paths ...string) (files []File, skipped []Skip, err error) {
	return Reader{}.ReadPaths(paths...)
}

// Decode reads files as one set, with the default bounds: see [Reader.Decode].
func Decode(files ...File) (Set, error) { return Reader{}.Decode(files...) }
