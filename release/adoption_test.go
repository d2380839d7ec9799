package release_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/validate"
)

// A directory without lanes gets one in steps that serve at every moment. Every request goes to
// the same Deployments afterwards.
func TestAdoptionOfDirectoriesDrawnAtRandom(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		set := handWritten(t, gen.HandWritten(t))
		require.NoError(t, validate.Check(set).Err())
		steps, err := release.Adoption{}.Steps(set)
		if err != nil && strings.Contains(err.Error(), "with the label") { // it must be named
			steps, err = release.Adoption{Version: "v1"}.Steps(set)
		}
		require.NoError(t, err)
		require.NotEmpty(t, steps)
		app := lanes.App{Services: make([]lanes.AppService, 3)}
		live := map[manifest.Ref]manifest.Object{}
		for _, o := range set.All() {
			live[o.Ref] = o
		}
		last := set
		for _, s := range steps {
			require.NotEmpty(t, s.Edit.Files, s.Title)
			for _, ref := range rapid.Permutation(changedRefs(last, s.Edit.After)).Draw(t, "order") {
				if o, stays := s.Edit.After.Get(ref); stays {
					live[ref] = o
				} else {
					delete(live, ref)
				}
				requireServesPlain(t, app, live)
			}
			requireLinesKept(t, s)
			last = s.Edit.After
			require.NoError(t, validate.Check(last).Err(), s.Title)
		}
		again, err := release.Adoption{}.Steps(last)
		require.NoError(t, err)
		require.Empty(t, again, "there is nothing more to do")

		request := preview.Request{Path: "/mock"}
		before, err := preview.New(set).Trace(request)
		require.NoError(t, err)
		after, err := preview.New(last).Trace(request)
		require.NoError(t, err)
		require.Equal(t, preview.Isolated, after.Verdict.Kind, after.String())
		require.Len(t, after.Outcomes, 1)
		require.Equal(t, "mocka@v1 -> mockb@v1 -> mockc@v1", after.Outcomes[0].String())
		require.Equal(t, withoutLanes(before.Outcomes[0].String()), withoutLanes(after.Outcomes[0].String()))
		require.Len(t, before.Outcomes, 1)
	})
}

// handWritten returns a directory as a set.
func handWritten(t require.TestingT, d map[string]string) manifest.Set {
	var files []manifest.File
	for _, name := range slices.Sorted(maps.Keys(d)) {
		files = append(files, manifest.File{Name: name, Data: []byte(d[name])})
	}
	set, err := manifest.Decode(files...)
	require.NoError(t, err)
	return set
}

// requireServesPlain is requireServes for routes with or without lanes.
func requireServesPlain(t *rapid.T, app lanes.App, live map[manifest.Ref]manifest.Object) {
	objects := make([]manifest.Object, 0, len(live))
	for _, o := range live {
		objects = append(objects, o)
	}
	for _, headers := range []map[string]string{nil, {"tester": "yes"}} {
		got, err := preview.New(manifest.NewSet(objects...)).Trace(preview.Request{Path: "/mock", Headers: headers})
		require.NoError(t, err)
		require.NotEqual(t, preview.Broken, got.Verdict.Kind, got.String())
	}
	services := 0
	for _, o := range live {
		if o.Service() != nil {
			services++
		}
	}
	require.Equal(t, len(app.Services), services)
}

// requireLinesKept requires that an edit adds lines or removes documents, and keeps every other
// line.
func requireLinesKept(t *rapid.T, s release.AdoptionStep) {
	if strings.HasPrefix(s.Title, "remove") {
		return
	}
	for _, f := range s.Edit.Files {
		rest := strings.Split(string(f.After), "\n")
		for _, line := range strings.Split(string(f.Before), "\n") {
			if line == "" {
				continue
			}
			at := -1
			for i, l := range rest {
				if l == line || strings.TrimLeft(l, " -") == strings.TrimLeft(line, " -") ||
					strings.HasPrefix(l, "    - destination: {host: ") &&
						strings.HasPrefix(line, "    - destination: {host: ") {
					at = i
					break
				}
			}
			require.GreaterOrEqual(t, at, 0, fmt.Sprintf("%s lost %q:\n%s", s.Title, line, f.After))
			rest = rest[at+1:]
		}
	}
}

// withoutLanes returns an outcome without the names of the lanes.
func withoutLanes(outcome string) string {
	parts := strings.Split(outcome, " -> ")
	for i := range parts {
		parts[i], _, _ = strings.Cut(parts[i], "@")
	}
	return strings.Join(parts, " -> ")
}
