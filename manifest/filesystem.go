package manifest

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
)

// filesystem is what writing needs of a directory; a test has one that fails.
type filesystem interface {
	// target returns the name of the file that a name leads to, its own or that at
	// the end of its links. It is an error when there is none in the directory.
	target(name string) (string, error)
	Lstat(name string) (fs.FileInfo, error)
	ReadFile(name string) ([]byte, error)
	Mkdir(name string, perm fs.FileMode) error
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
