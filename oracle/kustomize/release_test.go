package kustomize

import (
	"flag"
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/validate"
)

var (
	trees = flag.Int("trees", 200, "how many random directories a release goes through")
	first = flag.Uint64("seed", 1, "the seed of the first")
)

var at = time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)

// TestMain trades memory for time: builds are many, and leave little garbage.
func TestMain(m *testing.M) {
	debug.SetGCPercent(800)
	os.Exit(m.Run())
}

// A release goes through directories that kustomize builds. After every commit the build is good,
// and sends requests by the plan to lanes with pods. A refused release writes nothing.
func TestReleasesThroughKustomize(t *testing.T) {
	for i := range *trees {
		seed := *first + uint64(i)
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 0))
			l := draw(t, random)
			if l.refused != "" {
				_, err := l.ask(t, "Prepare", "")
				require.ErrorIs(t, err, gitops.ErrKustomize, l.refused)
				return
			}
			l.requireGood(t, "before")
			start := maps.Clone(l.files)
			others := l.others(t)
			last := "full-promotion"
			back := random.IntN(2) == 0
			story := [][2]string{{"Prepare"}, {"Start"}, {"Promote", last}, {"Finish"}, {"CleanUp"}, {"CleanUp"}}
			if back {
				story = [][2]string{{"Prepare"}, {"Start"}, {"RollBack"}, {"CleanUp"}, {"CleanUp"}}
			}
			for _, command := range story {
				c, err := l.ask(t, command[0], command[1])
				if l.stuck != "" && command[0] == "CleanUp" && !back {
					require.ErrorIs(t, err, gitops.ErrKustomize)
					require.ErrorContains(t, err, l.stuck)
					return
				}
				require.NoError(t, err, "%s\n%v", command, l.files)
				if cut := random.IntN(len(c.Files)); cut > 0 { // the build of a half-written commit must not fail
					half := layout{files: maps.Clone(l.files), dir: l.dir}
					half.write(c.Files[:cut])
					half.build(t, l.roots[0], command[0]+", half")
				}
				for _, f := range c.Files {
					if manifest.IsKustomization(f.Name) {
						requireOneEntry(t, withoutOwn(withoutImages(string(f.Before))),
							withoutOwn(withoutImages(string(f.After))))
					}
				}
				l.write(c.Files)
				l.requireGood(t, command[0])
				l.requireImage(t, command[0])
				require.Equal(t, others, l.others(t), "%s: what is built apart", command)
			}
			if back {
				for name, text := range l.files { // the clean-up removes what the entry is for
					l.files[name], start[name] = withoutImages(text), withoutImages(start[name])
				}
				require.Equal(t, start, l.files, "all bytes are as they were")
			}
		})
	}
}

// ask returns the commit of a command.
func (l layout) ask(t *testing.T, word, to string) (gitops.Commit, error) {
	tree, err := gitops.Open(l.set(t), "")
	require.NoError(t, err)
	switch word {
	case "Prepare":
		return tree.Prepare(at)
	case "CleanUp":
		return tree.CleanUp()
	}
	return tree.Apply(rollout.Event{Kind: rollout.EventKind(word), To: to, Revision: tree.Revision(), At: at})
}

func (l layout) set(t *testing.T) manifest.Set {
	var files []manifest.File
	for _, name := range slices.Sorted(maps.Keys(l.files)) {
		if slices.Contains(l.apart, filepath.Dir(name)) {
			continue // the release does not read it
		}
		rel, err := filepath.Rel(l.dir, name)
		require.NoError(t, err)
		files = append(files, manifest.File{Name: rel, Data: []byte(l.files[name])})
	}
	set, err := manifest.Decode(files...)
	require.NoError(t, err)
	return set
}

func (l layout) write(files []manifest.FileChange) {
	for _, f := range files {
		if name := filepath.Join(l.dir, f.Name); f.After == nil {
			delete(l.files, name)
		} else {
			l.files[name] = string(f.After)
		}
	}
}

