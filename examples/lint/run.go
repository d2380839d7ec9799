package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"github.com/swimlane-go/swimlane/examples/internal/settings"
	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/validate"
	"github.com/swimlane-go/swimlane/validate/report"
)

const about = `usage: lint [-format text|json|sarif|github|krm] [-partial] [-external KIND/NAMESPACE/NAME]...
            [-ignore CODE[:KIND/NAMESPACE/NAME]]... [-config FILE] [-from PATH]
            [-cluster-domain DOMAIN] [-namespace NS] [-app FILE] [-recurse=false] PATH...

Checks the manifests of an app, in files and directories; the PATH - is standard
input, called stdin. It prints one finding a line:

  FILE:LINE: severity CODE Kind namespace/name field: message

or with -format json a list of objects, sarif a log of SARIF 2.1.0, github commands of
a GitHub workflow, krm the results of a KRM function. What it passed over is on standard
error.

Findings of an object are not reported when its annotation
swimlane-go.github.io/lint-ignore names their codes, separated by commas, or -ignore or
the configuration does. What ignores nothing is a finding.

Exit codes: 0 no finding is an error; 1 one is, or a file or document cannot be
read; 2 called wrongly, no such path, or no file can be read.
`

type options struct {
	format  string
	config  string
	from    string
	checker validate.Checker
	reading settings.Reading
	ignores []validate.Ignore
	paths   []string
}

// formats print findings in the formats of -format.
var formats = map[string]func(io.Writer, validate.Findings) error{
	"text": report.Text, "json": report.JSON, "sarif": report.SARIF, "github": report.GitHub, "krm": report.KRM,
}

// run is the program without its process: it returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var o options
	flags := cli.NewFlags("lint", about)
	cli.Format(flags, &o.format, "a finding", "text", "json", "sarif", "github", "krm")
	flags.StringVar(&o.config, "config", "",
		"a YAML `file` with external, ignore, partial, clusterDomain and namespace")
	flags.StringVar(&o.from, "from", "",
		"the file or directory `PATH` holds what is deployed now: changes that the cluster refuses are findings too")
	flags.StringVar(&o.checker.ClusterDomain, "cluster-domain", "",
		"the DNS `domain` of the cluster (default \"cluster.local\")")
	flags.BoolVar(&o.checker.Partial, "partial", false,
		"the paths are a part of what is deployed: what they refer to may lie elsewhere")
	o.reading.Add(flags)
	flags.Func("external",
		"a Gateway, Service, VirtualService or ASMSwimLaneGroup that is deployed from elsewhere, as "+
			"`KIND/NAMESPACE/NAME`; may be repeated", func(text string) error {
			ref, err := settings.External(text)
			o.checker.External = append(o.checker.External, ref)
			return err
		})
	flags.Func("ignore",
		"findings that are not reported, as `CODE[:KIND/NAMESPACE/NAME]`, in which an empty part is for any; may be "+
			"repeated", func(text string) error {
			ignore, err := ignored(text)
			o.ignores = append(o.ignores, ignore)
			return err
		})
	return cli.Run(flags, args, stdout, stderr, func(paths []string, stdout, stderr io.Writer) (int, error) {
		o.paths = paths
		if len(paths) == 0 {
			return cli.Misused, errors.New("name at least one file or directory")
		}
		if err := o.configure(); err != nil {
			return cli.Misused, err
		}
		findings, err := lint(o, stdin, stderr)
		if err == nil {
			err = formats[o.format](stdout, findings)
		}
		return cli.Answer(findings.Err() == nil, err)
	})
}

// lint returns the findings in the files at the paths, and prints a note for each skipped file. It
// returns an error if a path does not exist, or if no file can be read.
func lint(o options, stdin io.Reader, stderr io.Writer) (validate.Findings, error) {
	reader, err := o.reading.Reader(".", stdin)
	if err != nil {
		return nil, err
	}
	files, skipped, err := reader.ReadPaths(o.paths...)
	for _, s := range skipped {
		fmt.Fprintln(stderr, "lint: note:", s)
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
	set, err := reader.Decode(files...)
	if _, err := unreadable(err); err != nil { // the other errors are faults of the set
		return nil, err
	}
	if err == nil && len(set.All()) == 0 {
		fmt.Fprintln(stderr, "lint: note: no objects are found: nothing is checked")
	}
	set = release.WithoutValues(set)
	for _, note := range settings.Notes(set, "lint") {
		fmt.Fprintln(stderr, "lint: note:", note)
	}
	changes, err := changed(o.from, reader, set)
	if err != nil {
		return nil, err
	}
	findings := validate.Merge(append(check(set, o.checker), unread, changes)...)
	isOutput := func(file string) bool { return file == "stdin" }
	return settings.Origins(set, isOutput, validate.Suppress(set, o.ignores, findings)), nil
}

// check returns the findings in each part of a set that an Argo CD Application deploys. For a part,
// the objects of the other parts are external.
func check(set manifest.Set, as validate.Checker) []validate.Findings {
	var out []validate.Findings
	parts := set.Parts()
	for i, part := range parts {
		as := as
		for j, other := range parts {
			if i != j {
				as.External = append(slices.Clip(as.External), settings.Referable(other.Set)...)
			}
		}
		built := part.Set.Build()
		as.Partial = as.Partial || built.Partial
		out = append(out, as.Check(built.Set), gitops.Check(part.Set, as))
	}
	return out
}

// changed returns findings for the changes that the cluster refuses, from the objects in a file or
// directory. Without one it returns nothing. It ignores files there that cannot be read: only the
// new set is checked.
func changed(from string, reader manifest.Reader, to manifest.Set) (validate.Findings, error) {
	if from == "" {
		return nil, nil
	}
	reader.Stdin, reader.Applications = nil, nil // they deploy the new set
	files, _, err := reader.ReadPaths(from)
	if _, rest := unreadable(err); rest != nil {
		return nil, rest
	}
	before, _ := reader.Decode(files...)
	return validate.CheckChange(before, to), nil
}

// unreadable returns a finding for each file that exists but cannot be read, and the other errors.
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
