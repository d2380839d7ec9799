package table

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
)

// Machine describes the machine, without its name.
func Machine() string {
	return fmt.Sprintf("%d processors, %s/%s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH,
		strings.ReplaceAll(runtime.Version(), "go", "Go "))
}

// Versions returns modules of the running program with their versions.
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
