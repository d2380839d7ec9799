package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/swimlane-go/swimlane/examples/internal/settings"
	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

const about = `usage: istio [-all] [-namespace NS] [-app FILE] [-recurse=false] PATH...

Prints the lanes of an app, read from files and directories, as what makes the same
lanes on Istio without ASM: DestinationRules and VirtualServices, as YAML. The PATH -
is standard input, called stdin. Notes are on standard error.

Exit codes: 0 done; 1 lint finds an error, there is no lane group, or the lanes
cannot be had without ASM; 2 called wrongly, or something cannot be read. After 1
and 2 nothing was printed to standard output.
`

// run is the program without its process: it returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := cli.NewFlags("istio", about)
	all := flags.Bool("all", false, "print everything else of the input too, but ASM's objects")
	var reading settings.Reading
	reading.Add(flags)
	return cli.Run(flags, args, stdout, stderr, func(paths []string, stdout, stderr io.Writer) (int, error) {
		set, err := read(reading, paths, stdin, stderr)
		if err != nil {
			return cli.Misused, err
		}
		text, err := convert(set, *all)
		if err != nil {
			return cli.Bad, err
		}
		if _, err := stdout.Write(text); err != nil {
			return cli.Misused, err
		}
		for _, note := range notes(set) {
			fmt.Fprintln(stderr, "istio: note:", note)
		}
		return cli.Done, nil
	})
}

func read(reading settings.Reading, paths []string, stdin io.Reader, stderr io.Writer) (manifest.Set, error) {
	if len(paths) == 0 {
		return manifest.Set{}, errors.New("name at least one file or directory")
	}
	reader, err := reading.Reader(".", stdin)
	if err != nil {
		return manifest.Set{}, err
	}
	files, skipped, err := reader.ReadPaths(paths...)
	for _, s := range skipped {
		fmt.Fprintln(stderr, "istio: note:", s)
	}
	switch {
	case err != nil:
		return manifest.Set{}, err
	case len(files) == 0 && len(skipped) > 0:
		return manifest.Set{}, errors.New("no file can be read")
	}
	set, err := reader.Decode(files...)
	for _, note := range settings.Notes(set, "istio") {
		fmt.Fprintln(stderr, "istio: note:", note)
	}
	return release.WithoutValues(set).Build().Set, errors.Join(err, set.OneCluster())
}
