package kube_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	coordinationv1 "k8s.io/api/coordination/v1"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/swimlane-go/swimlane/examples/controller/trial"
	"github.com/swimlane-go/swimlane/rollout"
)

// testElection runs two processes of examples/controller with its service account, in real time.
// One leads, and moves a release. It is stopped, and the other one ends the release.
func testElection(t *testing.T, c cluster) {
	applyPermissions(t, c)
	direct := c.admin(t)
	lease := &coordinationv1.Lease{}
	lease.Namespace, lease.Name = "swimlane", controllerName
	require.NoError(t, client.IgnoreNotFound(direct.Delete(t.Context(), lease)))

	var confirmed atomic.Bool
	var asked atomic.Int64
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1); !confirmed.Load() {
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	t.Cleanup(hook.Close)
	plan := trial.Short()
	plan.Metrics, plan.Guards = []rollout.Metric{{Name: "confirm", Kind: rollout.Value}}, nil
	plan.Stages[0].Gate.Dwell.Min = rollout.Duration(time.Second)
	plan.Stages[1].Gate = &rollout.Gate{Checks: []rollout.Check{{Metric: "confirm", Floor: new(1.0)}}}
	plan.FinishGate = &rollout.Gate{Dwell: rollout.Dwell{Min: rollout.Duration(time.Second)}}
	r := newControlled(t, direct, trial.Routes, "election", plan)

	dir := t.TempDir()
	sources := filepath.Join(dir, "sources.yaml")
	require.NoError(t, os.WriteFile(sources, fmt.Appendf(nil, "confirm: {hook: %q}\n", hook.URL), 0o600))
	program := buildController(t, dir)
	args := []string{"-kubeconfig", c.kubeconfig(t, dir), "-sources", sources, "-interval", "1s", "-lag", "0s",
		"-leader-elect-namespace", "swimlane"}

	leads := func() string {
		require.NoError(t, client.IgnoreNotFound(direct.Get(t.Context(), client.ObjectKeyFromObject(lease), lease)))
		if lease.Spec.HolderIdentity == nil {
			return ""
		}
		return *lease.Spec.HolderIdentity
	}
	one := startProgram(t, program, args...)
	r.until(t.Context(), "one leads", func() bool { return leads() != "" })
	first := leads()
	r.until(t.Context(), "stage 1", func() bool { return r.live().State.Stage == 1 && asked.Load() > 0 })
	two := startProgram(t, program, args...)
	r.until(t.Context(), "both are well", func() bool {
		return one.get("health", "/healthz") != "" && two.get("health", "/readyz") != ""
	})
	require.Contains(t, one.get("metrics", "/metrics"),
		`swimlane_place{namespace="election",phase="Running",plan="mock",stage="1"} 1`)
	require.NotContains(t, two.get("metrics", "/metrics"), "swimlane_place", "it does not work")
	require.Equal(t, first, leads())

	one.stop()
	confirmed.Store(true)
	r.until(t.Context(), "the other leads", func() bool { return leads() != "" && leads() != first })
	r.until(t.Context(), "over", r.over)
	two.stop()
	require.Empty(t, leads(), "it gives up its lease")
	r.requireSound(rollout.Finished)
	t.Logf("%d writes of weights, the hook was asked %d times", r.requireServed(), asked.Load())
}

// buildController builds the program into a directory.
func buildController(t *testing.T, dir string) string {
	t.Helper()
	program := filepath.Join(dir, "controller")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	build.Dir = filepath.Join("..", "..", "examples", "controller")
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	return program
}

// kubeconfig writes a kubeconfig of the controller's service account.
func (c cluster) kubeconfig(t *testing.T, dir string) string {
	t.Helper()
	config := clientcmdapi.NewConfig()
	tls := c.Config.TLSClientConfig
	config.Clusters["test"] = &clientcmdapi.Cluster{
		Server: c.Config.Host, CertificateAuthority: tls.CAFile, CertificateAuthorityData: tls.CAData,
		TLSServerName: tls.ServerName,
	}
	config.AuthInfos["test"] = &clientcmdapi.AuthInfo{
		Token: c.Config.BearerToken, ClientCertificateData: tls.CertData, ClientKeyData: tls.KeyData,
		ClientCertificate: tls.CertFile, ClientKey: tls.KeyFile, Impersonate: serviceAccount,
	}
	config.Contexts["test"] = &clientcmdapi.Context{Cluster: "test", AuthInfo: "test"}
	config.CurrentContext = "test"
	file := filepath.Join(dir, "kubeconfig")
	require.NoError(t, clientcmd.WriteToFile(*config, file))
	return file
}

// program is a running process of the controller.
type program struct {
	t         *testing.T
	command   *exec.Cmd
	log       strings.Builder
	addresses map[string]string
}

// startProgram starts a process that ends with the test.
func startProgram(t *testing.T, path string, args ...string) *program {
	t.Helper()
	p := &program{t: t, addresses: map[string]string{}}
	for _, name := range []string{"metrics", "health"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		p.addresses[name] = l.Addr().String()
		require.NoError(t, l.Close())
		args = append(args, "-"+name, p.addresses[name])
	}
	p.command = exec.Command(path, args...)
	p.command.Stderr = &p.log
	require.NoError(t, p.command.Start())
	t.Cleanup(func() {
		if p.command.ProcessState == nil {
			_ = p.command.Process.Kill()
			_ = p.command.Wait()
		}
		if t.Failed() {
			t.Log(p.log.String())
		}
	})
	return p
}

// get returns the body of an answer with 200, else "".
func (p *program) get(endpoint, path string) string {
	answer, err := http.Get("http://" + p.addresses[endpoint] + path)
	if err != nil {
		return ""
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		return ""
	}
	return string(text)
}

// stop asks the process to end, and fails the test unless it ends without an error.
func (p *program) stop() {
	p.t.Helper()
	require.NoError(p.t, p.command.Process.Signal(syscall.SIGTERM))
	require.NoError(p.t, p.command.Wait(), "%s", p.log.String())
	for line := range strings.Lines(p.log.String()) {
		require.True(p.t, strings.HasPrefix(line, `{"time":`), "a line of the log that is not structured: %s", line)
	}
}
