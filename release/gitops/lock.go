package gitops

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// lockAll locks directories for this process in their order. The order is the same for all
// processes, so that no two wait for each other. wait bounds the time for all directories
// together.
func lockAll(dirs []string, wait time.Duration) (unlock func(), err error) {
	until := time.Now().Add(wait)
	var held []func()
	unlock = func() {
		for _, one := range slices.Backward(held) {
			one()
		}
	}
	for _, dir := range dirs {
		one, err := lock(dir, until)
		if errors.Is(err, ErrLocked) {
			if wait > 0 {
				err = fmt.Errorf("%w since %v", err, wait)
			}
			if len(dirs) > 1 {
				err = fmt.Errorf("%w: %s", err, markup.Line(dir))
			}
			err = fmt.Errorf("%w: nothing is written; ask again", err)
		}
		if err != nil {
			unlock()
			return nil, err
		}
		held = append(held, one)
	}
	return unlock, nil
}
