package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/internal/markup"
)

// evil is a text that could harm a terminal, a commit message, a comment on a pull request or the
// log of a workflow. quoted is the text in YAML.
const evil = "x\x1b[2J\u202ey\u2066\n\nCo-authored-by: x <x@example.com>\n@team, @org/team\n" +
	"::error::boom\r\u0085\u2028 @z"

const quotedEvil = `"x\e[2J\u202ey\u2066\n\nCo-authored-by: x <x@example.com>\n@team, @org/team\n::error::boom\r\N\L @z"`

// inJSON is evil in JSON, without the escapes that JSON lacks.
var inJSON = strings.NewReplacer(`\e`, `\u001b`, `\N\L`, "").Replace(quotedEvil)

// inComment is the part of evil that a line of YAML may contain.
const inComment = "# @team, @org/team \u202e\u2066 ::error::boom"

// story is a directory of a test.
type story struct {
	t   *testing.T
	dir string
}

// hostiles are directories that somebody may send in a pull request, by the place of the evil text.
func hostiles() map[string]func(s *story) {
	edit := func(file, old, replacement string) func(s *story) {
		return func(s *story) {
			text, found := files(s.t, s.dir)[file]
			require.True(s.t, found)
			require.Contains(s.t, text, old)
			require.NoError(s.t, os.WriteFile(filepath.Join(s.dir, file),
				[]byte(strings.ReplaceAll(text, old, replacement)), 0o644))
		}
	}
	write := func(file, text string) func(s *story) {
		return func(s *story) { require.NoError(s.t, os.WriteFile(filepath.Join(s.dir, file), []byte(text), 0o644)) }
	}
	rename := func(file, to string) func(s *story) {
		return func(s *story) { require.NoError(s.t, os.Rename(filepath.Join(s.dir, file), filepath.Join(s.dir, to))) }
	}
	annotated := func(key, value string) func(s *story) {
		return edit("mock-route.yaml", "  name: mock\n", "  name: mock\n  annotations: {"+key+": "+value+"}\n")
	}
	state := func(key, value string) func(s *story) {
		text := `{"schema":1,"revision":1,"stage":1,"since":"2026-03-11T08:07:00Z","planDigest":"sha256:6410b3efc169b5ae04aed83894d09cec924acecb9d5c5db65df92658fe9f43b5","phase":"Running",` + key + ":" + value + "}"
		return annotated("swimlane-go.github.io/state", "'"+text+"'")
	}
	all := func(each ...func(s *story)) func(s *story) {
		return func(s *story) {
			for _, do := range each {
				do(s)
			}
		}
	}
	const route = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: " + quotedEvil +
		", namespace: " + quotedEvil +
		"}\nspec:\n  hosts: [a.example.com]\n  gateways: [istio-system/ingressgateway]\n  http:\n  - name: " +
		quotedEvil + "\n    route:\n    - destination: {host: mocka.default.svc.cluster.local, subset: v3}\n"
	name := strings.NewReplacer("/", "_", "\n", "\n").Replace(evil) + ".yaml"
	in := func(where string) string { return strings.ReplaceAll(quotedEvil, `"`, where) }
	return map[string]func(s *story){
		"nothing": all(),
		"criteria": edit("release.yaml", "After verifying v3 is healthy under 10% load",
			quotedEvil),
		"all criteria": all(edit("release.yaml", "After deploying v3", quotedEvil),
			edit("release.yaml", "After verifying v3 under 30% load", quotedEvil),
			edit("release.yaml", "After confirming v3 is production-ready", quotedEvil)),
		"name of the plan":  edit("release.yaml", "  name: mock\n", "  name: "+quotedEvil+"\n"),
		"label of the plan": edit("release.yaml", `plan: "1"`, "plan: "+quotedEvil),
		"key of the plan": edit("release.yaml", "  candidate: |\n", "  "+quotedEvil+
			": x\n  candidate: |\n"),
		"key in the plan": edit("release.yaml", "    rollback: ", "    "+quotedEvil+
			": x\n    rollback: "),
		"stage":               edit("release.yaml", "name: full-promotion", "name: "+quotedEvil),
		"lane of the plan":    edit("release.yaml", "lane: v2", "lane: "+quotedEvil),
		"candidate":           edit("release.yaml", "candidate: v3", "candidate: "+quotedEvil),
		"version":             edit("release.yaml", "version: v3", "version: "+quotedEvil),
		"from":                edit("release.yaml", "from: v2", "from: "+quotedEvil),
		"service of an image": edit("release.yaml", "service: mocka", "service: "+quotedEvil),
		"image": edit("release.yaml",
			"image: registry.cn-beijing.aliyuncs.com/aliacs-app-catalog/go-http-sample:1.1", "image: "+quotedEvil),
		"route":         edit("release.yaml", "name: mock}", "name: "+quotedEvil+"}"),
		"route's route": edit("release.yaml", "name: mock}", "name: mock, route: "+quotedEvil+"}"),
		"group of lanes": edit("release.yaml", "routes: |\n    - {namespace: istio-system, name: mock}",
			"laneGroup: "+quotedEvil),
		"other plan": write("other.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: "+
			quotedEvil+"\n  labels: {swimlane-go.github.io/plan: \"1\"}\ndata: {}\n"),
		"comments": all(edit("mock-route.yaml", "# half of the traffic", inComment),
			edit("mock-route.yaml", "# the other half", inComment), edit("release.yaml", "# The plan", inComment)),
		"weight": edit("mock-route.yaml", "      weight: ", "      weight: "+quotedEvil+" # "),
		"subset": edit("mock-route.yaml", "subset: v2 ", "subset: "+quotedEvil+" "),
		"host of a destination": edit("mock-route.yaml", "host: mocka.default.svc.cluster.local", "host: "+
			quotedEvil),
		"delegate": edit("mock-route.yaml", "    route:\n", "    delegate: {name: "+quotedEvil+
			", namespace: "+quotedEvil+"}\n    x:\n"),
		"key of the route": edit("mock-route.yaml", "    route:\n", "    "+quotedEvil+": 1\n    route:\n"),
		"annotations":      annotated(quotedEvil, quotedEvil),
		"state":            annotated("swimlane-go.github.io/state", quotedEvil),
		"key in the state": state(inJSON, "1"),
		"phase":            state(`"phase"`, inJSON),
		"digest":           state(`"planDigest"`, inJSON),
		"mark": annotated("swimlane-go.github.io/revision: "+quotedEvil+
			", swimlane-go.github.io/retiring", quotedEvil),
		"state elsewhere": edit("swimlanegroup.yaml", "  name: mock\n",
			"  name: mock\n  annotations: {swimlane-go.github.io/state: "+quotedEvil+"}\n"),
		"lane":                  edit("swimlanes.yaml", "name: v2", "name: "+quotedEvil),
		"lane's group":          edit("swimlanes.yaml", "swimlane-group: mock", "swimlane-group: "+quotedEvil),
		"services of the group": edit("swimlanegroup.yaml", "name: mockb", "name: "+quotedEvil),
		"Deployment":            edit("mock-v2.yaml", "name: mockb-v2", "name: "+quotedEvil),
		"container": all(edit("mock-v2.yaml", "- name: default", "- name: "+quotedEvil),
			edit("release.yaml", "container: default", "container: "+quotedEvil)),
		"image of now": edit("mock-v2.yaml",
			"image: registry.cn-beijing.aliyuncs.com/aliacs-app-catalog/go-http-sample:1.0", "image: "+quotedEvil),
		"environment": edit("mock-v2.yaml", "value: v2", "value: "+quotedEvil),
		"labels":      edit("mock-v2.yaml", "app: mockb", "app: "+quotedEvil),
		"replicas":    edit("mock-v2.yaml", "replicas: 1", "replicas: "+quotedEvil),
		"autoscaler": write("scale.yaml",
			"apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: "+quotedEvil+
				"}\nspec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: mocka-v2}, maxReplicas: 3}\n"),
		"route that blocks": write("blocks.yaml",
			strings.Replace(route, "spec:", "spec: # "+in(""), 1)),
		"route that is twice": all(write("a.yaml", route), write("b.yaml", route)),
		"kind": write("kind.yaml", "apiVersion: "+quotedEvil+"\nkind: "+quotedEvil+
			"\nmetadata: {name: "+quotedEvil+"}\n"),
		"key twice": write("twice.yaml",
			"apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {"+quotedEvil+": 1, "+quotedEvil+": 2}\n"),
		"not YAML":               write("broken.yaml", quotedEvil+": ["),
		"not YAML, by an anchor": write("broken.yaml", "a: *@team\n"),
		"conflict": edit("mock-route.yaml", "    route:\n", "<<<<<<< HEAD "+inComment+
			"\n    route:\n=======\n>>>>>>> "+inComment+"\n"),
		"kustomization": write("kustomization.yaml", "resources: ["+quotedEvil+
			"]\npatches: [{path: "+quotedEvil+", target: {kind: VirtualService}}]\n"),
		"name of the route's file":      rename("mock-route.yaml", name),
		"name of the plan's file":       rename("release.yaml", name),
		"name of the Deployments' file": rename("mock-v2.yaml", "v2"+name),
		"name of a broken file":         write(name, "a: ["),
		"route's file that begins like a command": all(edit("mock-route.yaml", "    route:\n",
			"<<<<<<< HEAD\n    route:\n"), rename("mock-route.yaml", "::error::mock-route.yaml")),
		"plan's file that begins like a trailer": all(edit("release.yaml", "percent: 50", "percent: 51"),
			rename("release.yaml", "Co-authored-by: x.yaml")),
		"broken file that begins like a command": write("::error::x.yaml", "a: ["),
		"hidden directory of a command": func(s *story) {
			require.NoError(s.t, os.Mkdir(filepath.Join(s.dir, "::error::"), 0o755))
			write("::error::/x.yaml", "a: [")(s)
		},
		"new file that begins like a command": rename("mock-v2.yaml", "::error::v2.yaml"),
		"name of a hidden file":               write("."+name, "a: b\n"),
		"name of a link": func(s *story) {
			require.NoError(s.t,
				os.Symlink("/"+evil, filepath.Join(s.dir, name)))
		},
		"two files of one route": func(s *story) {
			text := files(s.t, s.dir)["mock-route.yaml"]
			write(name, text)(s)
		},
	}
}

