//go:build unix

package gitops_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/validate"
)

// asWriter makes the test binary a process that is killed while it writes:
// "DIR COMMAND N" kills it when N files are written.
const asWriter = "GITOPS_TEST_AS_WRITER"

func TestMain(m *testing.M) {
	if job := strings.Fields(os.Getenv(asWriter)); len(job) == 3 {
		n, err := strconv.Atoi(job[2])
		if err == nil {
			_, err = gitops.Update(job[0], func(tree gitops.Tree) (gitops.Commit, error) {
				c, err := command(tree, job[1])
				if err == nil {
					err = manifest.WriteChanges(job[0], c.Files[:n])
				}
				if err == nil {
					err = syscall.Kill(os.Getpid(), syscall.SIGKILL)
				}
				return c, err
			})
		}
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// A writer that is killed between any two files leaves no lock, and a directory that serves.
// The next command completes it.
func TestKilledWriter(t *testing.T) {
	t.Parallel()
	all := layouts(t)
	for _, layout := range []string{"two routes", "permissive", "weighted", "lanes in files of their own"} {
		t.Run(layout, func(t *testing.T) {
			t.Parallel()
			d := all[layout]
			for _, word := range []string{"Prepare", "Start", "Promote", "RollBack", "CleanUp", "CleanUp"} {
				c, err := command(d.open(t), word)
				require.NoError(t, err)
				whole := maps.Clone(d)
				whole.write(c, len(c.Files))
				for n := range len(c.Files) + 1 {
					dir := d.put(t)
					cmd := exec.Command(os.Args[0])
					cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %s %d", asWriter, dir, word, n))
					out, err := cmd.CombinedOutput()
					status, _ := cmd.ProcessState.Sys().(syscall.WaitStatus)
					require.True(t, err != nil && status.Signal() == syscall.SIGKILL, "%s: %v", out, err)

					half := filesIn(t, dir)
					require.NoError(t, validate.Check(half.set(t)).Err(), "%s, %d of %d files", word, n, len(c.Files))
					for range 3 { // it completes, does what was asked, and has nothing to do
						_, err = gitops.Update(dir, func(tree gitops.Tree) (gitops.Commit, error) {
							if word == "CleanUp" && maps.Equal(whole, filesIn(t, dir)) {
								return gitops.Commit{}, nil
							}
							if word == "Promote" && tree.State.Stage == 2 && !halfWritten(tree) {
								return gitops.Commit{}, nil
							}
							return command(tree, word)
						})
						require.NoError(t, err, "%s, %d of %d files", word, n, len(c.Files))
					}
					require.Equal(t, whole, filesIn(t, dir), "%s, %d of %d files", word, n, len(c.Files))
				}
				d = whole
			}
		})
	}
}

// Only the holder of the lock writes. Others have written nothing, or wait.
func TestLock(t *testing.T) {
	t.Parallel()
	dir := sampleTree(t, false).put(t)
	prepare := func(tree gitops.Tree) (gitops.Commit, error) { return tree.Prepare(t0) }
	_, err := gitops.Update(dir, func(tree gitops.Tree) (gitops.Commit, error) {
		_, err := gitops.Update(dir, prepare)
		require.ErrorIs(t, err, gitops.ErrLocked)
		_, err = gitops.Directory{Path: dir, Wait: time.Millisecond}.Update(prepare)
		require.ErrorIs(t, err, gitops.ErrLocked)
		require.ErrorContains(t, err, "since 1ms")
		_, err = gitops.Directory{Path: dir}.Init("v4")
		require.ErrorIs(t, err, gitops.ErrLocked)
		return gitops.Commit{}, nil
	})
	require.NoError(t, err)
	require.Equal(t, sampleTree(t, false), filesIn(t, dir))

	locked, release := make(chan struct{}), make(chan struct{})
	done := make(chan error)
	go func() {
		_, err := gitops.Update(dir, func(gitops.Tree) (gitops.Commit, error) {
			close(locked)
			<-release
			return gitops.Commit{}, nil
		})
		done <- err
	}()
	<-locked
	go func() {
		_, err := gitops.Directory{Path: dir, Wait: time.Hour}.Update(func(tree gitops.Tree) (gitops.Commit, error) {
			return tree.Prepare(t0)
		})
		done <- err
	}()
	close(release)
	require.NoError(t, <-done)
	require.NoError(t, <-done)
	require.Contains(t, filesIn(t, dir), "mock-v3.yaml")
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	before := sampleTree(t, false)
	dir := before.put(t)
	prepare := func(tree gitops.Tree) (gitops.Commit, error) { return tree.Prepare(t0) }

	c, err := gitops.Directory{Path: dir, DryRun: true}.Update(prepare)
	require.NoError(t, err)
	require.NotEmpty(t, c.Files)
	require.Equal(t, before, filesIn(t, dir))

	// A writer without the lock is found before anything is written.
	_, err = gitops.Update(dir, func(tree gitops.Tree) (gitops.Commit, error) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "swimlanes.yaml"),
			[]byte(before["swimlanes.yaml"]+"# mine\n"), 0o644))
		return tree.Prepare(t0)
	})
	require.ErrorIs(t, err, manifest.ErrChanged)
	require.NotContains(t, filesIn(t, dir), "mock-v3.yaml")

	_, err = gitops.Update(filepath.Join(dir, "none"), prepare)
	require.ErrorIs(t, err, gitops.ErrNoFile)
	_, err = gitops.Directory{Path: filepath.Join(dir, "release.yaml")}.Read()
	require.ErrorIs(t, err, gitops.ErrNoFile)
}

// Every command reports what cannot be read. Only commands that need it stop.
func TestWhatCannotBeReadStopsNobody(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	d["broken.yaml"] = "a: ["
	d["template.yaml"] = "kind: {{ .Kind }}\n"
	dir := d.put(t)
	for _, word := range slices.Concat(rolledBack(), finished()) {
		_, err := gitops.Update(dir, func(tree gitops.Tree) (gitops.Commit, error) {
			require.Len(t, tree.Unread, 2)
			return command(tree, word)
		})
		require.NoError(t, err, word)
	}
	require.Equal(t, "a: [", filesIn(t, dir)["broken.yaml"])

	// But a file that may hold the missing object is named.
	require.NoError(t, os.WriteFile(filepath.Join(dir, "mock-route.yaml"), []byte("a: [\n"), 0o644))
	tree, err := gitops.Directory{Path: dir}.Read()
	require.NoError(t, err)
	require.ErrorIs(t, tree.Sound(), release.ErrMissing)
	for _, name := range []string{"broken.yaml:1", "mock-route.yaml:1", "template.yaml:1"} {
		require.ErrorContains(t, tree.Sound(), name)
	}
	require.NoError(t, os.Remove(filepath.Join(dir, "release.yaml")))
	_, err = gitops.Directory{Path: dir}.Read()
	require.ErrorContains(t, err, "mock-route.yaml:1")
}
