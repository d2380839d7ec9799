package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// ReadDir returns the manifests in a directory and all directories below it, as Argo CD takes them:
// files that end in .yaml, .yml or .json, in the order of their paths. It reads hidden files that
// can hold an object. It follows links to files in the directory, and never out of it. It leaves
// out directories called .git. The names of the files are relative to dir. Source: Argo CD,
// reposerver/repository/repository.go, findManifests.
//
// skipped are files that might be meant but are not read, and files that an unfinished write has
// left.
//
// A Reader with a repository ([Reader.In]) also reads files outside of the directory that
// kustomizations in it build from, such as ../base, within the repository. The names of those files
// begin with "..".
//
// The error joins a [*DecodeError] for every file that could not be read. The others are returned.
func (r Reader) ReadDir(dir string) (files []File, skipped []Skip, err error) {
	w := walk{Reader: r.withDefaults()}
	w.dir(dir, "")
	w.bases()
	return w.files, w.skipped, w.err()
}

// ReadDirs returns the manifests in several directories, each as [Reader.ReadDir] does.
// They are given by slash-separated paths from root, and the names of the files are
// relative to root.
func (r Reader) ReadDirs(root string, dirs ...string) (files []File, skipped []Skip, err error) {
	w := walk{Reader: r.withDefaults()}
	for _, dir := range dirs {
		w.dir(filepath.Join(root, filepath.FromSlash(dir)), dir)
	}
	w.bases()
	return w.files, w.skipped, w.err()
}

// ReadPaths returns the files at the given paths. A path is a file, whatever its name, or a
// directory as [ReadDir] reads it. The names of the files begin with the path given. A file that is
// reached twice is returned once.
//
// The path "-" is the Reader's Stdin, read to its end as a file named "stdin".
//
// skipped and the error are as those of [Reader.ReadDir].
func (r Reader) ReadPaths(paths ...string) (files []File, skipped []Skip, err error) {
	w := walk{Reader: r.withDefaults(), seen: map[string]bool{}}
	for _, p := range paths {
		w.path(p)
	}
	w.bases()
	return w.files, w.skipped, w.err()
}

// Skip is a file or directory that was passed over.
type Skip struct {
	// Name is its slash-separated path, as that of a [File].
	Name string
	// Reason says why.
	Reason string
}

// String returns "NAME: passed over: REASON", in one line.
func (s Skip) String() string { return markup.Line(s.Name + ": passed over: " + s.Reason) }

const (
	// stdinName is what standard input is called.
	stdinName = "stdin"
	// irregular is the reason to skip a file that could block a reader, or never end.
	irregular = "it is no regular file"
	// leftover is the reason to skip a file that a killed writer has left.
	leftover = "a write that was cut off left it: remove it"
)

// walk gathers files.
type walk struct {
	Reader
	files   []File
	skipped []Skip
	errs    []error
	total   int
	seen    map[string]bool // nil where no file can be reached twice
	dirs    []string        // the directories that were read, as prefixes of names
}

func (w *walk) err() error {
	return errors.Join(append(w.errs, w.checkTotal(w.files))...)
}

func (w *walk) fail(name string, err error) {
	if at := new(fs.PathError); errors.As(err, &at) {
		err = at.Err // the name is said once
	}
	w.errs = append(w.errs, &DecodeError{File: name, Err: err})
}

func (w *walk) skip(name, reason string) {
	w.skipped = append(w.skipped, Skip{Name: name, Reason: reason})
}

// path adds what is at a path.
func (w *walk) path(p string) {
	if p == "-" && w.Stdin != nil {
		if data, ok := w.readAll(w.Stdin, stdinName); ok { // also beside a file of that name
			w.total += len(data)
			w.files = append(w.files, File{Name: stdinName, Data: data})
		}
		return
	}
	name := filepath.ToSlash(filepath.Clean(p))
	info, err := os.Stat(p)
	switch {
	case err != nil:
		w.fail(name, err)
	case info.IsDir():
		w.dir(p, name)
	case !info.Mode().IsRegular():
		w.skip(name, irregular)
	default:
		if data, ok := w.read(os.Open, p, name); ok {
			w.add(name, data)
		}
	}
}

