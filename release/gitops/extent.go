package gitops

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/manifest"
)

// extent is the part of the file system that a Directory is: the directories that are read as
// one, and the root around them. The names of files begin at the root.
type extent struct {
	root   string
	dirs   []string // slash-separated paths from root, in order; "." for root itself
	first  string   // the directory that is named first
	locked []string // the directories to lock, in the order of all processes
}

// extent finds the directories. Only first depends on the order of Also.
func (d Directory) extent() (extent, error) {
	if len(d.Also) == 0 {
		return extent{root: d.Path, dirs: []string{"."}, first: ".", locked: []string{d.Path}}, nil
	}
	var all []string
	var infos []os.FileInfo
	for _, name := range append([]string{d.Path}, d.Also...) {
		at, err := filepath.Abs(name)
		if err == nil {
			at, err = filepath.EvalSymlinks(at) // so that filepath.Dir goes the real way up
		}
		var info os.FileInfo
		if err == nil {
			info, err = os.Stat(at)
		}
		if err == nil && !info.IsDir() {
			err = errors.New("must be a directory")
		}
		if err != nil {
			return extent{}, noFile(name, err)
		}
		all, infos = append(all, at), append(infos, info)
	}
	if err := d.apart(all, infos); err != nil {
		return extent{}, err
	}
	out := extent{root: all[0]}
	for _, at := range all[1:] {
		for !within(out.root, at) {
			if out.root == filepath.Dir(out.root) {
				return extent{}, fmt.Errorf("%w: %s and %s have no directory around them", ErrApart,
					markup.Line(all[0]), markup.Line(at))
			}
			out.root = filepath.Dir(out.root)
		}
	}
	for i, at := range all {
		rel, err := filepath.Rel(out.root, at)
		if err != nil {
			return extent{}, noFile(at, err)
		}
		if out.dirs = append(out.dirs, filepath.ToSlash(rel)); i == 0 {
			out.first = out.dirs[0]
		}
	}
	slices.Sort(out.dirs)
	slices.Sort(all)
	out.locked = all
	return out, nil
}

// apart returns an error when a directory is another one, or lies in it: its files would appear
// twice. It compares directories as the system does, whatever their names.
func (d Directory) apart(all []string, infos []os.FileInfo) error {
	named := append([]string{d.Path}, d.Also...)
	var errs []error
	for i, at := range all {
		for up := at; ; up = filepath.Dir(up) {
			info, err := os.Stat(up)
			for j := range infos {
				if j == i || err != nil || !os.SameFile(info, infos[j]) || up == at && j < i {
					continue
				}
				how := "lies in"
				if up == at {
					how = "is"
				}
				errs = append(errs, fmt.Errorf("%w: %s %s %s", ErrApart, markup.Line(named[i]), how,
					markup.Line(named[j])))
			}
			if up == filepath.Dir(up) {
				break
			}
		}
	}
	return errors.Join(errs...)
}

// within reports whether a path is a directory or below it.
func within(dir, at string) bool {
	rel, err := filepath.Rel(dir, at)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// read reads the files.
func (e extent) read(r manifest.Reader) ([]manifest.File, []manifest.Skip, error) {
	if len(e.dirs) == 1 {
		return r.ReadDir(e.root)
	}
	return r.ReadDirs(e.root, e.dirs...)
}

// liesIn reports whether a file lies in one of the directories.
func liesIn(dirs []string, file string) bool {
	file = path.Clean(file)
	return slices.ContainsFunc(dirs, func(dir string) bool {
		return dir == "." && file != ".." && !strings.HasPrefix(file, "../") || strings.HasPrefix(file, dir+"/")
	})
}

// check returns an error for every written file outside the directories: only these are locked.
func (e extent) check(files []manifest.FileChange) error {
	var errs []error
	for _, f := range files {
		if !liesIn(e.dirs, f.Name) {
			errs = append(errs, fmt.Errorf("%s: must lie in one of the directories %s", markup.Line(f.Name),
				strings.Join(e.dirs, ", ")))
		}
	}
	return errors.Join(errs...)
}
