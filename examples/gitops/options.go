package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/swimlane-go/swimlane/examples/internal/settings"
	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release/gitops"
)

// command is a command of the program.
type command struct {
	name  string
	flags []string // flags beside those of all commands
	help  string
}

// all are the flags of all commands.
var all = append(settings.Flags(), "dir", "format")

// commands returns all commands. Commands that move a release have the flags -plan, -revision,
// -dry-run and -message.
func commands() []command {
	with := func(flags ...string) []string { return append(flags, "plan", "revision", "dry-run", "message") }
	return []command{
		{"status", []string{"plan", "revision", "dry-run"}, "say where the release is, and what is wrong"},
		{"plan", []string{"plan"}, "print the plan as a table, as Markdown and as a Mermaid picture"},
		{"capacity", []string{"plan"}, "say whether the pods carry what each place of the plan gives them"},
		{"init", []string{"candidate", "values", "lanes", "from", "services", "dry-run", "message"},
			"write a plan for a new lane from what the directory holds, to be edited"},
		{"prepare", with("by"), "add the candidate's Deployments and lane"},
		{"start", with("by", "reason", "override"), "bring the candidate into the routes, at the first stage"},
		{"promote", with("to", "by", "reason", "override"), "go up a stage, or to the one that is named"},
		{"back", with("to", "reason", "by"), "go down a stage, or to the one that is named"},
		{"pause", with("reason", "by"), "hold the release"},
		{"resume", with("by"), "go on after a pause"},
		{"rollback", with("reason", "by"), "end the release at the plan's rollback weights, whatever the weights are"},
		{"finish", with("by", "reason", "override"), "end the release at the last stage"},
		{"observe", with("metric", "began", "ended", "pod"),
			"keep what was measured, from FILE: observations in JSON, one a line; with -metric from two, what was " +
				"counted BEFORE and AFTER"},
		{"approve", with("by", "role", "to"), "say as -by that the release may go on"},
		{"decide", with("apply", "by"), "say what the evidence asks for; with -apply do it"},
		{"cleanup", with(), "take out what is over: once for the routes, once more for the lanes and Deployments"},
		{"adopt", with("as", "reason"), "take over weights that were edited by hand"},
		{"replan", with("as"), "take over a plan that was edited since the release began"},
	}
}

// options are the values of the flags and operands.
type options struct {
	dirs               directories
	plan, format       string
	revision           int64 // -1 if the flag is not given
	dryRun, message    bool
	lanes              bool
	command            string
	to, as             string
	reason, candidate  string
	by, role, override string
	apply              bool
	files              []string // the operands of observe
	metric, pod        string
	began, ended       moment
	from, services     string
	values             string
	reading            settings.Reading
}

// directories are the values of -dir.
type directories []string

func (d *directories) String() string { return strings.Join(*d, ", ") }

// Set adds a directory.
func (d *directories) Set(name string) error {
	if name == "" {
		return errors.New("must not be empty") // most likely an unset variable
	}
	*d = append(*d, name)
	return nil
}

// moment is a time on the command line.
type moment struct{ time.Time }

func (m *moment) String() string {
	if m.IsZero() {
		return ""
	}
	return m.Format(time.RFC3339)
}

// Set parses the time.
func (m *moment) Set(text string) (err error) {
	if m.Time, err = time.Parse(time.RFC3339, text); err != nil {
		return errors.New("must be a time such as 2026-03-11T08:00:00Z")
	}
	return nil
}

// usageError is a mistake of the caller.
type usageError struct{ error }

// newFlags returns the flags of the program, and the options that they set.
func newFlags() (*options, *flag.FlagSet) {
	o := &options{}
	flags := cli.NewFlags("gitops", about())
	flags.Var(&o.dirs, "dir",
		"the checked-out `directory`; repeated where a release is in several, such as one of the routes: none may "+
			"lie in another, and names of files then begin at the nearest directory around all")
	flags.StringVar(&o.plan, "plan", "", "the `name` of the plan, where the directory has several")
	flags.StringVar(&o.format, "format", "text",
		"`text|json`; plan: table, markdown and mermaid too; capacity: markdown too")
	flags.Int64Var(&o.revision, "revision", -1, "the `revision` that status printed; another one is refused")
	flags.BoolVar(&o.dryRun, "dry-run", false, "do everything but write")
	flags.BoolVar(&o.message, "message", false, "print the commit message and nothing else")
	flags.StringVar(&o.to, "to", "",
		"promote, back: the `stage` to go to, by name or number; approve: up to which it counts")
	flags.StringVar(&o.as, "as", "", "adopt, replan: the `place` that is meant: prepared, a stage, or rolledback")
	flags.StringVar(&o.reason, "reason", "", "`why`, for the commit message and the history")
	flags.StringVar(&o.by, "by", "",
		"`who` asks, for the history; prepare: the author, who may not approve; approve: who approves")
	flags.StringVar(&o.role, "role", "", "approve: the `role`, where the plan gives -by several")
	flags.StringVar(&o.override, "override", "",
		"start, promote, finish: `why` it happens though a gate or a freeze is against it; needs -by")
	flags.StringVar(&o.metric, "metric", "",
		"observe: the `name` of the plan's metric that Istio's counters are read for, in the Prometheus text format")
	flags.Var(&o.began, "began", "observe: `when` BEFORE was read, as 2026-03-11T08:00:00Z")
	flags.Var(&o.ended, "ended", "observe: `when` AFTER was read")
	flags.StringVar(&o.pod, "pod", "",
		"observe: the `name` of the pod that served the counters, where they do not name it")
	flags.BoolVar(&o.apply, "apply", false, "decide: do what is decided")
	flags.StringVar(&o.candidate, "candidate", "", "init: the `lane` to be released")
	flags.StringVar(&o.values, "values", "",
		"init: the `file` of values that holds the weights, as FILE or FILE#PATH; default, in a Helm chart: the one "+
			"of its files of values that does")
	flags.BoolVar(&o.lanes, "lanes", false, "init: first add the lane of the version that runs, a commit at each call")
	flags.StringVar(&o.from, "from", "", "init -lanes: the `version` that runs, where the pods bear none or several")
	flags.StringVar(&o.services, "services", "",
		"init -lanes: the `names` of the Services in the lane, or NAMESPACE/NAME, with commas between; default: all "+
			"that Deployments of the version are behind")
	o.reading.Add(flags)
	return o, flags
}