// build builds a directory.
func (l layout) build(t *testing.T, root, when string) resmap.ResMap {
	t.Helper()
	disk := filesys.MakeFsInMemory()
	for name, text := range l.files {
		require.NoError(t, disk.WriteFile("/git/"+name, []byte(text)))
	}
	out, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(disk, "/git/"+root)
	require.NoError(t, err, "%s\n%v", when, l.files)
	return out
}

// others returns the builds of the directories apart.
func (l layout) others(t *testing.T) (texts []string) {
	for _, root := range l.apart {
		text, err := l.build(t, root, "apart").AsYaml()
		require.NoError(t, err)
		texts = append(texts, string(text))
	}
	return texts
}

// requireGood checks that sources and builds are good. Each build of the app must send requests by
// the plan.
func (l layout) requireGood(t *testing.T, when string) {
	t.Helper()
	sources := l.set(t)
	build := sources.Build()
	require.NoError(t, validate.Check(build.Set).Err(), "%s: the sources", when)
	for _, s := range build.Skipped {
		t.Errorf("%s: %s\n%v", when, s, l.files)
	}
	tree, err := gitops.Open(sources, "")
	require.NoError(t, err)
	plan, state := tree.Config.Plan, tree.State
	want := map[string]*big.Rat{}
	weights := plan.Before
	if state != (rollout.State{}) {
		weights = plan.Weights(state)
	} else if found := tree.Found(); len(found) > 0 && when == "CleanUp" {
		weights = found[0].Weights
	}
	for _, w := range weights {
		if w.Percent > 0 {
			want[w.Lane] = big.NewRat(int64(w.Percent), 100)
		}
	}
	for _, root := range l.roots {
		text, err := l.build(t, root, when).AsYaml()
		require.NoError(t, err)
		set, err := manifest.Decode(manifest.File{Name: "built.yaml", Data: text})
		require.NoError(t, err)
		if len(set.Kind("VirtualService")) == 0 {
			continue
		}
		for _, f := range validate.Check(set) {
			require.Equal(t, validate.Info, f.Severity, "%s: %s: %s", when, root, f)
		}
		result, err := preview.Reading{}.New(set).Trace(preview.Request{Path: "/mock"})
		require.NoError(t, err)
		require.Equal(t, preview.Isolated, result.Verdict.Kind, "%s: %s: %s", when, root, result)
		got := map[string]*big.Rat{}
		for _, o := range result.Outcomes {
			require.Equal(t, 3, strings.Count(o.String(), "@"+o.Root.Lane), "every service has pods: %s", o)
			got[o.Root.Lane] = o.Share
		}
		require.Equal(t, fmt.Sprint(want), fmt.Sprint(got), "%s: %s", when, root)
	}
}

// withoutImages returns a kustomization with empty braces in the entry for the candidate's image.
func withoutImages(text string) string {
	head, rest, found := strings.Cut(text, "images: # of what comes\n- {")
	if _, tail, _ := strings.Cut(rest, "}"); found {
		return head + "images: # of what comes\n- {}" + tail
	}
	return text
}

// requireImage checks that the candidate has the image of the plan in each build with its pods.
func (l layout) requireImage(t *testing.T, when string) {
	t.Helper()
	for _, root := range l.roots {
		for _, r := range l.build(t, root, when).Resources() {
			if text := r.MustYaml(); l.image != "" && r.GetKind() == "Deployment" &&
				strings.HasSuffix(r.GetName(), "mocka-v3") {
				require.Contains(t, text, "image: "+l.image+"\n", "%s\n%v", when, l.files)
			}
		}
	}
}

// requireOneEntry checks that a kustomization got or lost one piece of text. All other bytes must
// be unchanged.
func requireOneEntry(t *testing.T, before, after string) {
	t.Helper()
	short, long := before, after
	if len(short) > len(long) {
		short, long = long, short
	}
	same := 0
	for same < len(short) && short[same] == long[same] {
		same++
	}
	require.True(t, strings.HasSuffix(long, short[same:]), "%s\n%s", before, after)
}
