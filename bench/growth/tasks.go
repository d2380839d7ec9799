package main

import (
	"github.com/swimlane-go/swimlane/bench/internal/work"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/validate"
)

// task is work on inputs of growing size.
type task struct {
	name  string
	unit  string // of the size
	sizes []int
	// prepare makes the input of a size, and returns the function to measure.
	prepare func(n int) func()
}

func tasks() []task {
	services, objects, many := []int{3, 50, 500}, []int{100, 1000, 10000}, []int{10, 30, 100}
	all := []task{
		{"render", "services", services, func(n int) func() {
			app := work.App(n)
			plan, state := work.Started()
			return func() { must(release.Render(app, plan, state, release.Options{})) }
		}},
		{"encode", "services", services, func(n int) func() {
			set := work.Rendered(n)
			return func() { must(set.YAML()) }
		}},
		{"steps", "services", services, func(n int) func() {
			app := work.App(n)
			plan, state := work.Started()
			from := must(release.Render(app, plan, state, release.Options{}))
			to := must(release.Render(app, plan, must(plan.Promote(state, work.Now)), release.Options{}))
			return func() { release.Steps(from, to) }
		}},
		{"decode", "objects", objects, func(n int) func() {
			file := manifest.File{Name: "a.yaml", Data: work.Tree(n / 4)}
			return func() { must(manifest.Decode(file)) }
		}},
		{"check", "objects", objects, func(n int) func() {
			set := must(manifest.Decode(manifest.File{Name: "a.yaml", Data: work.Tree(n / 4)}))
			return func() { validate.Check(set) }
		}},
		{"edit", "objects", objects, func(n int) func() {
			set := must(manifest.Decode(work.Long(n)))
			return func() { must(set.Edit(work.Shift())) }
		}},
		{"gitops promote", "objects", objects, func(n int) func() {
			files := work.Release(n)
			return func() { work.Promote(files) }
		}},
		{"promote", "lanes", many, func(n int) func() {
			plan, state := work.Wide(n)
			return func() { must(plan.Promote(state, work.Now)) }
		}},
	}
	for _, mode := range []string{"strict", "permissive", "plain"} {
		all = append(all,
			task{"preview " + mode, "services", services, func(n int) func() {
				set := work.Chain(n, 3, mode)
				return func() { must(preview.New(set).Trace(preview.Request{Path: "/"})) }
			}},
			task{"preview " + mode, "lanes", many, func(n int) func() {
				set := work.Chain(10, n, mode)
				return func() { must(preview.New(set).Trace(preview.Request{Path: "/"})) }
			}})
	}
	return all
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
