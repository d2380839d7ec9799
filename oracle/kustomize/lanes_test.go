package kustomize

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/validate"
)

// drawLanes returns a base with a lane group of the weighted strategy, and an overlay in which JSON
// patches say the weights of its lanes, each in a random way.
func drawLanes(t *testing.T, random *rand.Rand) layout {
	l := layout{files: map[string]string{}, dir: "."}
	var listed []string
	put := func(name, text string) {
		l.files["base/"+name] = text
		listed = append(listed, name)
	}
	for name, text := range sample(t) {
		if strings.HasPrefix(name, "mock-v") {
			put(name, text)
		}
	}
	paths, err := filepath.Glob("../../examples/gitops/testdata/weighted/*.yaml")
	require.NoError(t, err)
	for _, path := range paths {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		put(filepath.Base(path), string(data))
	}
	l.files["base/kustomization.yaml"] = list(random, listed)
	const whole = "  ingressWeight:\n    destination:\n      host: mocka.default.svc.cluster.local\n"
	const value = "{destination: {host: mocka.default.svc.cluster.local}, weight: 50}"
	bases := strings.Split(l.files["base/swimlanes.yaml"], "---\n")
	require.Len(t, bases, 2)
	patches := "patches:\n"
	for i, lane := range []string{"v1", "v2"} {
		op := func(op, path, value string) string {
			if random.IntN(2) == 0 {
				return fmt.Sprintf("- {op: %s, path: %s, value: %s} # of %s\n", op, path, value, lane)
			}
			return fmt.Sprintf("- op: %s\n  path: %s\n  value: %s\n", op, path, value)
		}
		head, weight, found := strings.Cut(bases[i], whole)
		require.True(t, found)
		patch := op("test", "/spec/labelSelector/version", lane)
		if random.IntN(2) == 0 {
			patch = ""
		}
		switch random.IntN(6) {
		case 0: // all of it is in the patch
			bases[i] = head
			patch += op("add", "/spec/ingressWeight", value)
		case 1: // it says something else beneath
			bases[i] = head + whole + "    weight: 7\n"
			patch += op("replace", "/spec/ingressWeight", value)
		case 2: // the weight alone is in the patch
			bases[i] = head + whole + "    weight: 7\n"
			patch += op("replace", "/spec/ingressWeight/weight", "50")
		case 3: // beneath is no weight
			bases[i] = head + whole
			patch += op("add", "/spec/ingressWeight/weight", "50")
		case 4: // the weight is beneath alone
			bases[i] = head + strings.Replace(whole, "mocka.default", "old.default", 1) + weight
			patch += op("replace", "/spec/ingressWeight/destination/host", "mocka.default.svc.cluster.local")
		default: // another value first
			bases[i] = head
			patch += op("add", "/spec/ingressWeight", "{destination: {host: mocka.default.svc.cluster.local}}")
			patch += op("add", "/spec/ingressWeight/weight", "50")
		}
		if random.IntN(3) == 0 {
			patch += op("add", "/metadata/labels/team", "shop")
		}
		target := "  target: {kind: ASMSwimLane, name: " + lane + "}\n"
		if random.IntN(2) == 0 {
			l.files["prod/"+lane+".yaml"] = patch
			patches += "- path: " + lane + ".yaml\n" + target
		} else {
			patches += "- patch: |-\n    " + strings.ReplaceAll(strings.TrimSuffix(patch, "\n"), "\n", "\n    ") + "\n" +
				target
		}
	}
	l.files["base/swimlanes.yaml"] = strings.Join(bases, "---\n")
	l.files["prod/kustomization.yaml"] = "resources: [../base]\n" + patches
	return l
}

// A release moves the weights of lanes that JSON patches say. After every commit kustomize builds
// what we read, with the weights of the plan.
func TestLanesOfOperationsMove(t *testing.T) {
	for i := range *trees / 2 {
		seed := *first + uint64(i)
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 2))
			l := drawLanes(t, random)
			requireBuilt := func(when string) {
				text, err := l.build(t, "prod", when).AsYaml()
				require.NoError(t, err)
				built, err := manifest.Decode(manifest.File{Name: "built.yaml", Data: text})
				require.NoError(t, err)
				require.Empty(t, manifest.Diff(l.set(t).Build().Set.Overlaid(), built).String(), "%s\n%v", when, l.files)
				require.NoError(t, validate.Check(built).Err(), when)
			}
			requireBuilt("before")
			start := maps.Clone(l.files)
			back := random.IntN(2) == 0
			words := []string{"Prepare", "Start", "Promote", "RollBack", "CleanUp", "CleanUp", "CleanUp"}
			if !back {
				words = []string{"Prepare", "Start", "Promote", "Promote", "Promote", "Finish", "CleanUp", "CleanUp",
					"CleanUp"}
			}
			for _, word := range words {
				c, err := l.ask(t, word, "")
				require.NoError(t, err, "%s\n%v", word, l.files)
				l.write(c.Files)
				requireBuilt(word)
				tree, err := gitops.Open(l.set(t), "")
				require.NoError(t, err)
				if tree.Prepared() && word != "CleanUp" {
					found := tree.Found()[0].Weights
					require.True(t, tree.Config.Plan.Weights(tree.State).Equivalent(found), "%s: %s", word, found)
				}
			}
			if !back {
				return
			}
			for name, text := range l.files { // what the overlay got stays
				if strings.HasPrefix(name, "base/") {
					require.Equal(t, start[name], text, name)
				}
			}
		})
	}
}
