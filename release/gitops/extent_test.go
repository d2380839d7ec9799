//go:build unix

package gitops_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release/gitops"
)

// apart writes the sample directory as two, and returns the directory around them. Files with
// one of the prefixes go into infra/routes, the others into apps/shop.
func apart(t *testing.T, d directory, routes ...string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range d {
		isRoute := func(prefix string) bool { return strings.HasPrefix(name, prefix) }
		dir := "apps/shop"
		if slices.ContainsFunc(routes, isRoute) {
			dir = "infra/routes"
		}
		require.NoError(t, os.MkdirAll(filepath.Join(root, dir), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, dir, name), []byte(text), 0o600))
	}
	return root
}

// together returns the files of the directories, as one directory.
func together(t *testing.T, root string) directory {
	t.Helper()
	out := filesIn(t, filepath.Join(root, "apps/shop"))
	maps.Copy(out, filesIn(t, filepath.Join(root, "infra/routes")))
	return out
}

// A release in two directories goes as in one, whichever is named first and wherever the plan
// is. A write that is cut off between any two files is completed.
func TestSeveralDirectories(t *testing.T) {
	t.Parallel()
	story := []string{"Prepare", "Start", "Promote", "RollBack", "CleanUp", "CleanUp"}
	for name, routes := range map[string][]string{
		"routes":              {"mock-route", "second-route"},
		"routes and the plan": {"mock-route", "second-route", "release"},
		"lanes":               {"swimlane"},
		"one of two routes":   {"second-route"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := sampleTree(t, true)
			root := apart(t, d, routes...)
			shop, infra := filepath.Join(root, "apps/shop"), filepath.Join(root, "infra/routes")
			both := gitops.Directory{Path: shop, Also: []string{infra}}
			if len(routes) == 1 {
				both = gitops.Directory{Path: infra, Also: []string{shop}}
			}
			for _, word := range story {
				c, err := command(d.open(t), word)
				require.NoError(t, err)
				var whole directory
				for n := range len(c.Files) + 1 {
					half := apart(t, together(t, root), routes...)
					half1 := gitops.Directory{Path: filepath.Join(half, "apps/shop"),
						Also: []string{filepath.Join(half, "infra/routes")}}
					tree, err := half1.Read()
					require.NoError(t, err)
					c, err := command(tree, word)
					require.NoError(t, err)
					for _, f := range c.Files {
						require.Regexp(t, "^(apps/shop|infra/routes)/[^/]+$", f.Name)
					}
					require.NoError(t, manifest.WriteChanges(half, c.Files[:n]))
					_, err = half1.Update(func(tree gitops.Tree) (gitops.Commit, error) {
						if c.State.Revision == tree.State.Revision && !halfWritten(tree) && n > 0 {
							return gitops.Commit{}, nil
						}
						return command(tree, word)
					})
					require.NoError(t, err, "%s, %d of %d files", word, n, len(c.Files))
					if n == 0 {
						whole = together(t, half)
					} else if n == len(c.Files) {
						require.Equal(t, whole, together(t, half))
					}
				}
				d.write(c, len(c.Files))
				_, err = both.Update(func(tree gitops.Tree) (gitops.Commit, error) { return command(tree, word) })
				require.NoError(t, err, word)
				require.Equal(t, d, together(t, root), word)
			}
		})
	}
}

