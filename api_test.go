package swimlane_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// unreleased returns what the changelog says of changes since the last version, by
// heading.
func unreleased(changelog string) map[string]string {
	_, text, _ := strings.Cut(changelog, "\n## Unreleased\n")
	text, _, _ = strings.Cut(text, "\n## ")
	out := map[string]string{}
	for _, part := range strings.Split("\n"+text, "\n### ")[1:] {
		heading, body, _ := strings.Cut(part, "\n")
		out[strings.TrimSpace(heading)] = strings.TrimSpace(body)
	}
	return out
}

// unsaid returns what must be in the changelog, and is not, for the API to differ
// between a version and now: what is gone or new, under a heading that says so.
func unsaid(version, now []string, said map[string]string) []string {
	var out []string
	lacks := func(from, in []string) []string {
		return slices.DeleteFunc(slices.Clone(from), func(line string) bool { return slices.Contains(in, line) })
	}
	if gone := lacks(version, now); len(gone) > 0 && said["Changed"]+said["Removed"] == "" {
		out = append(out, fmt.Sprintf("%d lines are gone, and nothing is under Changed or Removed: %s", len(gone),
			gone[0]))
	}
	if added := lacks(now, version); len(added) > 0 && said["Added"]+said["Changed"] == "" {
		out = append(out, fmt.Sprintf("%d lines are new, and nothing is under Added or Changed: %s", len(added),
			added[0]))
	}
	return out
}

// The API differs from that of the last version only where the changelog says so.
func TestChangelogTellsWhatChangesInTheAPI(t *testing.T) {
	versions, err := filepath.Glob("api/v*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, versions)
	last := slices.Sorted(slices.Values(versions))[len(versions)-1]
	lines := func(path string) []string { return strings.Split(strings.TrimSpace(readFile(t, path)), "\n") }
	require.Empty(t, unsaid(lines(last), lines("api/current.txt"), unreleased(readFile(t, "CHANGELOG.md"))))
	require.Contains(t, readFile(t, "CHANGELOG.md"), "\n## "+
		strings.TrimSuffix(strings.TrimPrefix(filepath.Base(last), "v"), ".txt")+" - ")
	_, err = os.Stat("docs/api.md")
	require.NoError(t, err)
}

func TestUnsaid(t *testing.T) {
	for name, test := range map[string]struct {
		version, now []string
		changelog    string
		want         int
	}{
		"the same": {[]string{"a"}, []string{"a"}, "# C\n\n## Unreleased\n\n## 0.1.0 - x\n", 0},
		"new, unsaid": {[]string{"a"}, []string{"a", "b"},
			"# C\n\n## Unreleased\n\n## 0.1.0 - x\n### Added\n- b\n", 1},
		"new, said": {[]string{"a"}, []string{"a", "b"},
			"# C\n\n## Unreleased\n\n### Added\n\n- b\n\n## 0.1.0 - x\n", 0},
		"gone, said as added": {[]string{"a", "b"}, []string{"a"}, "# C\n\n## Unreleased\n\n### Added\n\n- b\n", 1},
		"gone, said":          {[]string{"a", "b"}, []string{"a"}, "# C\n\n## Unreleased\n\n### Removed\n\n- b\n", 0},
		"other, unsaid": {[]string{"a"}, []string{"b"},
			"# C\n\n## Unreleased\n\n### Added\n\n### Changed\n\n## 0.1.0", 2},
	} {
		require.Len(t, unsaid(test.version, test.now, unreleased(test.changelog)), test.want, name)
	}
}

// The page for controllers names the keys that the code has.
func TestControllersPageNamesTheKeys(t *testing.T) {
	page := readFile(t, "docs/controllers.md")
	for _, key := range []string{release.AnnotationState, release.AnnotationRevision, release.AnnotationRetiring,
		release.AnnotationCalls, release.LabelPlan} {
		require.Contains(t, page, "`"+key)
	}
	for _, key := range []string{"schema", "planDigest", "revision", "phase", "stage", "since"} {
		text, err := release.EncodeState(rollout.State{Since: time.Unix(0, 0)})
		require.NoError(t, err)
		require.Contains(t, text, `"`+key+`":`)
		require.Contains(t, page, "`"+key+"`")
	}
	for _, link := range []string{"examples/controller/reconciler/reconciler.go", "docs/controllers.md", "docs/api.md"} {
		_, err := os.Stat(link)
		require.NoError(t, err)
	}
}
