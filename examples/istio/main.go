// Command istio converts the lanes of an app, in files and directories, into objects that make the
// same lanes on Istio without ASM: DestinationRules and VirtualServices.
//
//	go run ./examples/istio DIR                           # what makes the lanes
//	go run ./examples/istio -all DIR | kubectl apply -f -  # the rest of DIR too
//
// docs/programs.md has the details.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
