package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/internal/golden"
)

// loop returns responses as the loop of the README prints them.
func loop(lanes map[string]int, order ...string) string {
	var out strings.Builder
	for _, lane := range order {
		for range lanes[lane] {
			fmt.Fprintf(&out,
				"-> mocka(version: %[1]s, ip: 10.0.239.73)-> mockb(version: %[1]s, ip: 10.0.239.136)-> mockc(version: %[1]s, ip: 10.0.239.139)\n",
				lane)
		}
	}
	return out.String()
}

func verify(t *testing.T, in io.Reader, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(args, in, &out, &errs)
	return code, out.String(), errs.String()
}

func TestVerdicts(t *testing.T) {
	const chain = "-> mocka(version: %s)-> mockb(version: %s)\n"
	good := loop(map[string]int{"v1": 60, "v2": 31, "v3": 9}, "v1", "v2", "v3")
	crossing := fmt.Sprintf(chain, "v1", "v2")
	for name, test := range map[string]struct {
		want string
		in   string
		code int
	}{
		"good":              {"v1=60,v2=30,v3=10", good, cli.Done},
		"spaces and blanks": {"v1=60,v2=30,v3=10", strings.ReplaceAll(good, "-> mocka", "\n    -> mocka"), cli.Done},
		"crlf":              {"v1=60,v2=30,v3=10", strings.ReplaceAll(good, "\n", "\r\n"), cli.Done},
		"no final newline":  {"v1=60,v2=30,v3=10", strings.TrimSuffix(good, "\n"), cli.Done},
		"without ip":        {"v1=100", fmt.Sprintf(chain, "v1", "v1"), cli.Done},
		"one hop":           {"v1=100", "-> mocka(version: v1)", cli.Done},
		"lane at 0 unseen":  {"v1=100,v2=0", fmt.Sprintf(chain, "v1", "v1"), cli.Done},
		"too many":          {"v1=90,v2=10", loop(map[string]int{"v1": 70, "v2": 30}, "v1", "v2"), cli.Bad},
		"lane at 0 seen": {"v1=50,v2=50,v3=0",
			loop(map[string]int{"v1": 500, "v2": 499, "v3": 1}, "v1", "v2", "v3"), cli.Bad},
		"unknown lane": {"v1=50,v2=50", loop(map[string]int{"v1": 50, "v2": 50, "v9": 1}, "v1", "v2", "v9"),
			cli.Bad},
		"crossing":           {"v1=60,v2=30,v3=10", good + crossing, cli.Bad},
		"crossing later":     {"v1=100", "-> a(version: v1)-> b(version: v1)-> c(version: v2)", cli.Bad},
		"comes back":         {"v1=100", "-> a(version: v1)-> b(version: v2)-> c(version: v1)", cli.Bad},
		"cut off by preview": {"v1=100", "-> a(version: v1)-> b(version: v1)-> ...", cli.Done},
		"crossing, cut off":  {"v1=100", "-> a(version: v1)-> b(version: v2)-> ...", cli.Bad},
		"cut off in a hop":   {"v1=100", "-> a(version: v1)-> b(version: ...", cli.Bad},
		"nothing but cut":    {"v1=100", "-> ...", cli.Bad},
		"not known":          {"v1=100", "-> a(version: v1)-> b(version: ?)", cli.Bad},
		"error page":         {"v1=60,v2=30,v3=10", good + "no healthy upstream\n", cli.Bad},
		"only error pages":   {"v1=100", strings.Repeat("upstream connect error\n", 12), cli.Bad},
		"glued to an error":  {"v1=100", "-> a(version: v1) no healthy upstream", cli.Bad},
		"nothing":            {"v1=100", "", cli.Bad},
		"blank lines alone":  {"v1=100", "\n \n\r\n", cli.Bad},
		"binary":             {"v1=100", "\x00\xff\x1b[2J", cli.Bad},
		"missing parenthese": {"v1=100", "-> a(version: v1", cli.Bad},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := verify(t, strings.NewReader(test.in), "-want", test.want)
			require.Equal(t, test.code, code, stdout+stderr)
			require.Empty(t, stderr)
			golden.Equal(t, strings.ReplaceAll(name, " ", "-")+".txt", stdout)
		})
	}
}

func TestUsage(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"no flags":       {nil, "-want must say"},
		"operand":        {[]string{"-want", "v1=100", "file"}, "no operands"},
		"two operands":   {[]string{"-", "-want", "v1=100", "file"}, "no operands"},
		"unknown flag":   {[]string{"-wnat", "v1=100"}, "not defined"},
		"no percent":     {[]string{"-want", "v1"}, `"v1" is not`},
		"not a number":   {[]string{"-want", "v1=all"}, `"v1=all" is not`},
		"fraction":       {[]string{"-want", "v1=99.5,v2=0.5"}, `"v1=99.5" is not`},
		"trailing comma": {[]string{"-want", "v1=100,"}, `"" is not`},
		"sum":            {[]string{"-want", "v1=60,v2=30"}, "must sum to 100, not 90"},
		"lane twice":     {[]string{"-want", "v1=50,v1=50"}, "Duplicate value"},
		"negative":       {[]string{"-want", "v1=-1,v2=101"}, "must be between 0 and 100"},
		"no lane":        {[]string{"-want", "=100"}, "must name a lane"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := verify(t, strings.NewReader(""), test.args...)
			require.Equal(t, cli.Misused, code)
			require.Empty(t, stdout)
			require.Contains(t, stderr, test.want)
		})
	}
	code, _, stderr := verify(t, strings.NewReader("-> a(version: v1)"), "-", "-want", "v1=100")
	require.Equal(t, cli.Done, code, stderr)
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"-h"}, {"-help"}, {"--help"}, {"help"}, {"-want", "v1=100", "-h"}} {
		code, stdout, stderr := verify(t, strings.NewReader(""), args...)
		require.Equal(t, cli.Done, code)
		require.Empty(t, stderr)
		golden.Equal(t, "usage.txt", stdout)
	}
}

func TestUnreadableInput(t *testing.T) {
	code, stdout, stderr := verify(t, strings.NewReader(strings.Repeat("x", maxLine+1)), "-want", "v1=100")
	require.Equal(t, cli.Misused, code)
	require.Empty(t, stdout)
	require.Contains(t, stderr, "token too long")

	code, _, stderr = verify(t, iotest.ErrReader(errors.New("disk on fire")), "-want", "v1=100")
	require.Equal(t, cli.Misused, code)
	require.Contains(t, stderr, "disk on fire")
}
