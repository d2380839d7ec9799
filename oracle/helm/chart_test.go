// Package helm compares what the library says about Helm charts with Helm's own engine, in process.
// It has only tests, in a separate module.
package helm

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"sigs.k8s.io/yaml"
)

const sample = "../../examples/gitops/testdata/chart"

// programs builds programs of the examples, and returns their directory.
func programs(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	args := []string{"build", "-o", dir + string(filepath.Separator)}
	for _, name := range names {
		args = append(args, "./examples/"+name)
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = "../.."
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return dir
}

// render returns the output of helm template for a chart.
func render(t *testing.T, dir string) string {
	t.Helper()
	chart, err := loader.Load(dir)
	require.NoError(t, err)
	values, err := chartutil.ToRenderValues(chart, chart.Values,
		chartutil.ReleaseOptions{Name: "shop", Namespace: "default"}, nil)
	require.NoError(t, err)
	files, err := engine.Render(chart, values)
	require.NoError(t, err)
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		out.WriteString("---\n# Source: " + name + "\n" + files[name])
	}
	return out.String()
}

// weights returns the weights of the only VirtualService, by lane.
func weights(t *testing.T, text string) map[string]int {
	t.Helper()
	out := map[string]int{}
	for _, doc := range strings.Split(text, "---\n") {
		var vs struct {
			Kind string
			Spec struct {
				HTTP []struct {
					Route []struct {
						Weight      int
						Destination struct{ Subset string }
					}
				}
			}
		}
		require.NoError(t, yaml.Unmarshal([]byte(doc), &vs))
		if vs.Kind == "VirtualService" {
			for _, r := range vs.Spec.HTTP[0].Route {
				out[r.Destination.Subset] = r.Weight
			}
		}
	}
	return out
}

// After every command of a release Helm's output has the weights of the plan. lint finds at most
// infos in it, and preview shares the requests among the lanes with weight. In the values only
// weights, entries of lanes and the state have changed.
func TestARelease(t *testing.T) {
	bin := programs(t, "gitops", "lint", "preview")
	for name, values := range map[string]string{
		"a mapping": "",
		"a list":    "weights:\n- lane: v1 # the old one\n  weight: 50\n- lane: v2\n  weight: 50\n",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.CopyFS(dir, os.DirFS(sample)))
			file := filepath.Join(dir, "values.yaml")
			if values != "" { // the templates range over a list
				edit(t, file, func(text string) string {
					return regexp.MustCompile(`(?s)weights:\n.*?\n\n`).ReplaceAllString(text, values+"\n")
				})
				edit(t, filepath.Join(dir, "templates", "routes.yaml"), func(text string) string {
					return strings.NewReplacer("range $lane, $weight := .Values.weights", "range .Values.weights",
						"{{ $lane }}", "{{ .lane }}", "{{ $weight }}", "{{ .weight }}").Replace(text)
				})
			}
			before := read(t, file)
			for _, step := range []struct {
				command string
				want    map[string]int
			}{
				{"status", map[string]int{"v1": 50, "v2": 50}},
				{"prepare", map[string]int{"v1": 50, "v2": 50, "v3": 0}},
				{"start", map[string]int{"v1": 45, "v2": 45, "v3": 10}},
				{"promote", map[string]int{"v1": 0, "v2": 0, "v3": 100}},
				{"back", map[string]int{"v1": 45, "v2": 45, "v3": 10}},
				{"pause", map[string]int{"v1": 45, "v2": 45, "v3": 10}},
				{"rollback", map[string]int{"v1": 50, "v2": 50, "v3": 0}},
				{"cleanup", map[string]int{"v1": 50, "v2": 50}},
				{"prepare", map[string]int{"v1": 50, "v2": 50, "v3": 0}},
				{"start", map[string]int{"v1": 45, "v2": 45, "v3": 10}},
				{"promote", map[string]int{"v1": 0, "v2": 0, "v3": 100}},
				{"finish", map[string]int{"v1": 0, "v2": 0, "v3": 100}},
				{"cleanup", map[string]int{"v3": 100}},
			} {
				run(t, "", filepath.Join(bin, "gitops"), "-dir", dir, step.command)
				text := render(t, dir)
				require.Equal(t, step.want, weights(t, text), step.command)
				require.NotRegexp(t, "(?m): (error|warning) ", run(t, text, filepath.Join(bin, "lint"), "-"),
					step.command)
				preview := run(t, text, filepath.Join(bin, "preview"), "-host", "shop.example.com", "-path", "/", "-")
				for lane, percent := range step.want {
					require.Equal(t, percent > 0, strings.Contains(preview, "shop@"+lane), "%s\n%s", step.command,
						preview)
				}
				require.Equal(t, comments(before, step.want), comments(read(t, file), step.want), step.command)
				if step.command == "cleanup" && len(step.want) == 2 {
					require.Equal(t, before, read(t, file), "after a roll back and its clean-up all is as it was")
				}
				require.NotContains(t, run(t, "", filepath.Join(bin, "lint"), dir), ": error ", step.command)
			}
		})
	}
}

// comments returns the lines of a text without those of removed lanes, of the candidate and of the
// state. All weights become the same text.
func comments(text string, lanes map[string]int) string {
	var out []string
	skip := false
	for line := range strings.Lines(text) {
		entry := regexp.MustCompile(`^(?:- lane: |  '?)(v\d)'?(?:: \d+.*| .*)?\n$`).FindStringSubmatch(line)
		if entry != nil {
			_, kept := lanes[entry[1]]
			skip = !kept || entry[1] == "v3"
		} else if !strings.HasPrefix(line, "  weight:") {
			skip = strings.HasPrefix(line, "swimlaneState: ")
		}
		if !skip {
			out = append(out, regexp.MustCompile(`((?:v\d'?|weight): )\d+`).ReplaceAllString(line, "${1}N"))
		}
	}
	return strings.Join(out, "")
}

// run runs a program, which must succeed, and returns its output.
func run(t *testing.T, stdin, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s %s\n%s", program, args, out)
	return string(out)
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(data)
}

func edit(t *testing.T, file string, change func(string) string) {
	t.Helper()
	before := read(t, file)
	after := change(before)
	require.NotEqual(t, before, after)
	require.NoError(t, os.WriteFile(file, []byte(after), 0o644))
}
