// Command demo shows a whole release without a cluster: see docs/demo.md. It runs the real
// kube-apiserver with etcd, Kubernetes' controllers and the controller of examples/controller. It
// starts the mesh, a program that a flag names.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/stretchr/testify/require"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/swimlane-go/swimlane/oracle/kube/cluster"
	"github.com/swimlane-go/swimlane/rollout"
)

// options are the values of the flags.
type options struct {
	mesh, crds string
	dwell      time.Duration
	rate       int
	timeout    time.Duration
}

// shortest is the shortest stage in which the controller can detect a bad candidate: see interval.
const shortest = 5 * time.Second

func main() {
	var o options
	flags := flag.NewFlagSet("demo", flag.ExitOnError)
	flags.StringVar(&o.mesh, "mesh", "", "the program that is the mesh, built of oracle/istio/demo")
	flags.StringVar(&o.crds, "crds", "", "file with Istio's CRDs")
	flags.DurationVar(&o.dwell, "dwell", 6*time.Second, "how long a release stays at a stage, at least 5s")
	flags.IntVar(&o.rate, "requests", 200, "how many requests are sent a second, at most 1000")
	flags.DurationVar(&o.timeout, "timeout", 5*time.Minute, "when to give up")
	_ = flags.Parse(os.Args[1:])
	if o.mesh == "" || o.crds == "" || o.dwell < shortest || flags.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "-mesh and -crds must be set, -dwell must be at least 5s, and there are no arguments")
		os.Exit(2)
	}
	klog.SetLogger(logr.Discard())
	ctrl.SetLogger(logr.Discard())
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// Kubernetes' function to start the API server in process needs a test. It prints PASS or FAIL,
	// and exits.
	testing.Init()
	_ = flag.CommandLine.Parse(nil)
	all := func(string, string) (bool, error) { return true, nil }
	demo := testing.InternalTest{Name: "demo", F: func(t *testing.T) { o.run(ctx, t, os.Stdout) }}
	testing.Main(all, []testing.InternalTest{demo}, nil, nil)
}

// run makes both releases. It fails unless the good one finishes and the bad one is rolled back.
func (o options) run(ctx context.Context, t *testing.T, out io.Writer) {
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	begun := time.Now()
	say := func(format string, args ...any) {
		fmt.Fprintf(out, "%s  %s\n", elapsed(time.Since(begun)), fmt.Sprintf(format, args...))
	}
	crds, err := os.ReadFile(o.crds)
	require.NoError(t, err)
	c := cluster.Start(t, crds)
	c.RunControllers(t, endpointSlices)
	say("kube-apiserver with etcd and Kubernetes' controllers run")
	d := newDemo(ctx, t, c)
	good, bad := goodRelease(o.dwell), badRelease(o.dwell)
	d.put(ctx, t, good)
	address := d.startMesh(ctx, t, o)
	pods := len(good.app.Versions) * len(good.app.Services)
	say("istiod and %d pods run; %d requests a second enter by the gateway", pods, o.rate)
	d.startController(t, address)
	say("the controller of examples/controller runs")

	fmt.Fprintln(out)
	say("%s", good.title)
	end := d.follow(ctx, t, good, begun, out)
	require.Equal(t, rollout.Finished, end.state.Phase, "the good release must finish")
	fmt.Fprintln(out)
	say("%s", bad.title)
	d.put(ctx, t, bad)
	back := d.follow(ctx, t, bad, begun, out)
	require.Equal(t, rollout.RolledBack, back.state.Phase, "the bad release must be rolled back")
	fmt.Fprintf(out, "\n%s\n%s\n", end.verdict("reached 100%% after %s"), back.verdict("was rolled back after %s"))
}
