package main

import (
	"bytes"

	"istio.io/istio/pkg/config/analysis"
	"istio.io/istio/pkg/config/analysis/analyzers"
	"istio.io/istio/pkg/config/analysis/local"
	"istio.io/istio/pkg/log"

	"github.com/swimlane-go/swimlane/bench/internal/table"
	"github.com/swimlane-go/swimlane/bench/internal/work"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

// trees has reading and checking of 1,000 sets of four objects, as lint and istioctl analyze do.
func trees() []comparison {
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
	text := work.Tree(1000)
	return []comparison{{
		Row: table.Row{Name: "lint", Work: "lint of 1,000 sets (4,000 objects)",
			Peer: "istioctl analyze, all analyzers", Goal: 0.35},
		ours: func() {
			check(validate.Check(must(manifest.Decode(manifest.File{Name: "a.yaml", Data: text}))).Err())
		},
		theirs: func() {
			a := local.NewSourceAnalyzer(analysis.Combine("all", analyzers.All()...), "", "istio-system", nil)
			check(a.AddTestReaderKubeSource([]local.ReaderSource{{Name: "a.yaml", Reader: bytes.NewReader(text)}}))
			check(a.AddDefaultResources())
			must(a.Analyze(make(chan struct{})))
		},
	}}
}
