// Command istio prints the lanes of an app, read from files and directories, as
// what makes the same lanes on Istio without ASM: DestinationRules and
// VirtualServices.
//
//	go run ./examples/istio DIR                           # what makes the lanes
//	go run ./examples/istio -all DIR | kubectl apply -f -  # the rest of DIR too
//
// It exits with 1, and prints nothing to standard output, when lint finds an error,
// when there is no lane group, or when the lanes cannot be had without ASM; with
// 2 when something cannot be read.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }
