// Command preview says where a request would go once the manifests in files and
// directories are applied: a line an outcome, with its exact probability, and a
// verdict.
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
// With -n it prints what a loop of that many requests would show instead, and the
// verdict on standard error. What was assumed is on standard error too.
//
// It exits with 0 when the request is isolated, or when that is not known and
// -require-isolated is not set; with 1 when a call may leave its lane or get no
// answer, or an object is not what it should be (see examples/lint); and with 2 when
// it was called wrongly or something cannot be read.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }
