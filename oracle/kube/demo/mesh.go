package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// startMesh runs the mesh until the test ends. It returns the address of its store after the first
// answered request.
func (d *demo) startMesh(ctx context.Context, t *testing.T, o options) string {
	t.Helper()
	config := kubeconfig(t, d.config)
	command := exec.CommandContext(ctx, o.mesh, "-kubeconfig="+config, "-requests="+strconv.Itoa(o.rate))
	command.Stderr = os.Stderr
	input, err := command.StdinPipe()
	require.NoError(t, err)
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = input.Close() // the mesh ends at the end of its input
		_ = command.Wait()
	})
	address, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err, "the mesh must answer a request")
	return strings.TrimSpace(address)
}

// kubeconfig returns a kubeconfig file for the API server.
func kubeconfig(t *testing.T, config *rest.Config) string {
	t.Helper()
	const name = "demo"
	tls := config.TLSClientConfig
	all := clientcmdapi.NewConfig()
	all.Clusters[name] = &clientcmdapi.Cluster{
		Server: config.Host, TLSServerName: tls.ServerName,
		CertificateAuthorityData: tls.CAData, CertificateAuthority: tls.CAFile,
	}
	all.AuthInfos[name] = &clientcmdapi.AuthInfo{Token: config.BearerToken}
	all.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	all.CurrentContext = name
	path := filepath.Join(t.TempDir(), "kubeconfig")
	require.NoError(t, clientcmd.WriteToFile(*all, path))
	return path
}
