package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/validate"
)

const about = `usage: lint [-format text|json] [-partial] [-external KIND/NAMESPACE/NAME]...
            [-cluster-domain DOMAIN] PATH...

Checks the manifests of an app, in files and directories; the PATH - is standard
input, called stdin. It prints one finding a line:

  FILE:LINE: severity CODE Kind namespace/name field: message

or with -format json a list of objects. What it passed over is on standard error.

Exit codes: 0 no finding is an error; 1 one is, or a file or document cannot be
read; 2 called wrongly, no such path, or no file can be read.
`

type options struct {
	format  string
	checker validate.Checker
	paths   []string
}

// run is the program without its process: it returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	stdout, stderr = cli.Clean(stdout), cli.Clean(stderr)
	var o options
	flags := cli.NewFlags("lint", about)
	flags.StringVar(&o.format, "format", "text", "how findings are printed: `text|json`")
	flags.StringVar(&o.checker.ClusterDomain, "cluster-domain", "cluster.local", "the DNS `domain` of the cluster")
	flags.BoolVar(&o.checker.Partial, "partial", false, "the paths are a part of what is deployed: what they refer to may lie elsewhere")
	flags.Func("external", "a Gateway or Service that is deployed from elsewhere, as `KIND/NAMESPACE/NAME`; may be repeated", func(text string) error {
		ref, err := external(text)
		o.checker.External = append(o.checker.External, ref)
		return err
	})
	var findings validate.Findings
	paths, err := cli.Parse(flags, args)
	if o.paths = paths; err == nil {
		err = o.validate()
	}
	if err == nil {
		findings, err = lint(o, stdin, stderr)
	}
	if err == nil {
		err = write(stdout, o.format, findings)
	}
	switch {
	case err != nil:
		return cli.Exit(cli.Misused, err, flags, stdout, stderr)
	case findings.Err() != nil:
		return cli.Bad
	}
	return cli.Done
}

// external reads what -external names.
func external(text string) (manifest.Ref, error) {
	groups := map[string]string{"Gateway": "networking.istio.io", "Service": ""}
	parts := strings.Split(text, "/")
	group, known := groups[parts[0]]
	if len(parts) != 3 || !known || parts[1] == "" || parts[2] == "" {
		return manifest.Ref{}, errors.New("must be Gateway/NAMESPACE/NAME or Service/NAMESPACE/NAME")
	}
	return manifest.Ref{Group: group, Kind: parts[0], Namespace: parts[1], Name: parts[2]}, nil
}

func (o options) validate() error {
	switch {
	case o.format != "text" && o.format != "json":
		return fmt.Errorf("-format must be text or json, not %q", o.format)
	case len(o.paths) == 0:
		return errors.New("name at least one file or directory")
	}
	return nil
}

// lint returns what is wrong in the files at the paths, and says what was passed
// over. It is an error when a path is none, or no file can be read.
func lint(o options, stdin io.Reader, stderr io.Writer) (validate.Findings, error) {
	files, skipped, err := manifest.Reader{Stdin: stdin}.ReadPaths(o.paths...)
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
	set, err := manifest.Decode(files...)
	if _, err := unreadable(err); err != nil { // the others are among the set's faults
		return nil, err
	}
	return validate.Merge(o.checker.Check(set), gitops.Check(set, o.checker), unread), nil
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
		if findings == nil {
			findings = validate.Findings{} // [], not null
		}
		return cli.JSON(out, findings)
	}
	for _, f := range findings {
		if _, err := fmt.Fprintln(out, f); err != nil {
			return err
		}
	}
	return nil
}