// dir adds the manifests in a directory, their names below a prefix.
func (w *walk) dir(dir, prefix string) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		w.fail(dir, err)
		return
	}
	defer root.Close()
	w.dirs = append(w.dirs, path.Clean(prefix))
	_ = fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error { // nothing stops it
		as := path.Join(prefix, name)
		switch {
		case err != nil:
			w.fail(as, err)
		case entry.IsDir() && entry.Name() == ".git":
			return fs.SkipDir
		case entry.IsDir() && isRendered(name) && isFile(root, path.Join(path.Dir(name), chartFile)):
			w.skip(as, rendered)
			return fs.SkipDir
		case entry.IsDir() && w.Shallow && name != ".":
			return fs.SkipDir
		case entry.IsDir():
		case entry.Type()&fs.ModeSymlink != 0:
			w.link(root, name, as)
		case entry.Type().IsRegular() && besides.MatchString(entry.Name()):
			w.skip(as, leftover)
		case !isManifest(name):
		case entry.Type().IsRegular():
			w.manifest(root, name, as)
		default:
			w.skip(as, irregular)
		}
		return nil
	})
}

// isFile reports whether there is a file of a name.
func isFile(root *os.Root, name string) bool {
	info, err := root.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// link adds the file that a link leads to.
func (w *walk) link(root *os.Root, name, as string) {
	info, err := root.Stat(name)
	switch {
	case err == nil && info.IsDir():
		w.skip(as, "it is a link to a directory")
	case !isManifest(name):
		if info, err := os.Stat(filepath.Join(root.Name(), filepath.FromSlash(name))); err == nil && info.IsDir() {
			w.skip(as, "it is a link out of the directory")
		}
	case err != nil:
		w.skip(as, unfollowed(err))
	case !info.Mode().IsRegular():
		w.skip(as, irregular)
	default:
		w.manifest(root, name, as)
	}
}

// manifest adds a file of a directory. It skips hidden YAML without an object, which is mostly
// settings of other programs: Argo CD passes over it.
func (w *walk) manifest(root *os.Root, name, as string) {
	data, ok := w.read(root.Open, name, as)
	hidden := strings.HasPrefix(name, ".") || strings.Contains(name, "/.")
	switch {
	case !ok:
	case hidden && path.Ext(name) != ".json" && !bytes.Contains(data, []byte("kind")):
		w.skip(as, "it is hidden, and holds no object")
	default:
		w.add(as, data)
	}
}

func (w *walk) add(name string, data []byte) {
	if w.total += len(data); w.seen != nil {
		w.seen[name] = true
	}
	w.files = append(w.files, File{Name: name, Data: data})
}

// read returns the content of a file; ok is false if it was read before or is larger than
// MaxFileSize. It reads nothing above MaxTotalSize, which need not be in memory.
func (w *walk) read(open func(string) (*os.File, error), name, as string) (data []byte, ok bool) {
	if w.seen[as] || w.total > w.MaxTotalSize {
		return nil, false
	}
	file, err := open(name)
	if err != nil {
		w.fail(as, err)
		return nil, false
	}
	defer file.Close()
	return w.readAll(file, as)
}

// readAll returns the content of a reader; ok is false if it is larger than MaxFileSize.
func (w *walk) readAll(from io.Reader, as string) (data []byte, ok bool) {
	data, err := io.ReadAll(io.LimitReader(from, int64(w.MaxFileSize)+1))
	if err == nil {
		err = w.checkSize(data)
	}
	if err != nil {
		w.fail(as, err)
		return nil, false
	}
	return data, true
}

func isManifest(name string) bool {
	switch path.Ext(name) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return IsKustomization(name)
}

// IsKustomization reports whether a file is a kustomization, by its name: kustomize reads there
// what to build. It holds no object, and nobody applies it.
func IsKustomization(name string) bool {
	switch path.Base(name) {
	case "kustomization.yaml", "kustomization.yml", "Kustomization":
		return true
	}
	return false
}

// checkSize checks the size of a file against the bounds.
func (r Reader) checkSize(data []byte) error {
	if len(data) > r.MaxFileSize {
		return fmt.Errorf("must not be larger than %d bytes", r.MaxFileSize)
	}
	return nil
}

// checkTotal checks the size of all files together.
func (r Reader) checkTotal(files []File) error {
	total := 0
	for _, f := range files {
		total += len(f.Data)
	}
	if total > r.MaxTotalSize {
		return fmt.Errorf("the files: must not be larger than %d bytes together", r.MaxTotalSize)
	}
	return nil
}
