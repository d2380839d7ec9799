package gitops_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release/gitops"
)

// A directory without a plan gets one, to be edited.
func ExampleInit() {
	files, _, err := manifest.ReadDir("../../examples/gitops/testdata/tree")
	if err != nil {
		fmt.Println(err)
		return
	}
	files = slices.DeleteFunc(files, func(f manifest.File) bool { return f.Name == "release.yaml" })
	set, err := manifest.Decode(files...)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = gitops.Init(set, "v2")
	fmt.Println(err)
	commit, err := gitops.Init(set, "v3") // manifest.WriteChanges writes its file
	if err != nil {
		fmt.Println(err)
		return
	}
	for line := range strings.Lines(string(commit.Files[0].After)) {
		if strings.Contains(line, "weights: ") || strings.Contains(line, " from: ") {
			fmt.Println(strings.TrimSpace(line))
		}
	}
	fmt.Println(commit.Notes[0])
	// Output:
	// init: the candidate, lane v2, must have no weight yet: it has 50 in mock-route.yaml:28: VirtualService istio-system/mock http[0]
	// weights: [{lane: v1, percent: 45}, {lane: v2, percent: 45}, {lane: v3, percent: 10}]
	// weights: [{lane: v1, percent: 35}, {lane: v2, percent: 35}, {lane: v3, percent: 30}]
	// weights: [{lane: v1, percent: 10}, {lane: v2, percent: 10}, {lane: v3, percent: 80}]
	// weights: [{lane: v1, percent: 0}, {lane: v2, percent: 0}, {lane: v3, percent: 100}]
	// from: v2
	// fill in the images and the criteria in release.yaml, then prepare
}
