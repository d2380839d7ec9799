package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
)

// WriteFiles writes each file into dir, creating directories as needed, and
// then removes the files that remove names; one that is not there is fine.
// Names are slash-separated paths below dir; nothing outside of dir is
// reached, through symbolic links neither.
//
// Each file is either as it was or as it shall be: it is written beside its
// place, synced and renamed. The directory as a whole is not: on an error or a
// crash, files that come earlier are done and later ones are not. Files that
// already have the wanted content are not touched.
func WriteFiles(dir string, files []File, remove []string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, f := range files {
		if err := writeFile(rootDir{root}, f); err != nil {
			return fmt.Errorf("write %s: %w", f.Name, err)
		}
	}
	for _, name := range remove {
		if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove %s: %w", name, err)
		}
	}
	return nil
}

// WriteChanges writes the files of an edit into dir, in their order, each as
// [WriteFiles] does. Before anything is written, every file must be as it was
// when it was read: otherwise the error wraps [ErrChanged] and names all that
// are not, and nothing is written.
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
	for _, c := range changes {
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
	for _, c := range changes {
		var err error
		if c.After == nil {
			err = d.Remove(c.Name)
		} else {
			err = writeFile(d, File{Name: c.Name, Data: c.After})
		}
		if err != nil {
			return fmt.Errorf("write %s: %w", c.Name, err)
		}
	}
	return nil
}

// ErrChanged: a file is not what it was when it was read.
var ErrChanged = errors.New("must be as it was when it was read: it has changed since")

func writeFile(d filesystem, f File) (err error) {
	mode := fs.FileMode(0o644)
	if info, err := d.Lstat(f.Name); err == nil && info.Mode().IsRegular() {
		mode = info.Mode().Perm()
		if old, err := d.ReadFile(f.Name); err == nil && bytes.Equal(old, f.Data) {
			return nil
		}
	}
	dir, base := path.Split(f.Name)
	if dir != "" {
		if err := d.MkdirAll(path.Clean(dir), 0o755); err != nil {
			return err
		}
	}
	// A hidden name, which readers of the directory skip, and always the same
	// one, so that a crash leaves at most one behind.
	temp := dir + "." + base + ".new"
	if err := d.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	defer func() {
		if err != nil {
			if e := d.Remove(temp); !errors.Is(e, fs.ErrNotExist) {
				err = errors.Join(err, e)
			}
		}
	}()
	if err := d.create(temp, f.Data, mode); err != nil {
		return err
	}
	if err := d.Rename(temp, f.Name); err != nil {
		return err
	}
	return d.sync(path.Dir(f.Name))
}

// filesystem is what writing needs of a directory; a test has one that fails.
type filesystem interface {
	Lstat(name string) (fs.FileInfo, error)
	ReadFile(name string) ([]byte, error)
	MkdirAll(name string, perm fs.FileMode) error
	Remove(name string) error
	Rename(from, to string) error
	// create makes a new file, whose data is on disk afterwards.
	create(name string, data []byte, mode fs.FileMode) error
	// sync makes the names in a directory last.
	sync(dir string) error
}

// rootDir is a directory, nothing outside of which is reached.
type rootDir struct{ *os.Root }

func (d rootDir) create(name string, data []byte, mode fs.FileMode) error {
	file, err := d.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Sync(), file.Close())
}

func (d rootDir) sync(dir string) error {
	f, err := d.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
