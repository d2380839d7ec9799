package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// WriteFiles writes each file into dir, creating directories as needed, and then removes the files
// that remove names, if they are there. Names are slash-separated paths below dir. Nothing outside
// of dir is reached, not through symbolic links either: a file replaces a link of its name.
//
// Each file has either its old or its new text: it is written beside its place, under a name that
// no other writer uses, synced and renamed. All files are beside their places before the first is
// renamed, so an error like a full disk leaves dir as it was. The renames together are not atomic.
// An error after the first of them is a [*PartialError]. After a crash among them, earlier files
// are done and later ones are not. Files that already have the new text are not touched.
//
// A killed writer leaves the files that are beside their places. [ReadDir] skips and names them.
func WriteFiles(dir string, files []File, remove []string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	writes := make([]write, 0, len(files)+len(remove))
	for _, f := range files {
		writes = append(writes, write{FileChange: FileChange{Name: f.Name, After: append([]byte{}, f.Data...)},
			at: f.Name})
	}
	for _, name := range remove {
		writes = append(writes, write{FileChange: FileChange{Name: name}, at: name})
	}
	return newWriter(rootDir{root}).write(writes, func(write) error { return nil })
}

// WriteChanges writes the files of an edit into dir, in their order, each as [WriteFiles] does, but
// it keeps links: it writes the file that a link leads to. When a file is to be removed, only its
// link is removed. A link that leads out of dir, or to nothing, is an error, and so are two changes
// of one file.
//
// Every file must be as it was when it was read. WriteChanges checks that before it writes
// anything, and again right before the turn of each file. Otherwise the error wraps [ErrChanged]
// and names all changed files. It is a [*PartialError] if other files were written before: callers
// must look for that first. Else nothing is written.
func WriteChanges(dir string, changes []FileChange) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	return writeChanges(rootDir{root}, changes)
}

func writeChanges(d filesystem, changes []FileChange) error {
	var errs []error
	var writes []write
	names := map[string]string{} // by the file that they lead to
	for _, c := range changes {
		target, err := d.target(c.Name)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", c.Name, err))
			continue
		}
		w := write{FileChange: c, target: target, at: c.Name}
		if c.After != nil {
			w.at = target
		}
		if other, twice := names[w.at]; twice {
			errs = append(errs, fmt.Errorf("%s: must be another file than %s", c.Name, other))
		}
		names[w.at] = c.Name
		writes = append(writes, w)
	}
	unchanged := func(w write) error { return w.unchanged(d) }
	if err := errors.Join(append(errs, every(writes, unchanged))...); err != nil {
		return err
	}
	return newWriter(d).write(writes, unchanged)
}

// ErrChanged: a file is not what it was when it was read.
var ErrChanged = errors.New("must be as it was when it was read: it has changed since")

// write is the change of a file on its way to the disk.
type write struct {
	FileChange
	target string // the file that the name leads to
	at     string // what is replaced or removed: the target or the name itself
	staged string // where the new text is; empty for a file that goes
}

// unchanged returns an error unless the file is as it was when it was read, and its name still
// leads to it.
func (w write) unchanged(d filesystem) error {
	target, err := d.target(w.Name)
	if err != nil {
		return fmt.Errorf("%s: %w", w.Name, err)
	}
	now, err := d.ReadFile(w.Name)
	isThere := !errors.Is(err, fs.ErrNotExist)
	switch {
	case err != nil && isThere:
		return err
	case target != w.target, isThere != (w.Before != nil), !bytes.Equal(now, w.Before):
		return fmt.Errorf("%s: %w", w.Name, ErrChanged)
	}
	return nil
}

// every checks all writes and joins the errors.
func every(writes []write, check func(write) error) error {
	errs := make([]error, len(writes))
	for i, w := range writes {
		errs[i] = check(w)
	}
	return errors.Join(errs...)
}
