package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

// Exit codes.
const (
	exitGood     = 0
	exitFindings = 1
	exitUsage    = 2
)

type options struct {
	format  string
	checker validate.Checker
	paths   []string
}

// run is the program without its process: it returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitGood
	}
	var findings validate.Findings
	if err == nil {
		findings, err = lint(o)
	}
	if err == nil {
		err = write(stdout, o.format, findings)
	}
	switch {
	case err != nil:
		fmt.Fprintln(stderr, "lint:", err)
		return exitUsage
	case findings.Err() != nil:
		return exitFindings
	}
	return exitGood
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("lint", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: lint [-format text|json] [-partial] [-cluster-domain D] PATH...")
		flags.PrintDefaults()
	}
	flags.StringVar(&o.format, "format", "text", "how findings are printed: `text|json`")
	flags.StringVar(&o.checker.ClusterDomain, "cluster-domain", "cluster.local", "the DNS `domain` of the cluster")
	flags.BoolVar(&o.checker.Partial, "partial", false, "the paths are a part of what is deployed: what they refer to may lie elsewhere")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.paths = flags.Args()
	switch {
	case o.format != "text" && o.format != "json":
		return o, fmt.Errorf("-format must be text or json, not %q", o.format)
	case len(o.paths) == 0:
		return o, errors.New("name at least one file or directory")
	}
	return o, nil
}

// lint returns what is wrong in the files at the paths.
func lint(o options) (validate.Findings, error) {
	files, err := manifest.ReadPaths(o.paths...)
	if err != nil {
		return nil, err
	}
	set, err := manifest.Decode(files...)
	if err != nil {
		return nil, err
	}
	return o.checker.Check(set), nil
}

func write(out io.Writer, format string, findings validate.Findings) error {
	if format == "json" {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		if findings == nil {
			findings = validate.Findings{} // [], not null
		}
		return encoder.Encode(findings)
	}
	for _, f := range findings {
		if _, err := fmt.Fprintln(out, f); err != nil {
			return err
		}
	}
	return nil
}
