package gitops_test

import (
	"fmt"
	"time"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
)

// A release in a directory that people wrote: each command is one commit.
func ExampleOpen() {
	now := time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)
	files, _, err := manifest.ReadDir("../../examples/gitops/testdata/tree")
	if err != nil {
		fmt.Println(err)
		return
	}
	set, err := manifest.Decode(files...)
	if err != nil {
		fmt.Println(err)
		return
	}
	tree, err := gitops.Open(set, "")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(tree.Place())
	outcome, err := tree.Prepare(now) // gitops.Update writes its files
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range outcome.Files {
		fmt.Println(f.Name)
	}
	fmt.Print(outcome.Differences)
	fmt.Println(outcome.Subject)

	_, err = tree.Apply(rollout.Event{Kind: rollout.Start, At: now})
	fmt.Println(err)
	// Output:
	// not prepared
	// mock-route.yaml
	// mock-v3.yaml
	// swimlanes.yaml
	// + ASMSwimLane v3
	// + Deployment default/mocka-v3
	// + Deployment default/mockb-v3
	// + Deployment default/mockc-v3
	// mock: prepare v3
	// start: no release is prepared
}
