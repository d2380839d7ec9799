//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/cli"
)

// program builds the program, as users do.
func program(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "gitops")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
	return path
}

// fourRoutes returns the sample directory with four routes that move together.
func fourRoutes(t *testing.T) string {
	dir := checkout(t)
	plan, err := os.ReadFile(filepath.Join(dir, "release.yaml"))
	require.NoError(t, err)
	data, err := os.ReadFile(filepath.Join(dir, "mock-route.yaml"))
	require.NoError(t, err)
	_, route, _ := strings.Cut(string(data), "---\n")
	const entry = "    - {namespace: istio-system, name: mock}\n"
	require.Contains(t, string(plan), entry)
	entries := entry
	for _, name := range []string{"a", "p", "q"} {
		entries += strings.Replace(entry, "name: mock", "name: "+name, 1)
		text := strings.NewReplacer("name: mock\n", "name: "+name+"\n", "exact: /mock", "exact: /"+name).Replace(route)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "route-"+name+".yaml"), []byte(text), 0o644))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "release.yaml"),
		[]byte(strings.Replace(string(plan), entry, entries, 1)), 0o644))
	return dir
}

// processes runs commands on a directory at the same time, and returns their exit codes.
func processes(t *testing.T, program, dir string, commands []string) []int {
	var all []*exec.Cmd
	outputs := make([]bytes.Buffer, len(commands))
	for i, command := range commands {
		cmd := exec.Command(program, append([]string{"-dir", dir}, strings.Fields(command)...)...)
		cmd.Stdout, cmd.Stderr = &outputs[i], &outputs[i]
		all = append(all, cmd)
	}
	for _, cmd := range all {
		require.NoError(t, cmd.Start())
	}
	codes := make([]int, len(all))
	for i, cmd := range all {
		err := cmd.Wait()
		exit := new(exec.ExitError)
		require.True(t, err == nil || errors.As(err, &exit), "%v", err)
		codes[i] = cmd.ProcessState.ExitCode()
		require.Contains(t, []int{cli.Done, cli.Bad}, codes[i], "%s\n%s", commands[i], &outputs[i])
	}
	return codes
}

// after returns the directory after commands that ran in sequence. All must succeed; otherwise it
// returns nil. known caches the results.
func after(t *testing.T, known map[string]map[string]string, start map[string]string,
	commands []string) map[string]string {
	at := start
	for i, command := range commands {
		key := fmt.Sprint(at["mock-route.yaml"], commands[:i], command)
		next, found := known[key]
		if !found {
			dir := t.TempDir()
			for name, text := range at {
				require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
			}
			if code, _, _ := execGitops(append([]string{"-dir", dir},
				strings.Fields(command)...)...); code == cli.Done {
				next = timeless(files(t, dir))
			}
			known[key] = next
		}
		if at = next; at == nil {
			return nil
		}
	}
	return at
}

// since matches the time of a state.
var since = regexp.MustCompile(`"since":"[^"]*"`)

// timeless returns the texts of a directory with the same time in all states.
func timeless(texts map[string]string) map[string]string {
	for name, text := range texts {
		texts[name] = since.ReplaceAllString(text, `"since":"2026-03-11T08:00:00Z"`)
	}
	return texts
}

// orders returns all orders of a list.
func orders(list []string) [][]string {
	if len(list) == 0 {
		return [][]string{nil}
	}
	var out [][]string
	for i := range list {
		for _, rest := range orders(slices.Delete(slices.Clone(list), i, i+1)) {
			out = append(out, append([]string{list[i]}, rest...))
		}
	}
	return out
}

// Of commands that run at the same time, each succeeds as a whole, or is refused and writes
// nothing. The directory is the result of the successful ones in sequence. A roll back waits, and
// succeeds.
func TestProcessesAtOnce(t *testing.T) {
	t.Parallel()
	const rounds = 200
	binary := program(t)
	random := rand.New(rand.NewPCG(11, 1))
	start := fourRoutes(t)
	for _, command := range []string{"prepare", "start", "promote"} {
		code, _, stderr := execGitops("-dir", start, command)
		require.Equal(t, cli.Done, code, stderr)
	}
	before := timeless(files(t, start))
	known := map[string]map[string]string{}
	done := 0
	for round := range rounds {
		dir := t.TempDir()
		for name, text := range before {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
		}
		choice := []string{"promote", "back", "pause", "promote -to 4", "adopt -as 1", "promote -revision 3"}
		if round%2 == 0 {
			choice = append(choice, "rollback", "rollback", "rollback")
		}
		commands := make([]string, 2+round%4/2*2) // two or four
		for i := range commands {
			commands[i] = choice[random.IntN(len(choice))]
		}
		var those []string
		for i, code := range processes(t, binary, dir, commands) {
			if code == cli.Done {
				those = append(those, commands[i])
			} else {
				require.NotEqual(t, "rollback", commands[i], "of %q", commands)
			}
		}
		done += len(those)
		got := timeless(files(t, dir))
		require.True(t, slices.ContainsFunc(orders(those), func(order []string) bool {
			return maps.Equal(got, after(t, known, before, order))
		}), "after %q, of which these were done: %q", commands, those)
	}
	t.Logf("%d rounds, %d commands done", rounds, done)
}
