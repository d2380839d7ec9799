// Command canary prints the objects of a canary release of three services, as YAML for Argo CD.
// Package mock declares the release.
//
//	go run ./examples/canary                     # the first stage, 60/30/10
//	go run ./examples/canary -stage 3            # 10/10/80; names work too
//	go run ./examples/canary -rollback           # 50/50/0
//	go run ./examples/canary -rollback -cleanup  # ... and v3 is gone
//	go run ./examples/canary -stage 4 -cleanup   # v3 alone
//	go run ./examples/canary -plan               # the stages as a table
//	go run ./examples/canary -out DIR            # one file per concern
//
// docs/programs.md has the details.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }
