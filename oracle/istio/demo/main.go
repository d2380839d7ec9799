// Command demo is the mesh of the demonstration in docs/demo.md: istiod, a data plane on loopback
// addresses, and a client. A store counts the requests and speaks Prometheus' HTTP API. The program
// follows the API server of a kubeconfig. It prints the address of the store after the first
// answered request, and ends at the end of its input.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	versioned "istio.io/client-go/pkg/clientset/versioned"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"istio.io/istio/pkg/log"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/oracle/istio/mesh"
)

func main() {
	flags := flag.NewFlagSet("demo", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "file that says where the API server is")
	rate := flags.Int("requests", 200, "how many requests are sent a second")
	_ = flags.Parse(os.Args[1:])
	if *kubeconfig == "" || *rate < 1 || *rate > 1000 || flags.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "-kubeconfig must be set, -requests must be 1 to 1000, and there are no arguments")
		os.Exit(2)
	}
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
	// Istio's function to start istiod in process needs a test. Nobody reads its verdict.
	testing.Init()
	_ = flag.CommandLine.Parse(nil)
	all := func(string, string) (bool, error) { return true, nil }
	demo := testing.InternalTest{Name: "demo", F: func(t *testing.T) { run(t, *kubeconfig, *rate) }}
	testing.Main(all, []testing.InternalTest{demo}, nil, nil)
}

func run(t *testing.T, kubeconfig string, rate int) {
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // the program that started this one has ended
		cancel()
	}()
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	require.NoError(t, err)
	config.QPS = -1
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	routes, err := versioned.NewForConfig(config)
	require.NoError(t, err)

	app := mock.App()
	counted := &store{service: app.Entry().Name}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := &http.Server{Handler: counted, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })

	istiod := mesh.Start(t, nil)
	w := &world{
		t: t, app: app, istiod: istiod, plane: mesh.NewPlane(t, istiod), gateway: mesh.NewReplay(t),
		port: freePort(t), events: make(chan func()), done: ctx.Done(),
	}
	w.plane.Broken = w.faults.broken
	w.follow(client, routes)
	conn := mesh.DialReplay(t, w.gateway, "xds:///"+target)
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		for ctx.Err() == nil { // until routes and pods exist
			if _, err := mesh.Call(ctx, conn, path); err == nil {
				fmt.Printf("http://%s\n", listener.Addr())
				send(ctx, conn, rate, counted)
			}
			time.Sleep(look)
		}
	}()
	w.run()
	<-sent
}

// freePort returns a port for all pods: their addresses differ.
func freePort(t *testing.T) int32 {
	l, err := net.Listen("tcp", ":0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return int32(l.Addr().(*net.TCPAddr).Port)
}
