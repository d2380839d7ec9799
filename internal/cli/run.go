package cli

import (
	"flag"
	"io"
)

// Run runs a program: it parses args, does with the operands what the program is for, and
// says why it ends. What is printed is [Clean]. It returns the exit code.
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

// Answer returns how a program ends that gives an answer: with [Misused] and the error,
// if there is one, else with [Done] for a good answer and [Bad] for another one.
func Answer(good bool, err error) (code int, _ error) {
	switch {
	case err != nil:
		return Misused, err
	case good:
		return Done, nil
	}
	return Bad, nil
}
