package manifest

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"
)

func (d rootDir) target(name string) (string, error) {
	info, err := d.Lstat(name)
	if err != nil || info.Mode()&fs.ModeSymlink == 0 {
		return name, nil // the caller fails when it uses the name
	}
	if _, err := d.Stat(name); err != nil {
		return "", fmt.Errorf("must lead to a file in the directory: %s", unfollowed(err))
	}
	at, err := filepath.EvalSymlinks(filepath.Join(d.Name(), filepath.FromSlash(name)))
	if err != nil {
		return "", err
	}
	dir, err := filepath.EvalSymlinks(d.Name())
	if err != nil {
		return "", err
	}
	out, err := filepath.Rel(dir, at)
	return filepath.ToSlash(out), err
}

// unfollowed returns why a link could not be followed within its directory.
func unfollowed(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "it is a link to nothing"
	case errors.Is(err, syscall.ELOOP):
		return "it is a link that cannot be followed"
	}
	return "it is a link out of the directory"
}
