package main

import (
	"os"

	"github.com/swimlane-go/swimlane/bench/internal/table"
	"github.com/swimlane-go/swimlane/bench/internal/work"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
)

// alone has work that no peer does: a preview of 50 services in 10 lanes, and a promotion in a
// directory of 5,000 files. The promotion reads the directory but writes nothing.
func alone() []comparison {
	var all []comparison
	for _, mode := range []string{"strict", "permissive", "plain"} {
		set := work.Chain(50, 10, mode)
		all = append(all, comparison{
			Row:  table.Row{Name: "preview-" + mode, Work: "preview of 50 services in 10 lanes, " + mode},
			ours: func() { must(preview.New(set).Trace(preview.Request{Path: "/"})) },
		})
	}
	dir := must(os.MkdirTemp("", "swimlane"))
	work.Write(dir, work.Release(5000))
	return append(all, comparison{
		Row: table.Row{Name: "directory", Work: "promote in a directory of 5,000 files"},
		ours: func() {
			files, _, err := manifest.ReadDir(dir)
			check(err)
			work.Promote(files)
		},
		done: func() { check(os.RemoveAll(dir)) },
	})
}
