package cli

import (
	"flag"
	"io"
)

// Run runs a program: it parses args, calls do with the operands, and says why the program ends. It
// escapes the output as [Clean] does. It returns the exit code.
func Run(flags *flag.FlagSet, args []string, stdout, stderr io.Writer,
	do func(operands []string, stdout, stderr io.Writer) (code int, err error)) int {
	stdout, stderr = Clean(stdout), Clean(stderr)
	code := Misused
	operands, err := Parse(flags, args)
	if err == nil {
		code, err = do(operands, stdout, stderr)
	}
	return Exit(code, err, flags, stdout, stderr)
}

// Answer returns the exit code of a program that gives an answer: [Misused] if there is an error,
// [Done] for a good answer, and [Bad] for another one. It returns the error unchanged.
func Answer(good bool, err error) (code int, _ error) {
	switch {
	case err != nil:
		return Misused, err
	case good:
		return Done, nil
	}
	return Bad, nil
}
