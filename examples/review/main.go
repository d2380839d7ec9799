// Command review says what a change of manifests does, for a pull request.
//
//	go run ./examples/review BASE HEAD                # two checked-out directories
//	go run ./examples/review base.yaml head.yaml      # what two builds have rendered
//	go run ./examples/review -format json BASE HEAD
//
// docs/review.md has the details, with recipes for GitHub and GitLab.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }
