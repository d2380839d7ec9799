package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"github.com/swimlane-go/swimlane/examples/internal/settings"
	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release"
)

const about = `usage: preview -path /PATH [-host HOST] [-method METHOD] [-header K=V]...
               [-gateway NAMESPACE/NAME] [-cluster-domain DOMAIN] [-require-isolated]
               [-format text|json|mermaid|markdown | -n N [-seed SEED]]
               [-namespace NS] [-app FILE] [-recurse=false] PATH...

Says where a request would go once the manifests in files and directories are
applied: a line an outcome with its probability, a verdict, and a "note: " line for
all that was assumed or passed over. The PATH - is standard input, called stdin.

With -n it prints what a loop of that many requests would show instead, in lines that
verify reads; the verdict and the notes are on standard error then.

Exit codes: 0 the request is isolated, or that is not known and -require-isolated is
not set; 1 a call may leave its lane or get no answer, or an object is not what it
should be (see lint); 2 called wrongly, or something cannot be read.
`

type options struct {
	reading preview.Reading
	files   settings.Reading
	request preview.Request
	require bool // the request must be isolated
	n       int
	seed    uint64
	format  string
	paths   []string
}

// run is the program without its process: it returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o := options{request: preview.Request{Headers: map[string]string{}}}
	flags := o.flags()
	return cli.Run(flags, args, stdout, stderr, func(paths []string, stdout, stderr io.Writer) (int, error) {
		o.paths = paths
		if err := o.validate(flags); err != nil {
			return cli.Misused, err
		}
		result, sound, err := trace(o, stdin)
		if err == nil {
			err = show(stdout, stderr, o, result)
		} else if o.format == "json" {
			err = errors.Join(err, cli.JSON(stdout, cli.Failure{Error: err.Error()}))
		}
		return cli.Answer(sound && o.good(result.Verdict.Kind), err)
	})
}

// good reports whether the exit code is 0 for a verdict. An unknown verdict is good unless
// isolation is required.
func (o options) good(kind preview.VerdictKind) bool {
	return kind == preview.Isolated || kind == preview.Unknown && !o.require
}

func (o *options) flags() *flag.FlagSet {
	flags := cli.NewFlags("preview", about)
	flags.StringVar(&o.request.Path, "path", "", "the `path` of the request, with its query")
	flags.StringVar(&o.request.Host, "host", "",
		"the `host` that the request is for (default: any, where the gateway serves any)")
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
	flags.StringVar(&o.request.Gateway, "gateway", "",
		"the Gateway that the request comes to, `NAMESPACE/NAME` (default: the one that has a route for it)")
	flags.StringVar(&o.reading.ClusterDomain, "cluster-domain", "cluster.local", "the DNS `domain` of the cluster")
	flags.BoolVar(&o.require, "require-isolated", false,
		"exit with 1 when it is not known whether the request is isolated")
	flags.IntVar(&o.n, "n", 0, "print what `N` requests in a loop would show instead")
	flags.Uint64Var(&o.seed, "seed", 1, "which `requests` the loop of -n draws")
	cli.Format(flags, &o.format, "the result", "text", "json", "mermaid", "markdown")
	o.files.Add(flags)
	return flags
}

func (o options) validate(flags *flag.FlagSet) error {
	namespace, gateway, _ := strings.Cut(o.request.Gateway, "/")
	switch {
	case !strings.HasPrefix(o.request.Path, "/"):
		return fmt.Errorf("-path must start with /: %q", o.request.Path)
	case cli.Given(flags, "gateway") && (namespace == "" || gateway == "" || strings.Contains(gateway, "/")):
		return fmt.Errorf("-gateway must be NAMESPACE/NAME: %q", o.request.Gateway)
	case o.n < 0:
		return fmt.Errorf("-n must not be negative: %d", o.n)
	case o.n > 0 && o.format != "text":
		return errors.New("-n prints lines of a loop: it has no other -format")
	case len(o.paths) == 0:
		return errors.New("name at least one file or directory")
	}
	return nil
}

// trace reads the files at the paths and follows the request. The notes begin with the skipped
// files and the faults of the set. sound says that the set has no fault but unknown keys in ASM's
// lanes: ASM may be newer than the library.
func trace(o options, stdin io.Reader) (result preview.Result, sound bool, err error) {
	reader, err := o.files.Reader(".", stdin)
	if err != nil {
		return preview.Result{}, false, err
	}
	files, skipped, err := reader.ReadPaths(o.paths...)
	if err != nil {
		return preview.Result{}, false, err
	}
	notes := []string{} // not null in JSON
	for _, s := range skipped {
		notes = append(notes, s.String())
	}
	if len(files) == 0 && len(skipped) > 0 {
		return preview.Result{}, false, fmt.Errorf("no file can be read: %s", strings.Join(notes, ", "))
	}
	set, err := reader.Decode(files...)
	if err != nil {
		return preview.Result{}, false, err
	}
	if err := set.OneCluster(); err != nil {
		return preview.Result{}, false, err
	}
	set = release.WithoutValues(set)
	notes, set, sound = append(notes, settings.Notes(set, "preview ...")...), set.Build().Set, true
	for _, f := range set.Faults() {
		sound = sound && f.Kind == manifest.UnknownKey && f.Object.Group == lanes.GroupVersion().Group
		notes = append(notes, strings.TrimSpace(position.Of(f.File, f.Line, f.Object)+" "+f.Field)+": "+f.Message)
	}
	result, err = o.reading.New(set).Trace(o.request)
	result.Notes = append(notes, result.Notes...)
	return result, sound, err
}

// formats print a result in the formats of -format.
var formats = map[string]func(io.Writer, preview.Result) error{
	"text":     func(w io.Writer, r preview.Result) error { return write(w, r.String()) },
	"mermaid":  func(w io.Writer, r preview.Result) error { return write(w, r.Mermaid()) },
	"markdown": func(w io.Writer, r preview.Result) error { return write(w, r.Markdown()) },
	"json":     func(w io.Writer, r preview.Result) error { return cli.JSON(w, r) },
}

func write(w io.Writer, text string) error {
	_, err := io.WriteString(w, text)
	return err
}

// show prints a result in its format, or the responses of a loop.
func show(stdout, stderr io.Writer, o options, result preview.Result) error {
	if o.n == 0 {
		return formats[o.format](stdout, result)
	}
	for _, note := range result.Remarks() {
		fmt.Fprintln(stderr, "preview: note:", markup.Line(note))
	}
	fmt.Fprintln(stderr, result.Verdict)
	return result.Sample(stdout, o.n, rand.NewPCG(o.seed, 0))
}
