package main

import (
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/swimlane-go/swimlane/manifest"
)

// Exit codes.
const (
	exitDone    = 0
	exitRefused = 1
	exitUsage   = 2
)

type options struct {
	all   bool
	paths []string
}

// run is the program without its process: it returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	fail := func(code int, err error) int {
		fmt.Fprintln(stderr, "istio:", err)
		return code
	}
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitDone
	}
	if err != nil {
		return fail(exitUsage, err)
	}
	set, err := read(o.paths, stderr)
	if err != nil {
		return fail(exitUsage, err)
	}
	text, err := convert(set, o.all)
	if err != nil {
		return fail(exitRefused, err)
	}
	if _, err := stdout.Write(text); err != nil {
		return fail(exitUsage, err)
	}
	for _, note := range notes(set) {
		fmt.Fprintln(stderr, "istio: note:", note)
	}
	return exitDone
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("istio", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: istio [-all] PATH...")
		flags.PrintDefaults()
	}
	flags.BoolVar(&o.all, "all", false, "print everything else of the input too, but ASM's objects")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.paths = flags.Args(); len(o.paths) == 0 {
		return o, errors.New("name at least one file or directory")
	}
	return o, nil
}

func read(paths []string, stderr io.Writer) (manifest.Set, error) {
	files, skipped, err := manifest.ReadPaths(paths...)
	if err != nil {
		return manifest.Set{}, err
	}
	for _, s := range skipped {
		fmt.Fprintln(stderr, "istio: note:", s)
	}
	return manifest.Decode(files...)
}
