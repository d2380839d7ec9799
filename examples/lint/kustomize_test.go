package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/cli"
)

// In a directory that kustomize builds, kustomizations and patches are judged as what
// they are, and what the build changes is said.
func TestKustomize(t *testing.T) {
	t.Chdir(t.TempDir())
	put := func(name, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
	put("base/kustomization.yaml", "resources: [cart.yaml]\n")
	put("base/cart.yaml", `apiVersion: v1
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
`)
	put("over/kustomization.yaml",
		"resources: [../base]\npatches: [{path: pods.yaml}, {path: route.yaml, target: {kind: VirtualService}}]\n")
	put("over/pods.yaml",
		"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart-v1}\nspec: {replicas: 3, $patch: merge}\n")
	put("over/route.yaml", "- {op: replace, path: /spec/http/0/route/0/weight, value: 100}\n")
	code, stdout, stderr := lintArgs("base")
	require.Equal(t, cli.Done, code)
	require.Empty(t, stdout+stderr, "a good tree is clean")
	code, stdout, stderr = lintArgs(".")
	require.Equal(t, cli.Done, code)
	require.Empty(t, stdout)
	require.Equal(t,
		"lint: note: kustomize changes what is read here (over/kustomization.yaml:2: patches): judge the build: kustomize build over | lint -\n",
		stderr)

	put("base/lost.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: lost}\nspec: {ports: [{port: 0}]}\n")
	put("base/values.yaml", "a: b\n")
	code, stdout, stderr = lintArgs("base")
	require.Equal(t, cli.Done, code)
	require.Empty(t, stdout, "it is not deployed")
	require.Equal(t, "lint: note: base/lost.yaml: passed over: no kustomization lists it: it is not deployed\n", stderr)

	put("over/kustomization.yaml", "resourses: [../base]\n")
	code, stdout, _ = lintArgs("over")
	require.Equal(t, cli.Bad, code)
	require.Contains(t, stdout, "over/kustomization.yaml:1: error SL002 resourses: ")
}
