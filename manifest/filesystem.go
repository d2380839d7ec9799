package manifest

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
)

// filesystem has the operations on a directory that writing needs. A test has one that fails.
type filesystem interface {
	// target returns the name of the file that a name leads to: the name itself, or the end of its
	// links. It fails when links lead to no file in the directory.
	target(name string) (string, error)
	Lstat(name string) (fs.FileInfo, error)
	ReadFile(name string) ([]byte, error)
	Mkdir(name string, perm fs.FileMode) error
	Remove(name string) error
	Rename(from, to string) error
	// create makes a new file and syncs its data to the disk. The file has exactly the given mode;
	// 0 means the mode that the process gives new files.
	create(name string, data []byte, mode fs.FileMode) error
	// sync makes the names in a directory durable.
	sync(dir string) error
}

// rootDir is a directory. Nothing outside of it can be reached.
type rootDir struct{ *os.Root }

func (d rootDir) create(name string, data []byte, mode fs.FileMode) error {
	file, err := d.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, cmp.Or(mode, 0o644))
	if err != nil {
		return err
	}
	if mode != 0 {
		err = file.Chmod(mode) // without the mask of the process
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
