package gitops

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// Directory is a checked-out Git directory in which a release moves.
type Directory struct {
	// Path of the directory.
	Path string
	// Also are the paths of further directories of the release, such as one with the routes.
	// They are read and written as one with Path. None may lie in another. The names of files
	// then begin at the nearest directory around all.
	Also []string
	// Plan is the name of the plan. Empty means the only plan.
	Plan string
	// Reader says how the files are read, such as for which namespace. Directory finds out
	// where they lie: see [manifest.Reader.In].
	Reader manifest.Reader
	// Wait is how long Update waits for another writer. 0 means not at all.
	Wait time.Duration
	// DryRun makes Update do everything but write.
	DryRun bool
}

// Update changes a directory as [Directory.Update] does, without waiting.
func Update(dir string, change func(Tree) (Commit, error)) (Commit, error) {
	return Directory{Path: dir}.Update(change)
}

// Update reads the release of the directory, asks change for a commit, and writes its files. It
// holds a lock of the operating system on each directory, so that no other Update writes in
// between. The lock leaves no file and ends with the process. The error wraps [ErrLocked] when
// another process holds the lock for longer than Wait, and [ErrNoLock] when the system or file
// system has no locks. It wraps manifest.ErrChanged when somebody without the lock changed a
// file. Then nothing is written.
//
// An error that is a *manifest.PartialError says that some files are written, in an order that
// serves. The commit is returned with it.
func (d Directory) Update(change func(Tree) (Commit, error)) (Commit, error) {
	return d.update(func() (Commit, error) {
		tree, err := d.Read()
		if err != nil {
			return Commit{}, err
		}
		return change(tree)
	})
}

// Init writes a plan for the release of a new lane, for people to edit: see [Init]. It locks
// the directory as Update does.
func (d Directory) Init(candidate string) (Commit, error) {
	return d.begin(func(r reading) (Commit, error) { return initIn(r.set, r.first, nil, candidate) })
}

// InitValues is Init for weights in a file of values: see [InitValues].
func (d Directory) InitValues(at release.Values, candidate string) (Commit, error) {
	return d.begin(func(r reading) (Commit, error) { return initIn(r.set, r.first, &at, candidate) })
}

// InitLanes adds the lane of the version that runs, and then writes a plan. Each call is one
// commit: see [InitLanes]. It locks the directory as Update does.
func (d Directory) InitLanes(adoption release.Adoption, candidate string) (Commit, error) {
	return d.begin(func(r reading) (Commit, error) {
		out, err := initLanesIn(r.set, r.first, adoption, candidate)
		for _, unread := range r.unread {
			out.Notes = append(out.Notes, "passed over: "+unread.Error())
		}
		return out, err
	})
}

// begin makes a commit of a directory without reading its plan.
func (d Directory) begin(change func(reading) (Commit, error)) (Commit, error) {
	return d.update(func() (Commit, error) {
		r, err := d.read()
		if err != nil {
			return Commit{}, err
		}
		if err := r.set.OneCluster(); err != nil {
			return Commit{}, fmt.Errorf("init: %w", err)
		}
		return change(r)
	})
}

func (d Directory) update(change func() (Commit, error)) (Commit, error) {
	e, err := d.extent()
	if err != nil {
		return Commit{}, err
	}
	unlock, err := lockAll(e.locked, d.Wait)
	if err != nil {
		return Commit{}, err
	}
	defer unlock()
	out, err := change()
	if err == nil {
		err = e.check(out.Files)
	}
	if err != nil || out.Nothing() || d.DryRun {
		return out, err
	}
	return out, manifest.WriteChanges(e.root, out.Files)
}

// Read returns the release of the directory, without the lock. Unread has what could not be
// read, and Skipped what was passed over, also when there is no plan. The error wraps
// [ErrNoFile] when the directory does not exist, or nothing in it can be read.
func (d Directory) Read() (Tree, error) {
	r, err := d.read()
	if err != nil {
		return Tree{}, err
	}
	tree, err := openIn(r.set, r.dirs, d.Plan, r.unread...)
	tree.Skipped = r.skipped
	if errors.Is(err, release.ErrNoPlan) && r.mayHoldPlan() {
		err = fmt.Errorf("%w: the plan must be readable:\n%w", release.ErrUnreadable, errors.Join(r.unread...))
	}
	return tree, err
}

// reading is what was read from a directory.
type reading struct {
	extent
	files   []manifest.File
	set     manifest.Set
	skipped []manifest.Skip
	unread  []error
}

func (d Directory) read() (reading, error) {
	e, err := d.extent()
	if err != nil {
		return reading{}, err
	}
	info, err := os.Stat(e.root)
	if err == nil && !info.IsDir() {
		err = errors.New("must be a directory")
	}
	if err != nil {
		return reading{}, noFile(e.root, err)
	}
	out := reading{extent: e}
	var notRead, notDecoded error
	reader, err := d.Reader.In(e.root)
	if err != nil {
		return reading{}, noFile(e.root, err)
	}
	out.files, out.skipped, notRead = e.read(reader)
	out.set, notDecoded = reader.Decode(out.files...)
	out.skipped = append(out.skipped, out.set.Skipped()...)
	out.unread = append(parts(notRead), parts(notDecoded)...)
	if out.set.Len() == 0 && len(out.unread) > 0 {
		return reading{}, fmt.Errorf("%w: %w", ErrNoFile, errors.Join(out.unread...))
	}
	return out, nil
}

// noFile returns the error about a directory that cannot be read.
func noFile(path string, err error) error {
	if at := new(fs.PathError); errors.As(err, &at) {
		err = at.Err
	}
	return fmt.Errorf("%w: %s: %w", ErrNoFile, markup.Line(path), err)
}

// mayHoldPlan reports whether a file that could not be read has the label of a plan.
func (r reading) mayHoldPlan() bool {
	for _, err := range r.unread {
		at := new(manifest.DecodeError)
		errors.As(err, &at)
		if slices.ContainsFunc(r.files, func(f manifest.File) bool {
			return f.Name == at.File && bytes.Contains(f.Data, []byte(release.LabelPlan))
		}) {
			return true
		}
	}
	return false
}

// parts returns the errors that were joined.
func parts(err error) []error {
	switch joined, ok := err.(interface{ Unwrap() []error }); {
	case err == nil:
		return nil
	case ok:
		return joined.Unwrap()
	}
	return []error{err}
}