// directory returns the directory of the release.
func (o *options) directory(reader manifest.Reader) gitops.Directory {
	return gitops.Directory{Path: o.dirs[0], Also: o.dirs[1:], Plan: o.plan, DryRun: o.dryRun, Reader: reader}
}

// check returns a mistake in the command line, or nil.
func (o *options) check(flags *flag.FlagSet, operands []string) error {
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	if len(operands) == 0 {
		return fmt.Errorf("must be told what to do: %s", strings.Join(names, ", "))
	}
	o.command = operands[0]
	i := slices.Index(names, o.command)
	switch {
	case i < 0:
		return fmt.Errorf("no command %q: there are %s", o.command, strings.Join(names, ", "))
	case o.command == "observe" && o.metric == "" && len(operands) != 2:
		return errors.New("observe: must be told one FILE, or with -metric two: BEFORE and AFTER")
	case o.command == "observe" && o.metric != "" && (len(operands) != 3 || o.began.IsZero() || o.ended.IsZero()):
		return errors.New("observe: -metric needs two files, BEFORE and AFTER, and -began and -ended: when each was " +
			"read")
	case o.command == "approve" && o.by == "":
		return errors.New("approve: -by must say who approves")
	case o.override != "" && o.by == "":
		return errors.New("-override needs -by: who overrides")
	case o.command != "observe" && len(operands) > 1:
		return fmt.Errorf("%s takes no operands: %q", o.command, operands[1:])
	case len(o.dirs) == 0:
		return errors.New("-dir must name the directory")
	case cli.Given(flags, "revision") && o.revision < 0:
		return fmt.Errorf("-revision must not be negative: %d", o.revision)
	case o.command == "init" && o.candidate == "":
		return errors.New("init: -candidate must name the lane to be released")
	case strings.HasPrefix(o.values, "#"):
		return errors.New("init: -values must name a file, as FILE or FILE#PATH")
	case o.command == "init" && o.values != "" && o.lanes:
		return errors.New("init: -values and -lanes may not be given together: values have no objects to add lanes to")
	case o.command == "init" && o.from+o.services != "" && !o.lanes:
		return errors.New("init: -from and -services may be given with -lanes only")
	}
	if o.command == "observe" {
		o.files = operands[1:]
	}
	var errs []error
	flags.Visit(func(f *flag.Flag) {
		switch {
		case !slices.Contains(all, f.Name) && !slices.Contains(commands()[i].flags, f.Name):
			errs = append(errs, fmt.Errorf("%s takes no -%s", o.command, f.Name))
		case f.Value.String() == "":
			errs = append(errs, fmt.Errorf("-%s must not be empty", f.Name)) // most likely an unset variable
		}
	})
	formats := []string{"text", "json"}
	switch o.command {
	case "plan":
		formats = append(formats, "table", "markdown", "mermaid")
	case "capacity":
		formats = append(formats, "markdown")
	}
	if !slices.Contains(formats, o.format) {
		errs = append(errs, fmt.Errorf("%s: -format must be one of %s, not %q", o.command, strings.Join(formats, ", "),
			o.format))
	}
	if o.message && o.format != "text" {
		errs = append(errs, errors.New(
			"-message and -format json may not be given together: the JSON holds the message"))
	}
	return errors.Join(errs...)
}

// about returns the text that -h prints before the flags.
func about() string {
	var b strings.Builder
	b.WriteString(`usage: gitops -dir DIR [-dir DIR]... [flags] COMMAND

Moves a release in a checked-out Git directory, by editing the few lines that a
careful person would. It prints what changed, where the release is, what may
come next, and a commit message that fits; committing is yours.

Commands:
`)
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %-9s %s\n", c.name, c.help)
	}
	b.WriteString(`
Exit codes: 0 what was asked for is in the files; 1 refused; 2 called wrongly, or
the directory cannot be read (after 1 and 2 nothing was written); 3 written, but
not what was asked for: commit it and ask again.
`)
	return b.String()
}
