// Package table holds measurements, and shows them as Markdown.
package table

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/swimlane-go/swimlane/bench/internal/pair"
)

// Results are the results of one run of peers or flagger.
type Results struct {
	// Machine is the machine of the run: processors, system and Go version.
	Machine string `json:"machine"`
	// Peers are the modules of the peers with their versions, sorted.
	Peers []string `json:"peers"`
	Rows  []Row    `json:"rows"`
}

// Row is a work that both the library and a peer do.
type Row struct {
	// Name is a short name of the row, to quote it.
	Name string `json:"name"`
	// Work is the work, Peer the peer. Without a Peer only the library does it.
	Work string `json:"work"`
	Peer string `json:"peer"`
	// Goal is the highest ratio that we aim for; 0 means none.
	Goal  float64     `json:"goal,omitempty"`
	Found pair.Result `json:"found"`
}

// Read reads a value from a file that [Write] wrote.
func Read[T any](path string) (T, error) {
	var out T
	data, err := os.ReadFile(path)
	if err != nil {
		return out, err
	}
	return out, json.Unmarshal(data, &out)
}

// Write writes a value to a file, as JSON.
func Write(path string, value any) error {
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}

// Show prints results as a table, and writes them to a file, if it has a name.
func Show(w io.Writer, file string, results interface{ Markdown() string }) error {
	if _, err := io.WriteString(w, results.Markdown()); err != nil || file == "" {
		return err
	}
	return Write(file, results)
}

// Markdown returns the results as a table.
func (r Results) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s, beside %s.\n\n", r.Machine, strings.Join(r.Peers, ", "))
	b.WriteString(
		"| row | work | beside | time, ours to theirs | goal | time of ours | allocations | MiB allocated |\n")
	b.WriteString("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |\n")
	for _, row := range r.Rows {
		f := row.Found
		if row.Peer == "" {
			fmt.Fprintf(&b, "| %s | %s | | | | %v | %d | %.2f |\n", row.Name, row.Work, Short(f.Ours), f.OurAllocations,
				mib(f.OurBytes))
			continue
		}
		goal := ""
		if row.Goal > 0 {
			goal = fmt.Sprintf("%.2f", row.Goal)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %.2f | %s | %v | %d / %d | %.2f / %.2f |\n", row.Name, row.Work, row.Peer,
			f.Ratio, goal,
			Short(f.Ours), f.OurAllocations, f.TheirAllocations, mib(f.OurBytes), mib(f.TheirBytes))
	}
	return b.String()
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }
