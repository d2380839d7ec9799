package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/examples/internal/settings"
	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/release/rehearsal"
	"github.com/swimlane-go/swimlane/rollout"
)

const about = `usage: rehearse [-rate REQUESTS] [flags] DIR

Runs the whole release of a directory in virtual time, window by window: requests are
drawn by their rate, the gates of its plan judge what was drawn, and commits follow. A
release that is not prepared yet is prepared first, in memory: nothing is written. What
the app serves is the demand of the plan's ConfigMap, unless flags state it. Faults come
from the file of -faults, a list in YAML:

  - kind: Bad           # of the candidate's calls at this service 5% more fail,
    service: mockb      # from 2 minutes after this stage is entered on
    rate: 0.05
    stage: initial-canary
    at: 2m
  - kind: NoMetrics     # nothing is measured for 10 minutes
    at: 20m
    for: 10m

The other kinds are LateMetrics and SlowSync (delay), PodsLost (service, lane), HandEdit
(weights) and Crash.

Exit codes: 0 the release is finished, or the plan's gates roll it back because of a
fault; 1 it is not: it does not end in time, is rolled back without a fault, or is finished
although a fault made requests fail; 2 called wrongly, or something cannot be read.
`

// maxFaults is the most bytes of the file of -faults.
const maxFaults = 1 << 20

type options struct {
	dir, plan, format, faults string
	runs                      int
	stated                    bool // flags describe the traffic
	scenario                  rehearsal.Scenario
	reading                   settings.Reading
}

// run is the program without its process: it returns the exit code.
func run(args []string, now time.Time, stdout, stderr io.Writer) int {
	o := options{scenario: rehearsal.Scenario{Start: now, Seed: 1}}
	flags := o.flags()
	return cli.Run(flags, args, stdout, stderr, func(operands []string, stdout, _ io.Writer) (code int, err error) {
		switch {
		case len(operands) != 1 || operands[0] == "-":
			return cli.Misused, errors.New("name one directory")
		case o.runs > 0 && o.format == "markdown":
			return cli.Misused, errors.New("-runs prints text or json")
		}
		if o.faults != "" {
			if o.scenario.Faults, err = readFaults(o.faults); err != nil {
				return cli.Misused, err
			}
		}
		o.dir = operands[0]
		for _, name := range []string{"rate", "errors", "request", "per-pod"} {
			o.stated = o.stated || cli.Given(flags, name)
		}
		if code, err := o.read(); err != nil {
			return code, err
		}
		if o.scenario.Traffic.Rate == 0 {
			return cli.Misused, errors.New("must have -rate REQUESTS: the plan's ConfigMap states no demand")
		}
		if o.runs > 0 {
			cost, err := rehearsal.Costs(o.scenario, o.runs)
			if err != nil {
				return cli.Bad, err
			}
			return cli.Answer(cost.RolledBack+cost.Finished == cost.Runs, o.print(stdout, cost, cost.String()+"\n", ""))
		}
		line, err := rehearsal.Rehearse(o.scenario)
		if err != nil {
			return cli.Bad, err
		}
		good := line.Phase == rollout.Finished && line.End().Faulty == 0 || line.Phase == rollout.RolledBack &&
			line.Fault != nil
		return cli.Answer(good, o.print(stdout, line, line.String(), line.Markdown()))
	})
}

// print prints the result in the format of -format.
func (o options) print(stdout io.Writer, value any, text, markdown string) error {
	switch o.format {
	case "json":
		return cli.JSON(stdout, value)
	case "markdown":
		text = markdown
	}
	_, err := io.WriteString(stdout, text)
	return err
}

