package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/internal/golden"
)

func krm(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

// list returns a ResourceList with a route of two destinations, and its function's spec.
func list(weight, spec string) string {
	return `apiVersion: config.kubernetes.io/v1
kind: ResourceList
functionConfig:
  apiVersion: swimlane-go.github.io/v1
  kind: Lint
  metadata: {name: lint}
  spec: ` + spec + `
items:
- apiVersion: v1
  kind: Service
  metadata:
    name: cart
    annotations: {config.kubernetes.io/path: cart.yaml}
  spec: {selector: {app: cart}, ports: [{name: http, port: 80}]}
- apiVersion: networking.istio.io/v1
  kind: VirtualService
  metadata:
    name: cart
    annotations:
      config.kubernetes.io/path: out.yaml
      config.kubernetes.io/origin: |
        path: ../base/routes.yaml
  spec:
    hosts: [cart]
    http:
    - timeout: 1s
      route:
      - {destination: {host: cart}, weight: ` + weight + `}
      - {destination: {host: recorder}, weight: 10}
`
}

const elsewhere = "{partial: true, external: [Service/default/recorder]}"

func TestOutput(t *testing.T) {
	for name, test := range map[string]struct {
		stdin string
		code  int
	}{
		"good":      {list("90", elsewhere), cli.Done},
		"broken":    {list("-90", elsewhere), cli.Bad},
		"missing":   {list("90", "{}"), cli.Bad},
		"ignored":   {list("90", "{ignore: [{code: SL302, kind: VirtualService}, {code: SL304}]}"), cli.Done},
		"no-items":  {"apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n", cli.Done},
		"no-object": {"kind: ResourceList\nitems: [1, {kind: a}]\n", cli.Bad},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := krm(test.stdin)
			golden.Equal(t, name+".txt", stdout+"-- standard error\n"+stderr)
			require.Equal(t, test.code, code)
		})
	}
}

func TestHelp(t *testing.T) {
	for _, arg := range []string{"-h", "--help", "help"} {
		code, stdout, stderr := krm("", arg)
		require.Equal(t, cli.Done, code)
		require.Empty(t, stderr)
		golden.Equal(t, "usage.txt", stdout)
	}
}

// What is no ResourceList is refused, and nothing is written.
func TestMisused(t *testing.T) {
	for stdin, want := range map[string]string{
		"":                                      `must be a ResourceList of config.kubernetes.io/v1, not "" of ""`,
		"a: [":                                  "must be a ResourceList: ",
		"kind: List\nitems: []\n":               `not "List" of ""`,
		"kind: ResourceList\nitems: 1\n":        "must be a ResourceList: ",
		list("90", "{partially: true}"):         `functionConfig.spec: `,
		list("90", "{ignore: [{code: SL999}]}"): "must be a code that exists",
	} {
		code, stdout, stderr := krm(stdin)
		require.Equal(t, cli.Misused, code, stdin)
		require.Empty(t, stdout)
		require.Contains(t, stderr, want)
	}
	code, _, stderr := krm("", "file.yaml")
	require.Equal(t, cli.Misused, code)
	require.Contains(t, stderr, "takes no operands")
}

// Whatever comes in, the program ends with one of its exit codes.
func FuzzRun(f *testing.F) {
	f.Add([]byte(list("90", elsewhere)))
	f.Add([]byte("kind: ResourceList\nitems: [1, {kind: a}]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		code, stdout, _ := krm(string(data))
		require.Contains(t, []int{cli.Done, cli.Bad, cli.Misused}, code)
		require.Equal(t, code == cli.Misused, stdout == "")
	})
}
