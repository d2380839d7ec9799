package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/internal/jsonschema"
	"github.com/swimlane-go/swimlane/release/gitops"
)

// demanded adds a demand to the plan of a directory: 60 requests a second, of which a pod of mocka
// carries 20.
const demanded = `edit release.yaml   candidate: |\n => ` +
	`  demand: |\n    requests: [{path: /mock, rate: 60}]\n    perPod: {mocka: 20}\n    errors: 0.002\n  candidate: |\n`

// The plan and the load of its places, in each format. With too few pods for the demand, capacity
// exits with 1. Without a demand it only says so.
func TestLooks(t *testing.T) {
	const prepared = demanded + "\nprepare\n"
	enough := strings.Repeat("edit mock-vN.yaml replicas: 1 => replicas: 4\n", 3)
	for n := 1; n <= 3; n++ {
		enough = strings.Replace(enough, "mock-vN", "mock-v"+string(rune('0'+n)), 1)
	}
	for name, test := range map[string]struct {
		script string
		code   int
	}{
		"plan.json":                            {"gated prepare\nplan -format json", cli.Done},
		"plan-detections.json":                 {"gated " + prepared + "start\nplan -format json", cli.Done},
		"plan-rolled-back.json":                {prepared + "rollback\nplan -format json", cli.Done},
		"plan-before-prepare.json":             {"plan -format json", cli.Done},
		"plan-none.json":                       {"remove release.yaml\nplan -format json", cli.Bad},
		"plan-bad.json":                        {"edit release.yaml percent: 80 => percent: 81\nplan -format json", cli.Bad},
		"capacity.json":                        {prepared + enough + "capacity -format json", cli.Done},
		"capacity.md":                          {prepared + enough + "capacity -format markdown", cli.Done},
		"capacity.txt":                         {prepared + enough + "capacity", cli.Done},
		"capacity-too-few.txt":                 {prepared + "capacity", cli.Bad},
		"capacity-too-few.json":                {prepared + "capacity -format json", cli.Bad},
		"capacity-no-demand.txt":               {"prepare\nedit mock-v1.yaml replicas: 1 => replicas: 9\ncapacity", cli.Done},
		"capacity-too-few-before-prepare.json": {demanded + "\ncapacity -format json", cli.Bad},
		"capacity-before-prepare.txt":          {"capacity", cli.Done},
		"capacity-cannot-prepare.txt":          {"edit release.yaml mocka => mockz\ncapacity", cli.Bad},
		"capacity-none.json":                   {"remove release.yaml\ncapacity -format json", cli.Bad},
		"capacity-unreadable-state.txt":        {prepared + "edit mock-route.yaml planDigest => digest\ncapacity", cli.Bad},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			overlay := ""
			script, gated := strings.CutPrefix(test.script, "gated ")
			if gated {
				overlay = "gated"
			}
			s := newStory(t, overlay)
			lines := strings.Split(script, "\n")
			for _, line := range lines[:len(lines)-1] {
				if gated && line == "start" {
					line = "start -by ann"
				}
				if !s.byHand(files(t, s.dir), strings.ReplaceAll(line, `\n`, "\n")) {
					s.play("quietly " + line)
				}
			}
			code, stdout, stderr := s.run(lines[len(lines)-1])
			require.Equal(t, test.code, code, stderr)
			if code == cli.Bad && !strings.HasPrefix(name, "capacity-too-few") {
				require.NotEmpty(t, stderr)
				stdout += strings.TrimSuffix(map[bool]string{true: stderr}[strings.HasSuffix(name, ".txt")], "")
			}
			if strings.HasSuffix(name, ".json") {
				requireLook(t, name, stdout)
			}
			golden.Equal(t, "looks/"+name, strings.ReplaceAll(stdout, s.dir, "DIR"))
		})
	}
}

// requireLook checks that text is one object of the schema. Go programs must decode a plan without
// loss.
func requireLook(t *testing.T, name, text string) {
	t.Helper()
	program, _, _ := strings.Cut(strings.TrimSuffix(name, ".json"), "-")
	require.Empty(t, jsonschema.Read(t, "../../docs/"+program+".schema.json").Faults(text))
	if program == "capacity" { // a load has its own encoding, and no decoding
		return
	}
	var r gitops.PlanReport
	require.NoError(t, json.Unmarshal([]byte(text), &r))
	var again bytes.Buffer
	require.NoError(t, cli.JSON(cli.Clean(&again), r))
	require.Equal(t, text, again.String())
}

// The page names every key of both objects.
func TestKeysOfLooksAreDocumented(t *testing.T) {
	data, err := os.ReadFile("../../docs/gitops.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(data), "\n## JSON of a plan\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	var walk func(value any)
	walk = func(value any) {
		switch v := value.(type) {
		case []any:
			for _, item := range v {
				walk(item)
			}
		case map[string]any:
			for key, item := range v {
				require.Contains(t, section, "`"+key+"`")
				if key != "definition" && key != "perPod" { // keys of the plan, and names
					walk(item)
				}
			}
		}
	}
	paths, err := filepath.Glob("testdata/looks/*.json")
	require.NoError(t, err)
	require.Greater(t, len(paths), 5)
	for _, path := range paths {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		var value any
		require.NoError(t, json.Unmarshal(data, &value))
		walk(value)
	}
}
