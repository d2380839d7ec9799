// Package cli is what the command lines of the example programs have in common:
// flags and operands in any order, exit codes, and output that is safe to show.
package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// The exit codes of the programs.
const (
	Done    = 0 // what was asked for is done, and the answer is good
	Bad     = 1 // the answer is bad, or the program refuses; nothing was written
	Misused = 2 // it was called wrongly, or cannot read or print; nothing was written
	Partial = 3 // files were written, but not what was asked for
)

// NewFlags returns the flags of a program, none yet. About is what -h prints before
// them: the line of usage, and what the program does.
func NewFlags(name, about string) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {
		fmt.Fprintf(flags.Output(), "%s\nFlags:\n", about)
		flags.PrintDefaults()
	}
	return flags
}

// Parse sets flags and returns the operands, in order. Flags may stand before and
// after operands; after "--" all are operands. "-" and what looks like a negative
// number are operands too. "-" stands for standard input and may stand once.
//
// The error is [flag.ErrHelp] when help is asked for: by -h, -help, or the only
// argument "help".
func Parse(flags *flag.FlagSet, args []string) (operands []string, err error) {
	if len(args) == 1 && args[0] == "help" {
		return nil, flag.ErrHelp
	}
	for len(args) > 0 {
		n := 1
		switch arg := args[0]; {
		case arg == "--":
			operands, n = append(operands, args[1:]...), len(args)
		case !strings.HasPrefix(arg, "-") || arg == "-" || isNumber(arg):
			operands = append(operands, arg)
		default:
			if takesNext(flags, arg) {
				n = min(2, len(args))
			}
			if err := flags.Parse(args[:n]); errors.Is(err, flag.ErrHelp) {
				return nil, err
			} else if err != nil {
				return nil, fmt.Errorf("%s: %s -h explains the flags", markup.Line(err.Error()), flags.Name())
			}
		}
		args = args[n:]
	}
	if i := slices.Index(operands, "-"); i >= 0 && slices.Contains(operands[i+1:], "-") {
		return nil, errors.New("- must be given once: standard input can be read once")
	}
	return operands, nil
}

func isNumber(arg string) bool {
	_, err := strconv.ParseFloat(arg, 64)
	return err == nil && strings.ContainsAny(arg[1:2], ".0123456789")
}

// takesNext reports whether the value of a flag is the argument after it.
func takesNext(flags *flag.FlagSet, arg string) bool {
	name := strings.TrimPrefix(strings.TrimPrefix(arg, "-"), "-")
	f := flags.Lookup(name)
	if f == nil {
		return false // its value is behind "=", or there is no such flag
	}
	b, isBool := f.Value.(interface{ IsBoolFlag() bool })
	return !isBool || !b.IsBoolFlag()
}

// Given reports whether a flag was set.
func Given(flags *flag.FlagSet, name string) bool {
	found := false
	flags.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

// Exit says why a program ends, and returns its exit code: nothing without an error;
// for [flag.ErrHelp] the usage, to stdout, with Done; for others "NAME: ERROR", to
// stderr.
func Exit(code int, err error, flags *flag.FlagSet, stdout, stderr io.Writer) int {
	switch {
	case errors.Is(err, flag.ErrHelp):
		flags.SetOutput(stdout)
		flags.Usage()
		return Done
	case err != nil:
		fmt.Fprintf(stderr, "%s: %v\n", flags.Name(), err)
	}
	return code
}