var (
	mention  = regexp.MustCompile(`(^|[^0-9A-Za-z_])@[\pL\pN_]`)
	trailer  = regexp.MustCompile(`(?mi)^\s*[a-z-]+-by:`)
	workflow = regexp.MustCompile(`(?m)^\s*::`)
)

// requireHarmless checks that an output cannot do harm.
func requireHarmless(t *testing.T, what, output string) {
	t.Helper()
	require.True(t, utf8.ValidString(output), "%s\n%q", what, output)
	for _, r := range output {
		require.False(t, markup.Hides(r) && r != '\n' && r != '\t', "%s\n%q", what, output)
	}
	require.Empty(t, mention.FindString(output), "%s\n%s", what, output)
	require.Empty(t, trailer.FindString(output), "%s\n%s", what, output)
	require.Empty(t, workflow.FindString(output), "%s\n%s", what, output)
}

// The output is harmless, whatever the directory contains.
func TestOutputIsHarmless(t *testing.T) {
	early := []string{"status", "status -format json", "plan", "init -candidate v3", "prepare -message",
		"start -message", "promote -to 4", "rollback -message -reason REASON", "cleanup -format json",
		"plan -format json"}
	late := []string{"status", "plan -format markdown", "capacity", "capacity -format markdown",
		"capacity -format json", "promote -message", "adopt -as 2 -reason REASON", "replan",
		"rollback -format json", "cleanup"}
	atStage := os.DirFS(done(t, checkout(t), "prepare", "start", "promote"))
	for name, spoil := range hostiles() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &story{t, checkout(t)}
			spoil(s)
			s.requireHarmless(early)
			s.dir = t.TempDir()
			require.NoError(t, os.CopyFS(s.dir, atStage))
			spoil(s)
			s.requireHarmless(late)
		})
	}
}

