package manifest

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// writer makes the changes of one call in a directory. First it puts all new text beside its place.
// Then file by file takes its place or goes.
type writer struct {
	filesystem
	token string   // in the names of all that it stages, and in no others
	dirs  []string // directories that it made
}

func newWriter(d filesystem) *writer { return &writer{filesystem: d, token: rand.Text()} }

// beside returns the name under which a file is written before it takes its place:
// one that no other writer uses.
func (wr *writer) beside(name string) string {
	dir, base := path.Split(name)
	return dir + "." + base + "." + wr.token + ".new"
}

// besides matches the last elements of the names that beside returns.
var besides = regexp.MustCompile(`^\..+\.[A-Z2-7]{26}\.new$`)

// write makes the writes in their order. It calls unchanged for all before the first, and for each
// right before its turn. A write that is not made leaves nothing behind.
func (wr *writer) write(writes []write, unchanged func(write) error) error {
	var pending []write
	for _, w := range writes {
		needed, err := wr.stage(&w)
		if err != nil {
			return wr.undo(pending, fmt.Errorf("write %s: %w", w.Name, err))
		}
		if needed {
			pending = append(pending, w)
		}
	}
	if err := every(writes, unchanged); err != nil {
		return wr.undo(pending, err)
	}
	for i, w := range pending {
		done, err := wr.replace(w, unchanged)
		if err == nil {
			continue
		}
		if done {
			i++
		}
		err = wr.undo(pending[i:], err)
		if i > 0 {
			err = &PartialError{Written: names(pending[:i]), Left: names(pending[i:]), Err: err}
		}
		return err
	}
	return nil
}

// stage puts the new text of a file beside its place, and reports whether there is
// anything to do. An error leaves no text behind.
func (wr *writer) stage(w *write) (needed bool, err error) {
	var mode fs.FileMode
	info, err := wr.Lstat(w.at)
	switch {
	case errors.Is(err, fs.ErrNotExist) && w.After == nil:
		return false, nil
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return false, err
	case info.IsDir():
		return false, errors.New("must be a file, not a directory")
	case w.After == nil:
		return true, nil
	case info.Mode().IsRegular():
		mode = info.Mode().Perm()
		if old, err := wr.ReadFile(w.at); err == nil && bytes.Equal(old, w.After) {
			return false, nil
		}
	}
	if err := wr.makeDirs(path.Dir(w.at)); err != nil {
		return false, err
	}
	name := wr.beside(w.at)
	if err := wr.create(name, w.After, mode); err != nil {
		if e := wr.Remove(name); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
		return false, err
	}
	w.staged = name
	return true, nil
}

// makeDirs makes the missing directories of a path.
func (wr *writer) makeDirs(dir string) error {
	for i := range len(dir) + 1 {
		if i < len(dir) && dir[i] != '/' || dir[:i] == "." {
			continue
		}
		if _, err := wr.Lstat(dir[:i]); err == nil {
			continue
		}
		switch err := wr.Mkdir(dir[:i], 0o755); {
		case err == nil:
			wr.dirs = append(wr.dirs, dir[:i])
		case !errors.Is(err, fs.ErrExist): // made by another writer
			return err
		}
	}
	return nil
}

// replace makes the change of a staged file. done says that it is made, even if an error says that
// its name may not last.
func (wr *writer) replace(w write, unchanged func(write) error) (done bool, err error) {
	if err := unchanged(w); err != nil {
		return false, err
	}
	if w.After == nil {
		err = wr.Remove(w.at)
	} else {
		err = wr.Rename(w.staged, w.at)
	}
	if done = err == nil; done {
		err = wr.sync(path.Dir(w.at))
	}
	if err != nil {
		err = fmt.Errorf("write %s: %w", w.Name, err)
	}
	return done, err
}

// undo removes what was staged for the writes that are not done. It returns err, joined with new
// errors.
func (wr *writer) undo(writes []write, err error) error {
	for _, w := range writes {
		if w.staged == "" {
			continue
		}
		if e := wr.Remove(w.staged); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	for _, dir := range slices.Backward(wr.dirs) {
		_ = wr.Remove(dir) // it stays where it is not empty
	}
	return err
}

// names returns the names of the files.
func names(writes []write) []string {
	var out []string
	for _, w := range writes {
		out = append(out, w.Name)
	}
	return out
}

// PartialError says that a write broke off when some of the files were written and
// others were not.
type PartialError struct {
	// Written are the files with their new text, and Left the files with their old text, by their
	// names and in their order. Files that had their new text from the start are in neither.
	Written, Left []string
	// Err is what broke it off.
	Err error
}

func (e *PartialError) Error() string {
	names := func(files []string) string { return cmp.Or(strings.Join(files, ", "), "none") }
	text := fmt.Sprintf("broke off: written: %s; not written: %s", names(e.Written), names(e.Left))
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *PartialError) Unwrap() error { return e.Err }
