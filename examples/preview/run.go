package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
)

// Exit codes.
const (
	exitGood  = 0
	exitBad   = 1
	exitUsage = 2
)

type options struct {
	reading preview.Reading
	request preview.Request
	require bool // that it is isolated
	n       int
	seed    uint64
	format  string
	paths   []string
}

// run is the program without its process: it returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitGood
	}
	var result preview.Result
	var sound bool
	if err == nil {
		result, sound, err = trace(o, stderr)
	}
	if err == nil {
		err = write(stdout, stderr, o, result)
	}
	switch {
	case err != nil:
		fmt.Fprintln(stderr, "preview:", err)
		return exitUsage
	case !sound || !o.good(result.Verdict.Kind):
		return exitBad
	}
	return exitGood
}

// good reports whether a verdict is one to exit with 0 for. What is not known is no
// fault.
func (o options) good(kind preview.VerdictKind) bool {
	return kind == preview.Isolated || kind == preview.Unknown && !o.require
}

func parse(args []string, stderr io.Writer) (options, error) {
	o := options{request: preview.Request{Headers: map[string]string{}}}
	flags := flag.NewFlagSet("preview", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: preview -path /PATH [-host H] [-method M] [-header K=V]... [-gateway NAMESPACE/NAME] [-cluster-domain D] [-require-isolated] [-n N] [-seed S] [-format text|json|mermaid|markdown] PATH...")
		flags.PrintDefaults()
	}
	flags.StringVar(&o.request.Path, "path", "", "the `path` of the request, with its query")
	flags.StringVar(&o.request.Host, "host", "", "the `host` that the request is for (default: any, where the gateway serves any)")
	flags.StringVar(&o.request.Method, "method", "GET", "the `method` of the request")
	flags.Func("header", "a header of the request, as `K=V`; may be repeated", func(text string) error {
		name, value, found := strings.Cut(text, "=")
		if !found || name == "" {
			return errors.New("must be K=V")
		}
		name = strings.ToLower(name)
		if old, found := o.request.Headers[name]; found {
			value = old + "," + value
		}
		o.request.Headers[name] = value
		return nil
	})
	flags.StringVar(&o.request.Gateway, "gateway", "", "the Gateway that the request comes to, `NAMESPACE/NAME` (default: the one that has a route for it)")
	flags.StringVar(&o.reading.ClusterDomain, "cluster-domain", "cluster.local", "the DNS `domain` of the cluster")
	flags.BoolVar(&o.require, "require-isolated", false, "exit with 1 when it is not known whether the request is isolated")
	flags.IntVar(&o.n, "n", 0, "print what `N` requests in a loop would show instead")
	flags.Uint64Var(&o.seed, "seed", 1, "which `requests` the loop of -n draws")
	flags.StringVar(&o.format, "format", "text", "how the result is printed: `text|json|mermaid|markdown`")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.paths = flags.Args()
	switch {
	case !strings.HasPrefix(o.request.Path, "/"):
		return o, fmt.Errorf("-path must start with /: %q", o.request.Path)
	case o.n < 0:
		return o, fmt.Errorf("-n must not be negative: %d", o.n)
	case o.n > 0 && o.format != "text":
		return o, errors.New("-n prints lines of a loop: it has no other -format")
	case formats[o.format] == nil:
		return o, fmt.Errorf("-format must be text, json, mermaid or markdown, not %q", o.format)
	case len(o.paths) == 0:
		return o, errors.New("name at least one file or directory")
	}
	return o, nil
}

// trace reads the files at the paths and follows the request. sound says that
// every object could be read as what it is: keys that are newer than the library
// are possible in ASM's lanes only.
func trace(o options, stderr io.Writer) (result preview.Result, sound bool, err error) {
	files, skipped, err := manifest.ReadPaths(o.paths...)
	if err != nil {
		return preview.Result{}, false, err
	}
	for _, s := range skipped {
		fmt.Fprintln(stderr, "preview:", s)
	}
	set, err := manifest.Decode(files...)
	if err != nil {
		return preview.Result{}, false, err
	}
	sound = true
	for _, f := range set.Faults() {
		sound = sound && f.Kind == manifest.UnknownKey && f.Object.Group == lanes.GroupVersion().Group
		fmt.Fprintf(stderr, "preview: %s:%d: %s %s: %s\n", f.File, f.Line, f.Object, f.Field, f.Message)
	}
	result, err = o.reading.New(set).Trace(o.request)
	return result, sound, err
}

// formats are how a result is printed.
var formats = map[string]func(preview.Result) (string, error){
	"text":     func(r preview.Result) (string, error) { return r.String(), nil },
	"mermaid":  func(r preview.Result) (string, error) { return r.Mermaid(), nil },
	"markdown": func(r preview.Result) (string, error) { return r.Markdown(), nil },
	"json": func(r preview.Result) (string, error) {
		var b strings.Builder
		encoder := json.NewEncoder(&b)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		err := encoder.Encode(r)
		return b.String(), err
	},
}

func write(stdout, stderr io.Writer, o options, result preview.Result) error {
	for _, note := range result.Remarks() {
		fmt.Fprintln(stderr, "preview: note:", note)
	}
	if o.n > 0 {
		fmt.Fprintln(stderr, result.Verdict)
		return result.Sample(stdout, o.n, rand.NewPCG(o.seed, 0))
	}
	text, err := formats[o.format](result)
	if err != nil {
		return err
	}
	_, err = io.WriteString(stdout, text)
	return err
}
