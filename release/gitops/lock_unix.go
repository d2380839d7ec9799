//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package gitops

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// lock locks a directory for this process. Until a time it waits for another process with the
// lock.
func lock(dir string, until time.Time) (unlock func(), err error) {
	file, err := os.Open(dir)
	if err != nil {
		return nil, noFile(dir, err)
	}
	for ; ; time.Sleep(10 * time.Millisecond) {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return func() { // after closing alone, a starting process would still hold the lock
				_ = syscall.Flock(int(file.Fd()), syscall.LOCK_UN)
				_ = file.Close()
			}, nil
		case errors.Is(err, syscall.EINTR):
		case !errors.Is(err, syscall.EWOULDBLOCK):
			return nil, errors.Join(fmt.Errorf("%w, and nothing is written: %s: %w", ErrNoLock, markup.Line(dir), err),
				file.Close())
		case !time.Now().Before(until):
			return nil, errors.Join(ErrLocked, file.Close())
		}
	}
}
