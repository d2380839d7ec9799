package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/swimlane-go/swimlane/examples/internal/settings"
	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/validate"
)

const about = `usage: review [-format markdown|json] [-request [HOST]/PATH]... [-config FILE]
              [-namespace NS] [-app FILE] [-recurse=false] BASE HEAD

Says what a change of manifests does, in one block of Markdown for a pull request: which
weights and objects it changes, where requests went before and go then, which findings
are new, and whether it is safe in one commit, in whatever order its objects reach the
cluster; if not, which commits are. BASE and HEAD are directories, or files of rendered
manifests.

The requests are those of the routes at gateways that share them by weights, five at
most, unless -request names others. The file of -config is as that of lint.

Exit codes: 0 the change is safe, and no error is new; 1 it is not safe in one commit, or
an error is new; 2 called wrongly, or something cannot be read.
`

type options struct {
	format   string
	requests []preview.Request
	config   settings.Settings
	reading  settings.Reading
}

// run is the program without its process: it returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	o := options{}
	return cli.Run(o.flags(), args, stdout, stderr, func(operands []string, stdout, stderr io.Writer) (int, error) {
		if len(operands) != 2 || operands[0] == "-" || operands[1] == "-" {
			return cli.Misused, errors.New("name BASE and HEAD, two directories or files")
		}
		base, err := o.read(operands[0], stderr)
		if err != nil {
			return cli.Misused, err
		}
		head, err := o.read(operands[1], stderr)
		if err != nil {
			return cli.Misused, err
		}
		r := newReview(base, head, o)
		return cli.Answer(r.Safe && r.errs() == 0, formats[o.format](stdout, r))
	})
}

func (o *options) flags() *flag.FlagSet {
	flags := cli.NewFlags("review", about)
	cli.Format(flags, &o.format, "the review", "markdown", "json")
	flags.Func("request", "a request to be followed, as `[HOST]/PATH`; may be repeated", func(text string) error {
		request, err := settings.ParseRequest(text)
		if err != nil {
			return err
		}
		o.requests = append(o.requests, request)
		return nil
	})
	flags.Func("config", "a `FILE` that says how the trees are checked, as for lint", func(path string) (err error) {
		o.config, err = settings.Read(path)
		return err
	})
	o.reading.Add(flags)
	return flags
}

// formats print a review in the formats of -format.
var formats = map[string]func(io.Writer, review) error{
	"markdown": func(w io.Writer, r review) error {
		_, err := io.WriteString(w, r.markdown())
		return err
	},
	"json": func(w io.Writer, r review) error { return cli.JSON(w, r) },
}

// read reads a directory or a file. A document that is not a manifest is a finding.
func (o options) read(path string, stderr io.Writer) (manifest.Set, error) {
	info, err := os.Stat(path)
	if err != nil {
		return manifest.Set{}, err
	}
	reader, err := o.reading.Reader(path, nil)
	if err != nil {
		return manifest.Set{}, err
	}
	read := func(path string) ([]manifest.File, []manifest.Skip, error) { return reader.ReadPaths(path) }
	if info.IsDir() {
		read = reader.ReadDir // the two trees use the same names for the same files
	}
	files, skipped, err := read(path)
	for _, s := range skipped {
		fmt.Fprintln(stderr, "review: note:", s)
	}
	if err != nil {
		return manifest.Set{}, err
	}
	set, _ := reader.Decode(files...)
	if err := set.OneCluster(); err != nil {
		return manifest.Set{}, err
	}
	set = release.WithoutValues(set)
	for _, note := range settings.Notes(set, "review") {
		fmt.Fprintln(stderr, "review: note:", note)
	}
	return set.Build().Set, nil
}

// check returns the findings in a set.
func (o options) check(set manifest.Set,
	checks ...func(manifest.Set, validate.Checker) validate.Findings) validate.Findings {
	checker := o.config.Apply(validate.Checker{})
	findings := checker.Check(set)
	for _, check := range checks {
		findings = validate.Merge(findings, check(set, checker))
	}
	return validate.Suppress(set, o.config.Ignore, findings)
}
