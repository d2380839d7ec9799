package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/rollout"
)

// tree writes the seed's files at the stage, changed by pairs of texts.
func tree(t *testing.T, file string, changes ...string) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("../gitops/testdata/tree")))
	return changed(t, dir, file, changes...)
}

// lanesTree is tree where ASM's lanes hold the weights.
func lanesTree(t *testing.T, changes ...string) string {
	t.Helper()
	dir := tree(t, "mock-route.yaml")
	paths, err := filepath.Glob("../gitops/testdata/weighted/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.Base(path)), data, 0o644))
	}
	return changed(t, dir, "swimlanes.yaml", changes...)
}

// changed changes a file by pairs of texts.
func changed(t *testing.T, dir, file string, changes ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, file))
	require.NoError(t, err)
	for i := 0; i < len(changes); i += 2 {
		require.Contains(t, string(data), changes[i])
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, file),
		[]byte(strings.NewReplacer(changes...).Replace(string(data))), 0o644))
	return dir
}

func reviewed(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(args, &out, &errs)
	return code, out.String(), errs.String()
}

const (
	half  = "      weight: 50                       # half of the traffic"
	other = "      weight: 50                       # the other half"
)

func TestReviews(t *testing.T) {
	base := tree(t, "mock-route.yaml")
	v3 := other +
		"\n    - destination:\n        host: mocka.default.svc.cluster.local\n        subset: v3\n      weight: 10"
	bang := tree(t, "mock-route.yaml", half, "      weight: 40", other, v3)
	lane, err := os.ReadFile(filepath.Join(bang, "swimlanes.yaml"))
	require.NoError(t, err)
	_, second, _ := strings.Cut(string(lane), "---\n")
	require.NoError(t, os.WriteFile(filepath.Join(bang, "lane-v3.yaml"), []byte(strings.ReplaceAll(second, "v2", "v3")),
		0o644))
	pods, err := os.ReadFile(filepath.Join(bang, "mock-v2.yaml"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(bang, "mock-v3.yaml"),
		[]byte(strings.ReplaceAll(string(pods), "v2", "v3")), 0o644))
	for name, test := range map[string]struct {
		head string
		code int
	}{
		"nothing":  {base, 0},
		"promote":  {tree(t, "mock-route.yaml", half, "      weight: 70", other, "      weight: 30"), 0},
		"big-bang": {bang, 1},
		"typo":     {tree(t, "mock-route.yaml", "subset: v2", "subset: v22"), 1},
		"sum":      {tree(t, "mock-route.yaml", half, "      weight: 60"), 1},
		"unread":   {tree(t, "mock-route.yaml", "spec:\n  gateways", "spec: {\n  gateways"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := reviewed(base, test.head)
			require.Equal(t, test.code, code)
			require.Empty(t, errs)
			golden.Equal(t, name+".md", out)
			code, out, errs = reviewed("-format", "json", base, test.head)
			require.Equal(t, test.code, code)
			require.Empty(t, errs)
			golden.Equal(t, name+".json", out)
		})
	}
}

func TestReviewOfFilesAndRequests(t *testing.T) {
	base, head := filepath.Join(t.TempDir(), "base.yaml"), filepath.Join(t.TempDir(), "head.yaml")
	all := func(dir string) (out []byte) {
		paths, err := filepath.Glob(dir + "/*.yaml")
		require.NoError(t, err)
		for _, path := range paths {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			out = append(append(out, "---\n"...), data...)
		}
		return out
	}
	require.NoError(t, os.WriteFile(base, all(tree(t, "mock-route.yaml")), 0o644))
	require.NoError(t, os.WriteFile(head,
		all(tree(t, "mock-route.yaml", half, "      weight: 51", other, "      weight: 49")), 0o644))
	code, out, errs := reviewed(base, head, "-request", "/mock", "-request", "a.example.com/none")
	require.Zero(t, code, errs)
	require.Contains(t, out, "#### Requests to /mock\n\n**1.0% of them go another way than before.**")
	require.Contains(t, out, "#### Requests to a.example.com/none")
}

// Requests are followed where ASM makes the routes of lanes' weights, whose sum on the way
// is a note, and where a route has a single destination.
func TestReviewFollowsEveryEntry(t *testing.T) {
	second := "    - destination:\n        host: mocka.default.svc.cluster.local\n" +
		"        subset: v2                     # Routes to the v2 traffic lane\n"
	single := strings.NewReplacer(half+"\n", "", second+other+"\n", "")
	one := func(lane string) string {
		dir := tree(t, "mock-route.yaml")
		data, err := os.ReadFile(filepath.Join(dir, "mock-route.yaml"))
		require.NoError(t, err)
		text := single.Replace(string(data))
		require.NotContains(t, text, "weight:")
		require.NoError(t, os.WriteFile(filepath.Join(dir, "mock-route.yaml"),
			[]byte(strings.Replace(text, "subset: v1", "subset: "+lane, 1)), 0o644))
		return dir
	}
	for name, test := range map[string]struct{ base, head string }{
		"lanes": {lanesTree(t), lanesTree(t, "weight: 50   # half of the requests", "weight: 30",
			"weight: 50   # the other half", "weight: 70")},
		"single": {one("v1"), one("v2")},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := reviewed(test.base, test.head)
			require.Zero(t, code, errs)
			golden.Equal(t, name+".md", out)
			code, out, errs = reviewed("-format", "json", test.base, test.head)
			require.Zero(t, code, errs)
			golden.Equal(t, name+".json", out)
		})
	}
}

