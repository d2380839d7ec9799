// Command rehearse runs the release of a Git directory in virtual time, with given faults, before
// anything of it is committed.
//
//	go run ./examples/rehearse -rate 60 DIR
//	go run ./examples/rehearse -rate 60 -faults faults.yaml -runs 100 DIR
//
// docs/planning.md explains how to choose stages and gates with it.
package main

import (
	"os"
	"time"
)

func main() { os.Exit(run(os.Args[1:], time.Now(), os.Stdout, os.Stderr)) }
