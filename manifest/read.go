package manifest

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// MaxFileSize is the size in bytes of the largest file that is read: what holds
// more is no manifest.
const MaxFileSize = 16 << 20

// ReadDir returns the manifests in a directory and all directories below it:
// files that end in .yaml, .yml or .json, in the order of their paths. The
// names of the files are relative to dir. Hidden files and directories and
// symbolic links are passed over, so nothing outside of dir is read.
//
// The error names every file that could not be read.
func ReadDir(dir string) ([]File, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	var files []File
	var errs []error
	err = fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			errs = append(errs, err)
		case name == ".":
		case strings.HasPrefix(entry.Name(), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case entry.Type().IsRegular() && isManifest(name):
			data, err := read(root.Open, name)
			files, errs = append(files, File{Name: name, Data: data}), append(errs, err)
		}
		return nil
	})
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, fmt.Errorf("read %s: %w", dir, err)
	}
	return files, nil
}

// ReadPaths returns the files at the given paths, each a file, whatever its
// name, or a directory as [ReadDir] reads it. The names of the files begin with
// the path given. A file that is reached twice is returned once.
//
// The error names every path that could not be read.
func ReadPaths(paths ...string) ([]File, error) {
	var files []File
	var errs []error
	seen := map[string]bool{}
	for _, p := range paths {
		found, err := readPath(p)
		errs = append(errs, err)
		for _, f := range found {
			if !seen[f.Name] {
				files = append(files, f)
			}
			seen[f.Name] = true
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return files, nil
}

func readPath(p string) ([]File, error) {
	info, err := os.Stat(p)
	if err != nil {
		return nil, err
	}
	name := filepath.ToSlash(filepath.Clean(p))
	if !info.IsDir() {
		data, err := read(os.Open, p)
		return []File{{Name: name, Data: data}}, err
	}
	files, err := ReadDir(p)
	for i := range files {
		files[i].Name = path.Join(name, files[i].Name)
	}
	return files, err
}

func isManifest(name string) bool {
	switch path.Ext(name) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

// read reads a file that is not larger than MaxFileSize.
func read(open func(string) (*os.File, error), name string) ([]byte, error) {
	file, err := open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, MaxFileSize+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxFileSize {
		return nil, fmt.Errorf("%s: must not be larger than %d bytes", name, MaxFileSize)
	}
	return data, nil
}
