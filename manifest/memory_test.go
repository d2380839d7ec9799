package manifest_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

// A set keeps its texts and its objects, and not the nodes of the YAML, which take more than both.
// The test is not parallel: it reads the size of the heap.
func TestSetKeepsNoNodes(t *testing.T) {
	live := func() int {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC() // what pools hold is free after two
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc)
	}
	var text strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&text, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a%d}\ndata: {a: b, c: d, e: f, g: h}\n---\n", i)
	}
	file := manifest.File{Name: "a.yaml", Data: []byte(text.String())}
	before := live()
	set, err := manifest.Decode(file)
	require.NoError(t, err)
	object := (live() - before) / set.Len()
	require.Positive(t, set.All()[0].LineOf("data"))
	require.Less(t, object, 3000)
	runtime.KeepAlive(set)
}
