package cli_test

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/cli"
)

type options struct {
	partial bool
	n       int
	format  string
}

func newFlags() (*options, *flag.FlagSet) {
	o, flags := &options{}, cli.NewFlags("prog", "usage: prog [-partial] PATH...\n\nIt does nothing.\n")
	flags.BoolVar(&o.partial, "partial", false, "not all")
	flags.IntVar(&o.n, "n", 0, "how `many`")
	flags.StringVar(&o.format, "format", "text", "the `form`")
	return o, flags
}

func TestParse(t *testing.T) {
	for args, test := range map[string]struct {
		want     options
		operands string
	}{
		"":                         {options{format: "text"}, ""},
		"a b":                      {options{format: "text"}, "a b"},
		"-partial a -n 5 b":        {options{partial: true, n: 5, format: "text"}, "a b"},
		"a --n=5 b --partial":      {options{partial: true, n: 5, format: "text"}, "a b"},
		"a -n -5 b":                {options{n: -5, format: "text"}, "a b"},
		"a -partial=false b":       {options{format: "text"}, "a b"},
		"-partial false":           {options{partial: true, format: "text"}, "false"},
		"a -format -- -n 1":        {options{n: 1, format: "--"}, "a"},
		"-format - -":              {options{format: "-"}, "-"},
		"a -partial -- -n 1 --":    {options{partial: true, format: "text"}, "a -n 1 --"},
		"-- -":                     {options{format: "text"}, "-"},
		"-1 -.5 -1e3 - a -n 2 -0":  {options{n: 2, format: "text"}, "-1 -.5 -1e3 - a -0"},
		"-n 1 help -n 2":           {options{n: 2, format: "text"}, "help"},
		"-- help":                  {options{format: "text"}, "help"},
		"-format a -format=b ./-h": {options{format: "b"}, "./-h"},
	} {
		o, flags := newFlags()
		operands, err := cli.Parse(flags, strings.Fields(args))
		require.NoError(t, err, args)
		require.Equal(t, test.want, *o, args)
		require.Equal(t, test.operands, strings.Join(operands, " "), args)
	}
	for args, want := range map[string]string{
		"a -fromat x":   "flag provided but not defined: -fromat: prog -h explains the flags",
		"a -n":          "flag needs an argument: -n: prog -h explains the flags",
		"-n many a":     `invalid value "many" for flag -n: parse error: prog -h explains the flags`,
		"-partial=5 a":  `invalid boolean value "5" for -partial`,
		"-- -partial=5": "",
		"a ---n 5":      "bad flag syntax: ---n",
		"-inf":          "not defined: -inf",
		"- a -":         "- must be given once",
		"-- - -":        "- must be given once",
	} {
		_, flags := newFlags()
		_, err := cli.Parse(flags, strings.Fields(args))
		if want == "" {
			require.NoError(t, err, args)
			continue
		}
		require.ErrorContains(t, err, want, args)
		require.NotErrorIs(t, err, flag.ErrHelp)
	}
}

// Flags may come anywhere among the operands.
func TestParseTakesFlagsAnywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := [][]string{{"-partial"}, {"-n", "-3"}, {"--format=json"}, {"a"}, {"-"}, {"-7"}}
		order := rapid.Permutation(parts).Draw(t, "order")
		var args, operands []string
		for _, part := range order {
			args = append(args, part...)
			if len(part) == 1 && len(part[0]) <= 2 {
				operands = append(operands, part...)
			}
		}
		o, flags := newFlags()
		got, err := cli.Parse(flags, args)
		require.NoError(t, err)
		require.Equal(t, options{partial: true, n: -3, format: "json"}, *o)
		require.Equal(t, operands, got)
		require.True(t, cli.Given(flags, "n"))
	})
}

func TestHelp(t *testing.T) {
	for _, args := range []string{"-h", "-help", "--help", "--h", "help", "a -h", "-partial a -help", "-n 1 --help a"} {
		_, flags := newFlags()
		_, err := cli.Parse(flags, strings.Fields(args))
		require.ErrorIs(t, err, flag.ErrHelp, args)
		var out, errs strings.Builder
		require.Equal(t, cli.Done, cli.Exit(cli.Misused, err, flags, &out, &errs))
		require.Empty(t, errs.String())
		require.Equal(t, `usage: prog [-partial] PATH...

It does nothing.

Flags:
  -format form
    	the form (default "text")
  -n many
    	how many
  -partial
    	not all
`, out.String())
	}
}

func TestHelpOfNoFlags(t *testing.T) {
	var out, errs strings.Builder
	flags := cli.NewFlags("prog", "usage: prog\n")
	require.Equal(t, cli.Done, cli.Exit(cli.Misused, flag.ErrHelp, flags, &out, &errs))
	require.Equal(t, "usage: prog\n", out.String())
}

func TestExit(t *testing.T) {
	_, flags := newFlags()
	require.False(t, cli.Given(flags, "n"))
	var out, errs strings.Builder
	require.Equal(t, cli.Partial, cli.Exit(cli.Partial, nil, flags, &out, &errs))
	require.Empty(t, out.String()+errs.String())
	require.Equal(t, cli.Bad, cli.Exit(cli.Bad, errors.New("no"), flags, &out, &errs))
	require.Empty(t, out.String())
	require.Equal(t, "prog: no\n", errs.String())
}

func TestRun(t *testing.T) {
	bad := errors.New("bad\x1b")
	for args, test := range map[string]struct {
		do             error
		good           bool
		code           int
		stdout, stderr string
	}{
		"a -n 5": {good: true, code: cli.Done, stdout: "[a]\\u001b\n"},
		"a":      {code: cli.Bad, stdout: "[a]\\u001b\n"},
		"a b":    {do: bad, good: true, code: cli.Misused, stdout: "[a b]\\u001b\n", stderr: "prog: bad\\u001b\n"},
		"- -":    {code: cli.Misused, stderr: "prog: - must be given once: standard input can be read once\n"},
	} {
		_, flags := newFlags()
		var out, errs strings.Builder
		code := cli.Run(flags, strings.Fields(args), &out, &errs,
			func(operands []string, stdout, _ io.Writer) (int, error) {
				fmt.Fprintf(stdout, "%v\x1b\n", operands)
				return cli.Answer(test.good, test.do)
			})
		require.Equal(t, test.code, code, args)
		require.Equal(t, test.stdout, out.String(), args)
		require.Equal(t, test.stderr, errs.String(), args)
	}
}

func TestFormat(t *testing.T) {
	var value string
	flags := cli.NewFlags("prog", "")
	cli.Format(flags, &value, "it", "text", "json", "markdown")
	require.Equal(t, "text", value)
	_, err := cli.Parse(flags, []string{"-format", "json"})
	require.NoError(t, err)
	require.Equal(t, "json", value)
	_, err = cli.Parse(flags, []string{"-format=xml"})
	require.EqualError(t, err,
		`invalid value "xml" for flag -format: must be text, json or markdown: prog -h explains the flags`)
	require.Equal(t, "json", value)
}