// requireHarmless runs commands and checks that their output is harmless.
func (s *story) requireHarmless(commands []string) {
	s.t.Helper()
	for _, line := range commands {
		args := []string{"-dir", s.dir}
		for _, arg := range strings.Fields(line) {
			args = append(args, strings.ReplaceAll(arg, "REASON", evil))
		}
		code, stdout, stderr := execGitops(args...)
		requireHarmless(s.t, line, stdout)
		requireHarmless(s.t, line, stderr)
		if slices.Contains(args, "-message") && code == cli.Done {
			requireNoTrailer(s.t, stdout)
		}
	}
}

// requireNoTrailer checks that Git finds no trailer in a commit message.
func requireNoTrailer(t *testing.T, message string) {
	t.Helper()
	git := exec.Command("git", "interpret-trailers", "--parse")
	git.Stdin = strings.NewReader(message)
	out, err := git.Output()
	require.NoError(t, err)
	require.Empty(t, string(out), message)
}

// Arguments of the caller are printed without harm too.
func TestArgumentsAreHarmless(t *testing.T) {
	dir := checkout(t)
	for _, args := range [][]string{
		{evil}, {"-" + evil}, {"-dir", evil, "status"}, {"-dir", dir, evil}, {"-dir", dir, "status", evil},
		{"-dir", dir, "-format", evil, "status"},
		{"-dir", dir, "-plan", evil, "status"}, {"-dir", dir, "-plan", evil, "rollback", "-format", "json"},
		{"-dir", dir, "-revision", evil, "status"},
		{"-dir", dir, "promote", "-to", evil}, {"-dir", dir, "adopt", "-as", evil},
		{"-dir", dir, "init", "-candidate", evil}, {"-dir", dir, "replan", "-as", evil},
		{"-dir", dir, "-dry-run=" + evil, "prepare"}, {"-dir", dir, "pause", "-reason", evil},
	} {
		_, stdout, stderr := execGitops(args...)
		requireHarmless(t, strings.Join(args, " "), stdout)
		requireHarmless(t, strings.Join(args, " "), stderr)
	}
}

// The check of the messages can fail.
func TestGitFindsTrailers(t *testing.T) {
	git := exec.Command("git", "interpret-trailers", "--parse")
	git.Stdin = strings.NewReader("mock: prepare v3\n\nCo-authored-by: x <x@example.com>\n")
	out, err := git.Output()
	require.NoError(t, err)
	require.Equal(t, "Co-authored-by: x <x@example.com>\n", string(out))
}
