package manifest

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
)

// WriteFiles writes each file into dir, creating directories as needed, and
// then removes the files that remove names; one that is not there is fine.
// Names are slash-separated paths below dir; nothing outside of dir is
// reached, through symbolic links neither: a link is replaced by the file.
//
// Each file is either as it was or as it shall be: it is written beside its
// place, synced and renamed. All files are beside their places before the first
// is renamed, so an error like a full disk leaves dir as it was. The renames
// together are not atomic: on a crash among them, files that come earlier are
// done and later ones are not. Files that already have the wanted content are not
// touched.
func WriteFiles(dir string, files []File, remove []string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	changes := make([]FileChange, 0, len(files)+len(remove))
	for _, f := range files {
		changes = append(changes, FileChange{Name: f.Name, After: append([]byte{}, f.Data...)})
	}
	for _, name := range remove {
		changes = append(changes, FileChange{Name: name})
	}
	return write(rootDir{root}, changes)
}

// WriteChanges writes the files of an edit into dir, in their order, each as
// [WriteFiles] does, except that links stay: what they lead to is written. Of a file
// that goes the link goes, and what it leads to stays. A link that leads out of dir,
// or to nothing, is an error, and so are two changes of one file.
//
// Before anything is written, every file must be as it was when it was read:
// otherwise the error wraps [ErrChanged] and names all that are not, and nothing is
// written.
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
	changes = slices.Clone(changes)
	names := map[string]string{} // by what they lead to
	for i, c := range changes {
		target, err := d.target(c.Name)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", c.Name, err))
			continue
		}
		if c.After != nil {
			changes[i].Name = target
		}
		if other, twice := names[changes[i].Name]; twice {
			errs = append(errs, fmt.Errorf("%s: must be another file than %s", c.Name, other))
		}
		names[changes[i].Name] = c.Name
		now, err := d.ReadFile(c.Name)
		switch {
		case errors.Is(err, fs.ErrNotExist) && c.Before == nil:
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			errs = append(errs, err)
		case err != nil || c.Before == nil || !bytes.Equal(now, c.Before):
			errs = append(errs, fmt.Errorf("%s: %w", c.Name, ErrChanged))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return write(d, changes)
}

// ErrChanged: a file is not what it was when it was read.
var ErrChanged = errors.New("must be as it was when it was read: it has changed since")

// write makes the changes, whatever was there before: first all new text is put
// beside its place, then file by file takes its place or goes.
func write(d filesystem, changes []FileChange) (err error) {
	var staged []FileChange
	defer func() {
		for _, c := range staged {
			if e := d.Remove(beside(c.Name)); err != nil && !errors.Is(e, fs.ErrNotExist) {
				err = errors.Join(err, e)
			}
		}
	}()
	for _, c := range changes {
		needed, err := stage(d, c)
		if err != nil {
			return fmt.Errorf("write %s: %w", c.Name, err)
		}
		if needed {
			staged = append(staged, c)
		}
	}
	for len(staged) > 0 {
		c := staged[0]
		if err := replace(d, c); err != nil {
			return fmt.Errorf("write %s: %w", c.Name, err)
		}
		staged = staged[1:]
	}
	return nil
}

// stage puts the new text of a file beside its place, and reports whether there is
// anything to do. An error leaves nothing behind.
func stage(d filesystem, c FileChange) (needed bool, err error) {
	var mode fs.FileMode
	info, err := d.Lstat(c.Name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && c.After == nil:
		return false, nil
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return false, err
	case info.IsDir():
		return false, errors.New("must be a file, not a directory")
	case c.After == nil:
		return true, nil
	case info.Mode().IsRegular():
		mode = info.Mode().Perm()
		if old, err := d.ReadFile(c.Name); err == nil && bytes.Equal(old, c.After) {
			return false, nil
		}
	}
	if dir := path.Dir(c.Name); dir != "." {
		if err := d.MkdirAll(dir, 0o755); err != nil {
			return false, err
		}
	}
	temp := beside(c.Name)
	if err := d.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	if err := d.create(temp, c.After, mode); err != nil {
		if e := d.Remove(temp); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
		return false, err
	}
	return true, nil
}

// replace makes the change of a file that is staged.
func replace(d filesystem, c FileChange) error {
	var err error
	if c.After == nil {
		err = d.Remove(c.Name)
	} else {
		err = d.Rename(beside(c.Name), c.Name)
	}
	if err != nil {
		return err
	}
	return d.sync(path.Dir(c.Name))
}

// beside returns the name under which a file is written before it takes its
// place: one that readers of the directory skip, since it does not end as manifests
// do, and always the same, so that a crash leaves at most one behind for each file.
func beside(name string) string {
	dir, base := path.Split(name)
	return dir + "." + base + ".new"
}

// filesystem is what writing needs of a directory; a test has one that fails.
type filesystem interface {
	// target returns the name of the file that a name leads to, its own or that at
	// the end of its links. It is an error when there is none in the directory.
	target(name string) (string, error)
	Lstat(name string) (fs.FileInfo, error)
	ReadFile(name string) ([]byte, error)
	MkdirAll(name string, perm fs.FileMode) error
	Remove(name string) error
	Rename(from, to string) error
	// create makes a new file, whose data is on disk afterwards. Its mode is exactly
	// the one that is given; 0 means what the process gives new files.
	create(name string, data []byte, mode fs.FileMode) error
	// sync makes the names in a directory last.
	sync(dir string) error
}

// rootDir is a directory, nothing outside of which is reached.
type rootDir struct{ *os.Root }

func (d rootDir) create(name string, data []byte, mode fs.FileMode) error {
	file, err := d.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, cmp.Or(mode, 0o644))
	if err != nil {
		return err
	}
	if mode != 0 {
		err = file.Chmod(mode) // the process's mask was taken off
	}
	_, e := file.Write(data)
	return errors.Join(err, e, file.Sync(), file.Close())
}

func (d rootDir) sync(dir string) error {
	f, err := d.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
