package table

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
)

// Machine says on what the program runs, and not where.
func Machine() string {
	return fmt.Sprintf("%d processors, %s/%s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, strings.ReplaceAll(runtime.Version(), "go", "Go "))
}

// Versions returns the modules and their versions that the program was built with.
func Versions(modules ...string) []string {
	info, _ := debug.ReadBuildInfo()
	var out []string
	for _, m := range info.Deps {
		if slices.Contains(modules, m.Path) {
			out = append(out, m.Path+" "+m.Version)
		}
	}
	return out
}