func (o *options) flags() *flag.FlagSet {
	s := &o.scenario
	flags := cli.NewFlags("rehearse", about)
	flags.StringVar(&o.plan, "plan", "", "the `NAME` of the plan, where the directory has several")
	cli.Format(flags, &o.format, "the timeline", "text", "json", "markdown")
	flags.StringVar(&o.faults, "faults", "", "a `FILE` with the faults, a list in YAML or JSON")
	flags.IntVar(&o.runs, "runs", 0, "rehearse `N` times, each with a seed of its own, and print what to expect")
	flags.Float64Var(&s.Traffic.Rate, "rate", 0, "how many `REQUESTS` a second come to the gateway")
	flags.Float64Var(&s.Traffic.Errors, "errors", 0, "the `SHARE` of calls that fail anyway: 0.002 for 0.2%")
	flags.Func("request", "the request that is asked for, as `[HOST]/PATH`", func(text string) (err error) {
		s.Traffic.Request, err = settings.ParseRequest(text)
		return err
	})
	flags.Func("per-pod", "what one pod of a service carries, as `SERVICE=REQUESTS` a second; may be repeated",
		func(text string) error {
			service, rate, _ := strings.Cut(text, "=")
			n, err := strconv.ParseFloat(rate, 64)
			if err != nil || service == "" {
				return errors.New("must be SERVICE=REQUESTS")
			}
			if s.Traffic.PerPod == nil {
				s.Traffic.PerPod = map[string]float64{}
			}
			s.Traffic.PerPod[service] = n
			return nil
		})
	flags.TextVar(&s.Every, "every", rollout.Duration(time.Minute),
		"how long a `WINDOW` of measurements is, and how often the bot decides")
	flags.TextVar(&s.Sync, "sync", rollout.Duration(0), "how `LONG` a commit takes to the cluster")
	flags.TextVar(&s.Spread, "spread", rollout.Duration(0),
		"how `LONG` it takes from the first object of a commit to the last")
	flags.TextVar(&s.People, "people", rollout.Duration(15*time.Minute),
		"how `LONG` a person takes to do what is asked")
	flags.TextVar(&s.Longest, "longest", rollout.Duration(24*time.Hour), "when the rehearsal ends at the `LATEST`")
	flags.Uint64Var(&s.Seed, "seed", 1, "the `NUMBER` that makes the draws")
	flags.Func("start", "when the release begins, as `TIME` in RFC 3339; now, unless it is given",
		func(text string) (err error) {
			s.Start, err = time.Parse(time.RFC3339, text)
			return err
		})
	o.reading.Add(flags)
	return flags
}

// read reads the release. If it is not prepared yet, read prepares it in memory.
func (o *options) read() (code int, err error) {
	reader, err := o.reading.Reader(".", nil)
	if err != nil {
		return cli.Misused, err
	}
	if info, err := os.Stat(o.dir); err != nil {
		return cli.Misused, err
	} else if !info.IsDir() {
		return cli.Misused, fmt.Errorf("%s must be a directory", o.dir)
	}
	t, err := gitops.Directory{Path: o.dir, Plan: o.plan, Reader: reader}.Read()
	if err != nil {
		return cli.Bad, err
	}
	if t, err = t.PreparedAt(o.scenario.Start); err != nil {
		return cli.Bad, err
	}
	if d := t.Config.Demand; d != nil && !o.stated {
		o.scenario.Traffic = rehearsal.TrafficOf(*d)
	}
	o.scenario.Set, o.scenario.Config = t.Set.Build().Set, t.Config
	if o.scenario.Zones, err = gitops.Zones(t.Config.Plan); err != nil {
		return cli.Bad, err
	}
	_, facts, err := t.Decide(o.scenario.Start, o.scenario.Zones)
	o.scenario.Evidence = facts.Evidence
	return cli.Bad, err
}

// readFaults reads a list of faults. An unknown key is an error.
func readFaults(path string) ([]rehearsal.Fault, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFaults+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFaults {
		return nil, fmt.Errorf("%s: must have at most %d bytes", path, maxFaults)
	}
	var faults []rehearsal.Fault
	if err := yaml.UnmarshalStrict(data, &faults); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return faults, nil
}
