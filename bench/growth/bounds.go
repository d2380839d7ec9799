package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"strings"
)

// A count may exceed the recorded one by the factor slack and the number spare: runtimes differ a
// little.
const (
	slack = 1.02
	spare = 16
)

// write writes the counts of rows as bounds, a line each: the bound, size, unit and work.
func write(path string, rows []row) error {
	var b bytes.Buffer
	for _, r := range rows {
		fmt.Fprintf(&b, "%d %d %s %s\n", int64(math.Ceil(float64(r.count)*slack))+spare, r.size, r.unit, r.name)
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}

// compare returns a message for each row that is above its bound, or has none.
func compare(path string, rows []row) ([]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	bounds := map[string]int64{}
	for line := range strings.Lines(string(data)) {
		bound, key, _ := strings.Cut(strings.TrimSpace(line), " ")
		var n int64
		if _, err := fmt.Sscan(bound, &n); err != nil {
			return nil, fmt.Errorf("%s: %q: %w", path, line, err)
		}
		bounds[key] = n
	}
	var out []string
	for _, r := range rows {
		key := fmt.Sprintf("%d %s %s", r.size, r.unit, r.name)
		switch bound, ok := bounds[key]; {
		case !ok:
			out = append(out, fmt.Sprintf("%s of %d %s: must have a bound in %s: run the program with -update", r.name,
				r.size, r.unit, path))
		case r.count > bound:
			out = append(out, fmt.Sprintf("%s of %d %s: must be at most %d (%s), is %d", r.name, r.size, r.unit, bound,
				path, r.count))
		}
	}
	return out, nil
}
