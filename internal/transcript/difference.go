package transcript

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Files returns the texts of the files in a directory and below it, by name.
func Files(dir string) (map[string]string, error) {
	out := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		out[name] = string(data)
		return err
	})
	return out, err
}

// Difference returns the lines that differ between two states of a directory. For a new file it
// returns the number of lines.
func Difference(before, after map[string]string) string {
	both := maps.Clone(before)
	maps.Copy(both, after)
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(both)) {
		old, was := before[name]
		text, is := after[name]
		switch {
		case was && is && old == text:
		case !was:
			fmt.Fprintf(&out, "--- new file %s, %d lines\n", name, strings.Count(text, "\n"))
		case !is:
			fmt.Fprintf(&out, "--- %s is gone\n", name)
		default:
			fmt.Fprintf(&out, "--- %s\n%s", name, changes(old, text))
		}
	}
	return out.String()
}

// changes returns the lines that only a or only b has, in order: all lines but those of a longest
// common subsequence.
func changes(a, b string) string {
	x, y := strings.SplitAfter(a, "\n"), strings.SplitAfter(b, "\n")
	common := make([][]int, len(x)+1)
	for i := range common {
		common[i] = make([]int, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if x[i] == y[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out strings.Builder
	for i, j := 0, 0; i < len(x) || j < len(y); {
		switch {
		case i < len(x) && j < len(y) && x[i] == y[j]:
			i, j = i+1, j+1
		case j == len(y) || i < len(x) && common[i+1][j] >= common[i][j+1]:
			out.WriteString("-" + strings.TrimRight(x[i], "\n") + "\n")
			i++
		default:
			out.WriteString("+" + strings.TrimRight(y[j], "\n") + "\n")
			j++
		}
	}
	return out.String()
}
