// Package analyzers is beside the files of Istio's package of that name, which an overlay
// puts here: what its tests expect is recorded.
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
			continue // what no set of objects says
		}
		c := corpus.Case{Name: tc.name, Files: tc.inputFiles}
		for _, m := range tc.expected {
			c.Expected = append(c.Expected, corpus.Expectation{Code: m.messageType.Code(), Object: m.origin})
		}
		out = append(out, c)
	}
	corpus.RecordCases(out)
}
