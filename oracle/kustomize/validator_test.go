// Package kustomize compares what the library says about kustomize with kustomize itself, in
// process. It has only tests, in a separate module.
package kustomize

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// tree is a base and an overlay with krm among its validators.
var tree = map[string]string{
	"base/kustomization.yaml": "resources: [cart.yaml]\n",
	"base/cart.yaml": `apiVersion: v1
kind: Service
metadata: {name: cart}
spec: {selector: {app: cart}, ports: [{name: http, port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart-v1}
spec:
  selector: {matchLabels: {app: cart, version: v1}}
  template:
    metadata: {labels: {app: cart, version: v1}}
    spec: {containers: [{name: cart, image: "cart:v1"}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: cart}
spec:
  hosts: [cart]
  http:
  - route: [{destination: {host: cart}, weight: 100}]
`,
	"overlay/kustomization.yaml": "resources: [../base]\nnamespace: shop\nbuildMetadata: [originAnnotations]\n" +
		"validators: [lint.yaml]\n",
	"overlay/lint.yaml": `apiVersion: swimlane-go.github.io/v1
kind: Lint
metadata:
  name: lint
  annotations:
    config.kubernetes.io/function: |
      exec: {path: ./krm}
`,
}

// program builds a program of the examples.
func program(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	cmd := exec.Command("go", "build", "-o", path, "./examples/"+name)
	cmd.Dir = "../.."
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return path
}

// build builds the overlay of the tree with some changes.
func build(t *testing.T, program string, changes ...string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range tree {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(strings.NewReplacer(changes...).Replace(text)), 0o600))
	}
	data, err := os.ReadFile(program)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "overlay", "krm"), data, 0o700))
	options := krusty.MakeDefaultOptions()
	options.PluginConfig = types.EnabledPluginConfig(types.BploUseStaticallyLinked)
	options.PluginConfig.FnpLoadingOptions.EnableExec = true
	options.PluginConfig.FnpLoadingOptions.WorkingDir = filepath.Join(dir, "overlay")
	out, err := krusty.MakeKustomizer(options).Run(filesys.MakeFsOnDisk(), filepath.Join(dir, "overlay"))
	if err != nil {
		return "", err
	}
	text, err := out.AsYaml()
	require.NoError(t, err)
	return string(text), nil
}

// A build with errors fails. A good build is the same as without the validator.
func TestKRMValidatesABuild(t *testing.T) {
	krm := program(t, "krm")
	good, err := build(t, krm)
	require.NoError(t, err)
	require.Contains(t, good, "namespace: shop")
	plain, err := build(t, krm, "validators: [lint.yaml]\n", "")
	require.NoError(t, err)
	require.Equal(t, plain, good, "a validator changes nothing")

	for bad, change := range map[string][]string{
		"a weight that is negative": {"weight: 100", "weight: -1"},
		"a Service that is none":    {"host: cart", "host: crat"},
		"a key that is none":        {"weight: 100", "wieght: 100"},
	} {
		_, err := build(t, krm, change...)
		require.Error(t, err, bad)
	}
}

// lint checks a build as a whole, and names the source files.
func TestLintJudgesABuild(t *testing.T) {
	krm, lint := program(t, "krm"), program(t, "lint")
	judge := func(changes ...string) (string, error) {
		built, err := build(t, krm, append([]string{"validators: [lint.yaml]\n", ""}, changes...)...)
		require.NoError(t, err)
		cmd := exec.Command(lint, "-")
		cmd.Stdin = strings.NewReader(built)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	out, err := judge()
	require.NoError(t, err)
	require.Empty(t, out)
	out, err = judge("host: cart", "host: crat")
	require.Error(t, err)
	require.Contains(t, out,
		"../base/cart.yaml: error SL302 VirtualService shop/cart spec.http[0].route[0].destination.host: ")
}
