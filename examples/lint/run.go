package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"slices"

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
		findings, err = lint(o, stderr)
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

// lint returns what is wrong in the files at the paths, and says what was passed
// over. It is an error when a path is none, or no file can be read.
func lint(o options, stderr io.Writer) (validate.Findings, error) {
	files, skipped, err := manifest.ReadPaths(o.paths...)
	for _, s := range skipped {
		fmt.Fprintln(stderr, "lint:", s)
	}
	unread, rest := unreadable(err)
	switch {
	case rest != nil:
		return nil, rest
	case len(files) == 0 && err != nil:
		return nil, err
	case len(files) == 0 && len(skipped) > 0:
		return nil, errors.New("no file can be read")
	}
	set, err := manifest.Decode(files...)
	if _, err := unreadable(err); err != nil { // the others are among the set's faults
		return nil, err
	}
	findings := append(o.checker.Check(set), unread...)
	slices.SortStableFunc(findings, func(a, b validate.Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return findings, nil
}

// unreadable returns the findings of files that are there and cannot be read, and
// the errors that are no such findings.
func unreadable(err error) (findings validate.Findings, rest error) {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil, err
	}
	var others []error
	for _, err := range joined.Unwrap() {
		var at *manifest.DecodeError
		if !errors.As(err, &at) || errors.Is(err, fs.ErrNotExist) {
			others = append(others, err)
			continue
		}
		findings = append(findings, validate.Finding{
			Code: validate.Unreadable, Severity: validate.Error,
			File: at.File, Line: max(at.Line, 1), Message: at.Err.Error(),
		})
	}
	return findings, errors.Join(others...)
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
