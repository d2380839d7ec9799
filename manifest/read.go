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

// ReadDir returns the manifests in a directory and all directories below it:
// files that end in .yaml, .yml or .json, in the order of their paths. The
// names of the files are relative to dir. Hidden files and directories and
// symbolic links are passed over, so nothing outside of dir is read.
//
// The error names every file that could not be read.
func (r Reader) ReadDir(dir string) ([]File, error) {
	r = r.withDefaults()
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	var files []File
	var errs []error
	total := 0
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
			data, err := r.read(root.Open, name)
			files, errs = append(files, File{Name: name, Data: data}), append(errs, err)
			if total += len(data); total > r.MaxTotalSize {
				return fs.SkipAll // checkSizes says so; the rest need not be in memory too
			}
		}
		return nil
	})
	if err := errors.Join(append(errs, err, r.checkSizes(files))...); err != nil {
		return nil, fmt.Errorf("read %s: %w", dir, err)
	}
	return files, nil
}

// ReadPaths returns the files at the given paths, each a file, whatever its
// name, or a directory as [ReadDir] reads it. The names of the files begin with
// the path given. A file that is reached twice is returned once.
//
// The error names every path that could not be read.
func (r Reader) ReadPaths(paths ...string) ([]File, error) {
	r = r.withDefaults()
	var files []File
	var errs []error
	seen := map[string]bool{}
	total := 0
	for _, p := range paths {
		if total > r.MaxTotalSize {
			break // as in ReadDir
		}
		found, err := r.readPath(p)
		errs = append(errs, err)
		for _, f := range found {
			if !seen[f.Name] {
				files = append(files, f)
				total += len(f.Data)
			}
			seen[f.Name] = true
		}
	}
	if err := errors.Join(append(errs, r.checkSizes(files))...); err != nil {
		return nil, err
	}
	return files, nil
}

func (r Reader) readPath(p string) ([]File, error) {
	info, err := os.Stat(p)
	if err != nil {
		return nil, err
	}
	name := filepath.ToSlash(filepath.Clean(p))
	if !info.IsDir() {
		data, err := r.read(os.Open, p)
		return []File{{Name: name, Data: data}}, err
	}
	files, err := r.ReadDir(p)
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
func (r Reader) read(open func(string) (*os.File, error), name string) ([]byte, error) {
	file, err := open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, int64(r.MaxFileSize)+1))
	if err != nil {
		return nil, err
	}
	if len(data) > r.MaxFileSize {
		return nil, fmt.Errorf("%s: must not be larger than %d bytes", name, r.MaxFileSize)
	}
	return data, nil
}
