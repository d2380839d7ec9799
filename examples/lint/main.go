// Command lint checks the manifests of an app, in files and directories, and
// prints one finding a line:
//
//	FILE:LINE: severity CODE Kind namespace/name field: message
//
//	go run ./examples/lint DIR
//	go run ./examples/lint -partial mock-route.yaml  # the rest lies elsewhere
//	go run ./examples/lint -format json DIR
//
// It exits with 0 when no finding is an error, with 1 when one is, and with 2
// when something cannot be read. docs/findings.md says what the codes mean.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }
