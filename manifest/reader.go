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
// A document's keys are at most 1024 bytes long, which is YAML's limit for keys
// without "? ". Of a file's faults the first 1000 are kept.
type Reader struct {
	// MaxFileSize is the size in bytes of the largest file. 0 means 16 MiB.
	MaxFileSize int
	// MaxTotalSize is the size in bytes of all files together. 0 means 256 MiB.
	MaxTotalSize int
	// MaxDocuments is how many documents one file holds at most. 0 means 10,000.
	MaxDocuments int
	// MaxDepth is how deep mappings and sequences are nested at most, those that aliases
	// mean included. 0 means 100.
	MaxDepth int
	// MaxExpandedSize is how large a document is at most when every value counts its
	// bytes and 16 more, and every alias what it means. 0 means 32 MiB. So that no memory
	// is spent on finding out, a document is refused unread when its bytes are more with
	// 16 for every line, colon and dash, and 32 for every comma, opening bracket and
	// question mark.
	MaxExpandedSize int

	// Stdin is what the path "-" means. nil means the file of that name.
	Stdin io.Reader

	// Shallow says that what is below the directories that are named is not read.
	Shallow bool

	// Namespace is that of the objects which name none, but for those that a
	// kustomization with a namespace builds: that is written over every other one. Empty
	// means the destination of the Argo CD Application that deploys the file, and
	// without one lanes.DefaultNamespace.
	Namespace string
	// Applications are Argo CD Applications beside those among the files. At least one
	// must deploy a file, and two that deploy one directory must not differ
	// ([ErrApplications]). The source of an Application is a directory when its path is
	// the end of that of the directory, element by element; of several paths the longest
	// counts. Its recurse, include and exclude say which files are in the set, as
	// [Set.Skipped] tells; standard input is that of the only one.
	Applications []Application
	// Dir is the slash-separated path of the directory where the names of files begin,
	// and Root that of the repository, which a source of the path "." is. They serve to
	// find the directories of Applications: see [Reader.In].
	Dir, Root string

	overlaid bool // whether patches are laid over objects: see Set.Overlaid
	// The files that are values, and those that hold no objects: see Set.WithValues and
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

// In returns a Reader of files whose names begin at a directory of the file system. Its
// repository is the nearest directory, it or one around it, that holds a .git.
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
