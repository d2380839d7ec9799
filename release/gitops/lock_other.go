//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package gitops

import (
	"fmt"
	"runtime"
	"time"
)

// lock fails: this system has no lock on a directory that ends with the process.
func lock(string, time.Time) (unlock func(), err error) {
	return nil, fmt.Errorf("%w on %s, and nothing is written", ErrNoLock, runtime.GOOS)
}
