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
		if err := writeFile(root, f); err != nil {
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
	var errs []error
	for _, c := range changes {
		now, err := root.ReadFile(c.Name)
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
		if c.After == nil {
			err = root.Remove(c.Name)
		} else {
			err = writeFile(root, File{Name: c.Name, Data: c.After})
		}
		if err != nil {
			return fmt.Errorf("write %s: %w", c.Name, err)
		}
	}
	return nil
}

// ErrChanged: a file is not what it was when it was read.
var ErrChanged = errors.New("must be as it was when it was read: it has changed since")

func writeFile(root *os.Root, f File) (err error) {
	mode := fs.FileMode(0o644)
	if info, err := root.Lstat(f.Name); err == nil && info.Mode().IsRegular() {
		mode = info.Mode().Perm()
		if old, err := root.ReadFile(f.Name); err == nil && bytes.Equal(old, f.Data) {
			return nil
		}
	}
	dir, base := path.Split(f.Name)
	if dir != "" {
		if err := root.MkdirAll(path.Clean(dir), 0o755); err != nil {
			return err
		}
	}
	// A hidden name, which readers of the directory skip, and always the same
	// one, so that a crash leaves at most one behind.
	temp := dir + "." + base + ".new"
	if err := root.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, root.Remove(temp))
		}
	}()
	_, err = file.Write(f.Data)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := root.Rename(temp, f.Name); err != nil {
		return err
	}
	return syncDir(root, path.Dir(f.Name))
}

// syncDir makes a rename last.
func syncDir(root *os.Root, dir string) error {
	d, err := root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