// Whatever names hold, the block is Markdown of ours, mentions nobody, and is as long as
// a comment may be.
func TestReviewOfHostileTexts(t *testing.T) {
	base, head := t.TempDir(), t.TempDir()
	var text strings.Builder
	for i := range 3000 {
		text.WriteString("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"a" + strings.Repeat("x", i%200) +
			strings.Repeat("|@all <b>", 9) + "\"}\ndata: {a: b}\n")
	}
	require.NoError(t, os.WriteFile(filepath.Join(head, "a.yaml"), []byte(text.String()), 0o644))
	code, out, _ := reviewed(base, head)
	require.Equal(t, 1, code, "the names are none")
	require.LessOrEqual(t, len(out), 65_536)
	require.NotContains(t, out, "@all")
	require.NotContains(t, out, "<b>")
	require.Contains(t, out, "more are left out.")
}

func TestReviewUsage(t *testing.T) {
	dir := t.TempDir()
	settings := filepath.Join(dir, "lint.yaml")
	require.NoError(t, os.WriteFile(settings, []byte("ignore: [{code: SL201}, {code: SL304}]\n"), 0o644))
	for name, args := range map[string][]string{
		"none":        {},
		"one":         {dir},
		"three":       {dir, dir, dir},
		"input":       {"-", dir},
		"no such":     {dir, filepath.Join(dir, "none")},
		"no such one": {filepath.Join(dir, "none"), dir},
		"format":      {"-format", "text", dir, dir},
		"request":     {"-request", "a", dir, dir},
		"config":      {"-config", filepath.Join(dir, "none"), dir, dir},
		"flag":        {"-x", dir, dir},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := reviewed(args...)
			require.Equal(t, 2, code)
			require.Empty(t, out)
			require.True(t, strings.HasPrefix(errs, "review: "), errs)
		})
	}
	code, out, _ := reviewed("-h")
	require.Zero(t, code)
	golden.Equal(t, "usage.txt", out)

	base := tree(t, "mock-route.yaml")
	typo := tree(t, "mock-route.yaml", "subset: v2", "subset: v22")
	code, out, _ = reviewed("-config", settings, base, typo)
	require.Equal(t, 1, code, "it is not safe")
	require.NotContains(t, out, "SL201")
}

// A plan that has guards and states what fails anyway is reviewed with how long a fault stays
// unseen at each stage.
func TestReviewTellsHowLongAFaultStaysUnseen(t *testing.T) {
	data, err := os.ReadFile("../../release/gitops/testdata/good/enough-pods.yaml")
	require.NoError(t, err)
	base, head := filepath.Join(t.TempDir(), "base.yaml"), filepath.Join(t.TempDir(), "head.yaml")
	text := strings.NewReplacer(
		"    rollback:",
		"    metrics: [{name: errors, kind: Counts}]\n"+
			"    guards: [{metric: errors, worse: {ratio: 1.5, ceiling: 0.005}}]\n    rollback:",
		"    perPod: {shop: 20}", "    perPod: {shop: 20}\n    errors: 0.002",
		"sha256:017373566a2e75631c7f900e4221f14c6b6a09f52502899133478b931f59801b",
		"sha256:ef14009877d77c343639227ca366b162403b44a499f0ab0d1d59074d3038bf24",
	).Replace(string(data))
	require.NoError(t, os.WriteFile(base, []byte(text), 0o644))
	require.NoError(t, os.WriteFile(head, []byte(strings.Replace(text, "minReplicas: 5", "minReplicas: 6", 1)), 0o644))
	_, out, errs := reviewed(base, head)
	require.Empty(t, errs)
	_, unseen, found := strings.Cut(out, "#### How long")
	require.True(t, found, out)
	golden.Equal(t, "unseen.md", "#### How long"+unseen)

	_, out, errs = reviewed("-format", "json", base, head)
	require.Empty(t, errs)
	var r struct {
		Capacity []struct{ Detections []rollout.Detection }
	}
	require.NoError(t, json.Unmarshal([]byte(out), &r))
	require.Len(t, r.Capacity, 1)
	require.Len(t, r.Capacity[0].Detections, 2)
	require.Equal(t, "ratio", r.Capacity[0].Detections[0].Test)
}

// A change of pods is reviewed with what the release sends them, the roll back included;
// files alone say nothing of a release that is over, or of none.
func TestReviewTellsTheCapacity(t *testing.T) {
	base, head := "../../release/gitops/testdata/good/enough-pods.yaml",
		"../../release/gitops/testdata/bad/SL803-scaled-down.yaml"
	code, out, errs := reviewed(base, head)
	require.Equal(t, 0, code)
	require.Empty(t, errs)
	golden.Equal(t, "capacity.md", out)
	code, out, errs = reviewed("-format", "json", base, head)
	require.Equal(t, 0, code)
	require.Empty(t, errs)
	golden.Equal(t, "capacity.json", out)

	data, err := os.ReadFile(base)
	require.NoError(t, err)
	for name, change := range map[string][2]string{
		"a plan that cannot be read":   {"candidate: v2", "candidate: v9"},
		"a release without a state":    {"swimlane-go.github.io/state", "example.com/state"},
		"a candidate of other weights": {"percent: 100", "percent: 99"},
	} {
		file := filepath.Join(t.TempDir(), "head.yaml")
		require.Contains(t, string(data), change[0])
		require.NoError(t, os.WriteFile(file, []byte(strings.ReplaceAll(string(data), change[0], change[1])), 0o644))
		_, out, _ := reviewed(base, file)
		require.NotContains(t, out, "Capacity of", name)
	}
}
