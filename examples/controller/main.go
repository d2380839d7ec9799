// Command controller moves releases by the gates of their plans: see docs/controller.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"
	_ "time/tzdata" // freezes have time zones

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/examples/controller/cluster"
	"github.com/swimlane-go/swimlane/examples/controller/facts"
	releases "github.com/swimlane-go/swimlane/examples/controller/metrics"
	"github.com/swimlane-go/swimlane/examples/controller/reconciler"
	"github.com/swimlane-go/swimlane/examples/controller/source"
	"github.com/swimlane-go/swimlane/examples/controller/source/analysisrun"
	"github.com/swimlane-go/swimlane/examples/controller/source/hook"
	"github.com/swimlane-go/swimlane/examples/controller/source/prometheus"
	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/rollout/counters"
)

// name is the controller's name in histories, as field manager and as the name of its lease.
const name = "swimlane"

// metric says where a metric of plans comes from. It has one source.
type metric struct {
	// Requests and Durations are addresses of stores with Istio's counters. Values is the address
	// of a store that answers Query, with one result for each lane; the label Lane names the lane.
	Requests  string `json:"requests,omitempty"`
	Durations string `json:"durations,omitempty"`
	Values    string `json:"values,omitempty"`
	Query     string `json:"query,omitempty"`
	Lane      string `json:"lane,omitempty"`
	// Match has the labels that the counters must have.
	Match map[string]string `json:"match,omitempty"`
	// AnalysisTemplate is the name of a template, Hook the URL of a hook.
	AnalysisTemplate string `json:"analysisTemplate,omitempty"`
	Hook             string `json:"hook,omitempty"`
}

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	ctrl.SetLogger(logr.FromSlogHandler(log.Handler()))
	if err := run(ctrl.SetupSignalHandler()); err != nil {
		log.Error(err.Error())
		os.Exit(1)
	}
}

func run(ctx context.Context) error { // controller-runtime defines the flag -kubeconfig
	sources := flag.String("sources", "", "file that says where each metric comes from, in YAML")
	interval := flag.Duration("interval", time.Minute, "length of a window of measurements, at least 1s")
	lag := flag.Duration("lag", 30*time.Second, "how long after a window its measurements are there")
	timeout := flag.Duration("timeout", 10*time.Second, "how long one question to a source may take")
	propose := flag.Bool("propose", false, "write decisions on the plans, and never weights")
	elect := flag.Bool("leader-elect", true, "let one of several replicas work")
	namespace := flag.String("leader-elect-namespace", "", "namespace of the lease; empty means that of the pod")
	metricsAddr := flag.String("metrics", ":8080", "address of the metrics; 0 for none")
	healthAddr := flag.String("health", ":8081", "address of /healthz and /readyz")
	workers := flag.Int("workers", 4, "how many releases are looked at at once")
	flag.Parse()
	if flag.NArg() > 0 || *interval < time.Second || *lag < 0 || *timeout <= 0 || *workers < 1 {
		return fmt.Errorf("-interval must be at least 1s, -lag at least 0, -timeout and -workers more than 0, and "+
			"there are no arguments, not %q", flag.Args())
	}
	config, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	m, err := cluster.NewManager(config, name, ctrl.Options{
		Metrics: server.Options{BindAddress: *metricsAddr}, HealthProbeBindAddress: *healthAddr,
		LeaderElection: *elect, LeaderElectionNamespace: *namespace,
	})
	if err != nil {
		return err
	}
	asked, err := readSources(*sources, m.GetClient(), *timeout)
	if err != nil {
		return err
	}
	told := &releases.Releases{}
	if err := metrics.Registry.Register(told); err != nil {
		return err
	}
	for _, add := range []func(string, healthz.Checker) error{m.AddHealthzCheck, m.AddReadyzCheck} {
		if err := add("ping", healthz.Ping); err != nil {
			return err
		}
	}
	r := &reconciler.Reconciler{
		Client: m.GetClient(), Direct: m.GetAPIReader(), Clock: clock.RealClock{}, Name: name, Propose: *propose,
		Gatherer: facts.Gatherer{Source: asked, Interval: *interval, Lag: *lag},
		Reporter: status.Reporter{Events: m.GetEventRecorder(name), Metrics: told},
	}
	if err := cluster.Watch(m, r, r.Dependents, controller.Options{MaxConcurrentReconciles: *workers}); err != nil {
		return err
	}
	return m.Start(ctx)
}

// readSources reads the file of sources. Without a file no metric has a source.
func readSources(file string, c client.Client, timeout time.Duration) (source.ByMetric, error) {
	out := source.ByMetric{}
	if file == "" {
		return out, nil
	}
	data, err := os.ReadFile(file)
	var all map[string]metric
	if err == nil {
		err = yaml.UnmarshalStrict(data, &all)
	}
	for of, m := range all {
		switch {
		case m.Requests != "" || m.Durations != "" || m.Values != "":
			s := prometheus.Source{Timeout: timeout, Format: counters.IstioRequests(), Query: m.Query, Lane: m.Lane}
			if m.Durations != "" {
				s.Format = counters.IstioDurations()
			}
			for label, value := range m.Match {
				s.Format.Match[label] = value
			}
			store, err := api.NewClient(api.Config{Address: m.Requests + m.Durations + m.Values})
			if err != nil {
				return nil, fmt.Errorf("%s: metric %s: %w", file, of, err)
			}
			s.API = v1.NewAPI(store)
			out[of] = s
		case m.AnalysisTemplate != "":
			out[of] = analysisrun.Source{Client: c, Template: m.AnalysisTemplate}
		case m.Hook != "":
			out[of] = hook.Source{Client: &http.Client{Timeout: timeout}, URL: m.Hook}
		default:
			return nil,
				fmt.Errorf("%s: metric %s: must have one of requests, durations, values, analysisTemplate and hook",
					file, of)
		}
	}
	return out, err
}
