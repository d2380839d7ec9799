package counters_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/rollout/counters"
)

// Two readings of a gateway, a minute apart: the first errors of the candidate have a
// series that did not exist before.
func Example() {
	plan := rollout.Plan{
		Candidate: "v2",
		Before:    rollout.Weights{rollout.W("v1", 100), rollout.W("v2", 0)},
		Metrics:   []rollout.Metric{{Name: "errors", Kind: rollout.Counts, Services: []string{"mocka"}}},
	}
	line := func(lane, code, value string) string {
		return `istio_requests_total{reporter="source",destination_canonical_revision="` + lane +
			`",destination_service_name="mocka",response_code="` + code + `"} ` + value + "\n"
	}
	first := line("v1", "200", "1000")
	second := strings.Join([]string{line("v1", "200", "1600"), line("v2", "200", "93"), line("v2", "503", "7")}, "")

	began := time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)
	format := counters.IstioRequests()
	before, err := format.Parse(began, "istio-ingressgateway-0", []byte(first))
	if err != nil {
		fmt.Println(err)
		return
	}
	after, err := format.Parse(began.Add(time.Minute), "istio-ingressgateway-0", []byte(second))
	if err != nil {
		fmt.Println(err)
		return
	}
	observations, notes, err := counters.Delta(plan, "errors", before, after)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, o := range observations {
		for _, l := range o.Lanes {
			fmt.Printf("%s: %s@%s: %d of %d are bad\n", o.Metric, o.Service, l.Lane, l.Bad, l.Total)
		}
	}
	fmt.Println(len(notes), "notes")
	// Output:
	// errors: mocka@v1: 0 of 600 are bad
	// errors: mocka@v2: 7 of 100 are bad
	// 0 notes
}
