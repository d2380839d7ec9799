// Command verify judges what a loop of requests printed, a response a line:
//
//	-> mocka(version: v1, ip: 10.0.0.1)-> mockb(version: v1, ip: 10.0.0.2)
//
//	for i in {1..100}; do curl http://$GATEWAY/mock; echo; done |
//	  go run ./examples/verify -want v1=60,v2=30,v3=10
//
// Each lane's count must lie within 4 sigma of its share, none may have gone to
// a lane at 0 or to a lane that -want does not list, no response may have
// crossed from one lane into another, and every line must be a response: an
// error page is none. Blank lines are passed over.
//
// It exits with 0 when all that holds, with 1 when it does not or when there was
// no response at all, and with 2 when it was called wrongly or could not read.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