// A writer of one of several directories waits for a writer of all, and the other way round.
func TestSeveralDirectoriesAreLocked(t *testing.T) {
	t.Parallel()
	root := apart(t, sampleTree(t, false), "mock-route")
	shop, infra := filepath.Join(root, "apps/shop"), filepath.Join(root, "infra/routes")
	nothing := func(gitops.Tree) (gitops.Commit, error) { return gitops.Commit{}, nil }
	_, err := gitops.Directory{Path: shop, Also: []string{infra}}.Update(func(gitops.Tree) (gitops.Commit, error) {
		for _, dir := range []string{shop, infra} {
			_, err := gitops.Directory{Path: dir}.Init("v3")
			require.ErrorIs(t, err, gitops.ErrLocked)
		}
		_, err := gitops.Directory{Path: infra, Also: []string{shop}}.Update(nothing)
		require.ErrorIs(t, err, gitops.ErrLocked)
		require.ErrorContains(t, err, "apps/shop: nothing is written")
		return gitops.Commit{}, nil
	})
	require.NoError(t, err)
	_, err = gitops.Directory{Path: infra, Also: []string{shop}}.Update(nothing)
	require.NoError(t, err, "none is locked any more")

	// Everything that is written is in a locked directory.
	_, err = gitops.Directory{Path: shop, Also: []string{infra}}.Update(func(gitops.Tree) (gitops.Commit, error) {
		return gitops.Commit{Files: []manifest.FileChange{{Name: "apps/other.yaml", After: []byte("a: b\n")}}}, nil
	})
	require.ErrorContains(t, err, "apps/other.yaml: must lie in one of the directories apps/shop, infra/routes")
	require.NoFileExists(t, filepath.Join(root, "apps/other.yaml"))
}

// Directories are refused if one is the other or lies in it, under any name.
func TestDirectoriesMustLieApart(t *testing.T) {
	t.Parallel()
	root := apart(t, sampleTree(t, false), "mock-route")
	at := func(name string) string { return filepath.Join(root, name) }
	require.NoError(t, os.Symlink("shop", at("apps/link")))
	require.NoError(t, os.Symlink(at("apps"), at("infra/apps")))
	for _, dirs := range [][]string{
		{"apps/shop", "apps/shop"}, {"apps/shop", "apps/shop/../shop/"}, {"apps/shop", "apps/link"},
		{"infra/apps/link", "apps/shop"},
		{"apps", "apps/shop"}, {"apps/shop", "apps"}, {"infra/apps", "apps/shop"},
		{"infra/routes", "apps/shop", "apps"},
	} {
		d := gitops.Directory{Path: at(dirs[0])}
		for _, name := range dirs[1:] {
			d.Also = append(d.Also, root+"/"+name)
		}
		_, err := d.Read()
		require.ErrorIs(t, err, gitops.ErrApart, dirs)
		_, err = d.Update(func(gitops.Tree) (gitops.Commit, error) { return gitops.Commit{}, nil })
		require.ErrorIs(t, err, gitops.ErrApart, dirs)
	}
	for _, name := range []string{"nowhere", "infra/routes/mock-route.yaml"} {
		_, err := gitops.Directory{Path: at("apps/shop"), Also: []string{at(name)}}.Read()
		require.ErrorIs(t, err, gitops.ErrNoFile)
		require.ErrorContains(t, err, name)
	}
	_, err := gitops.Directory{Path: at("infra/apps/link"), Also: []string{at("infra/routes")}}.Read()
	require.NoError(t, err, "a link is where it leads")
}

// Init writes the plan into the directory that is named first. A kustomization at the root of
// each says what it builds.
func TestInitInSeveralDirectories(t *testing.T) {
	t.Parallel()
	root := apart(t, unplanned(sampleTree(t, false)), "mock-route")
	shop, infra := filepath.Join(root, "apps/shop"), filepath.Join(root, "infra/routes")
	c, err := gitops.Directory{Path: infra, Also: []string{shop}}.Init("v3")
	require.NoError(t, err)
	require.Contains(t, c.Notes[0], "infra/routes/release.yaml")
	require.FileExists(t, filepath.Join(infra, "release.yaml"))

	d := sampleTree(t, false)
	root = apart(t, d, "mock-route")
	infra = filepath.Join(root, "infra/routes")
	require.NoError(t, os.Mkdir(filepath.Join(infra, "entry"), 0o755))
	require.NoError(t, os.Rename(filepath.Join(infra, "mock-route.yaml"),
		filepath.Join(infra, "entry/mock-route.yaml")))
	require.NoError(t, os.WriteFile(filepath.Join(infra, "kustomization.yaml"), []byte("resources: []\n"), 0o600))
	tree, err := gitops.Directory{Path: infra, Also: []string{filepath.Join(root, "apps/shop")}}.Read()
	require.NoError(t, err)
	_, err = tree.Prepare(t0)
	require.ErrorIs(t, err, gitops.ErrKustomize)
	require.ErrorContains(t, err, "must list infra/routes/entry/mock-route.yaml under resources")
}
