// Package cli holds what the command lines of the example programs share: flags and operands in any
// order, exit codes, and output that is safe to show.
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

// NewFlags returns the flags of a program, at first none. About is the text that -h prints before
// them: the usage line, and what the program does.
func NewFlags(name, about string) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {
		text := about
		flags.VisitAll(func(*flag.Flag) { text = about + "\nFlags:\n" })
		fmt.Fprint(flags.Output(), text)
		flags.PrintDefaults()
	}
	return flags
}

// Parse sets the flags and returns the operands, in order. Flags and operands may come in any
// order; after "--" all arguments are operands. "-" and negative numbers are operands too. "-"
// means standard input and may be given once.
//
// The error is [flag.ErrHelp] when the user asks for help: by -h, -help, or the only argument
// "help".
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

// takesNext reports whether the next argument is the value of this flag.
func takesNext(flags *flag.FlagSet, arg string) bool {
	name := strings.TrimPrefix(strings.TrimPrefix(arg, "-"), "-")
	f := flags.Lookup(name)
	if f == nil {
		return false // its value is behind "=", or no such flag exists
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

// Exit prints why a program ends, and returns its exit code. Without an error it prints nothing and
// returns code. For [flag.ErrHelp] it prints the usage to stdout and returns Done. For other errors
// it prints "NAME: ERROR" to stderr.
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
