// Command preview says where a request goes once the manifests in files and directories are
// applied. It prints a line for each outcome, with its exact probability, and a verdict.
//
//	60.0%  mocka@v1 -> mockb@v1 -> mockc@v1
//	30.0%  mocka@v2 -> mockb@v2 -> mockc@v2
//	10.0%  mocka@v3 -> mockb@v3 -> mockc@v3
//	isolated: no call leaves its lane
//
//	go run ./examples/preview -path /mock DIR
//	go run ./examples/preview -path /mock -header x-user=qa -format mermaid DIR
//	go run ./examples/preview -path /mock -n 100 DIR | go run ./examples/verify -want v1=60,v2=30,v3=10
//
// docs/programs.md has the details.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
