// Command tables writes the tables of docs/benchmarks.md and the figures of the README. It takes
// them from the last results of the other programs: results/*.json.
//
//	go run ./tables
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/bench/internal/table"
)

func main() {
	if err := run(".."); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(root string) error {
	in := func(name string) string { return filepath.Join(root, "bench", "results", name) }
	peers, err := table.Read[table.Results](in("peers.json"))
	if err != nil {
		return err
	}
	flagger, err := table.Read[table.Results](in("flagger.json"))
	if err != nil {
		return err
	}
	peers.Rows, peers.Peers = append(peers.Rows, flagger.Rows...), append(peers.Peers, flagger.Peers...)
	slices.Sort(peers.Peers)
	allocations, err := table.Read[table.Growth](in("allocations.json"))
	if err != nil {
		return err
	}
	statements, err := table.Read[table.Growth](in("statements.json"))
	if err != nil {
		return err
	}
	processes, err := table.Read[table.Processes](in("processes.json"))
	if err != nil {
		return err
	}
	page := filepath.Join(root, "docs", "benchmarks.md")
	if err := fill(page, "peers", peers.Markdown()); err != nil {
		return err
	}
	if err := fill(page, "processes", processes.Markdown()); err != nil {
		return err
	}
	if err := fill(page, "growth", table.GrowthMarkdown(allocations, statements)); err != nil {
		return err
	}
	return fill(filepath.Join(root, "README.md"), "figures", peers.Short()+"\n"+processes.Short())
}

// fill replaces the text between the two marks of a name in a file.
func fill(path, name, text string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	begin, end := "<!-- "+name+": make bench-peers -->\n", "<!-- end of "+name+" -->"
	before, rest, found := strings.Cut(string(data), begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return fmt.Errorf("%s: must have the marks %q and %q", path, strings.TrimSpace(begin), end)
	}
	return os.WriteFile(path, []byte(before+begin+text+end+after), 0o644)
}
