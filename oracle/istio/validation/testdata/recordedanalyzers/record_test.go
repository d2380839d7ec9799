// Package analyzers is compiled with the files of Istio's package of that name, by an overlay. It
// records the expectations of Istio's tests.
package analyzers

import (
	"testing"

	"github.com/swimlane-go/swimlane/oracle/istio/validation/corpus"
)

// TestRecord runs instead of Istio's tests.
func TestRecord(*testing.T) {
	var out []corpus.Case
	for _, tc := range testGrid {
		if tc.skipAll || tc.meshConfigFile != "" || tc.meshNetworksFile != "" {
			continue // a set of objects cannot express it
		}
		c := corpus.Case{Name: tc.name, Files: tc.inputFiles}
		for _, m := range tc.expected {
			c.Expected = append(c.Expected, corpus.Expectation{Code: m.messageType.Code(), Object: m.origin})
		}
		out = append(out, c)
	}
	corpus.RecordCases(out)
}
