package manifest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// long returns a file of so many documents, the last of them a route.
func long(documents int) []byte {
	var b strings.Builder
	for i := range documents - 1 {
		b.WriteString(configMap(fmt.Sprintf("c%d", i)) + "data:\n  a: b\n  c: d\n---\n")
	}
	b.WriteString(vs(twoLanes))
	return []byte(b.String())
}

func BenchmarkDecode(b *testing.B) {
	for _, documents := range []int{10, 1000} {
		b.Run(fmt.Sprintf("documents=%d", documents), func(b *testing.B) {
			file := manifest.File{Name: "in.yaml", Data: long(documents)}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := manifest.Decode(file); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A weight edit in a file of 2,000 lines.
func BenchmarkEdit(b *testing.B) {
	file := manifest.File{Name: "in.yaml", Data: long(250)}
	if lines := strings.Count(string(file.Data), "\n"); lines < 2000 {
		b.Fatal(lines)
	}
	set, err := manifest.Decode(file)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := set.Edit(manifest.SetWeights{Object: mockRoute,
			Weights: rollout.Weights{w("v1", 30), w("v2", 70)}}); err != nil {
			b.Fatal(err)
		}
	}
}

// The cost of a document does not depend on how many there are.
func TestAllocationsPerDocumentDoNotGrow(t *testing.T) {
	cost := func(documents int) float64 {
		file := manifest.File{Name: "in.yaml", Data: long(documents)}
		return testing.AllocsPerRun(3, func() {
			if _, err := manifest.Decode(file); err != nil {
				panic(err)
			}
		})
	}
	few, some, many := cost(10), cost(100), cost(1000)
	require.LessOrEqual(t, (many-some)/900, (some-few)/90*1.05)
}
