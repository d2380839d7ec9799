// Command verify judges the responses that a loop of requests printed, one a line:
//
//	-> mocka(version: v1, ip: 10.0.0.1)-> mockb(version: v1, ip: 10.0.0.2)
//
//	for i in {1..100}; do curl http://$GATEWAY/mock; echo; done |
//	  go run ./examples/verify -want v1=60,v2=30,v3=10
//
// docs/programs.md has the details.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
