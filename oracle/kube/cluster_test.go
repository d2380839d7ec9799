package kube_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/lanes"
	kube "github.com/swimlane-go/swimlane/oracle/kube/cluster"
)

// cluster is a cluster with the CRDs of the lane kinds and of Istio.
type cluster struct{ kube.Cluster }

// startCluster returns a cluster that ends with the test.
func startCluster(t *testing.T) cluster {
	t.Helper()
	return cluster{kube.Start(t, laneCRDs(t), istioCRDs(t))}
}

func laneCRDs(t *testing.T) []byte {
	t.Helper()
	files, err := fs.Glob(lanes.CRDs(), "*.yaml")
	require.NoError(t, err)
	var all bytes.Buffer
	for _, name := range files {
		text, err := fs.ReadFile(lanes.CRDs(), name)
		require.NoError(t, err)
		fmt.Fprintf(&all, "---\n%s", text)
	}
	return all.Bytes()
}

// istioCRDs returns the CRDs of Istio's API, in the version that the library uses.
func istioCRDs(t *testing.T) []byte {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "istio.io/api").Output()
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "kubernetes",
		"customresourcedefinitions.gen.yaml"))
	require.NoError(t, err)
	return text
}
