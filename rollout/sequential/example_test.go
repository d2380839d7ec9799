package sequential_test

import (
	"fmt"

	"github.com/swimlane-go/swimlane/rollout/sequential"
)

// A candidate gets a tenth of the requests, and may fail at most one and a half times as
// often as the other lanes. The evidence is looked at after every window.
func Example() {
	const alpha = 0.01
	windows := []struct{ candidate, others sequential.Counts }{
		{sequential.Counts{Bad: 0, Total: 21}, sequential.Counts{Bad: 2, Total: 179}},
		{sequential.Counts{Bad: 2, Total: 18}, sequential.Counts{Bad: 1, Total: 182}},
		{sequential.Counts{Bad: 3, Total: 20}, sequential.Counts{Bad: 0, Total: 180}},
		{sequential.Counts{Bad: 4, Total: 19}, sequential.Counts{Bad: 1, Total: 181}},
	}
	worse := sequential.Worse{}
	for _, w := range windows {
		worse = worse.Share(1.5, w.candidate, w.others, 1, sequential.Limit(alpha))
		fmt.Println(worse.Log(), worse.Log() >= sequential.Threshold(alpha))
	}
	// Output:
	// -369752 false
	// 810405 false
	// 2902633 false
	// 5171049 true
}

// A five-fold rate of errors shows after some hundred requests of the candidate.
func ExampleRates_Detect() {
	stage := sequential.Rates{Base: 0.01, Times: 5, Share: 0.1, Window: 200}
	median, p99, ok := stage.Detect(1.5, 0.01, 1)
	fmt.Println(median, p99, ok)
	// Output: 320 920 true
}
