// Command lint checks the manifests of an app, in files and directories, and
// prints one finding a line:
//
//	FILE:LINE: severity CODE Kind namespace/name field: message
//
//	go run ./examples/lint DIR
//	go run ./examples/lint -partial mock-route.yaml  # the rest lies elsewhere
//	go run ./examples/lint -format json DIR
//
// It exits with 0 when no finding is an error, with 1 when one is, a file or a
// document that cannot be read included, and with 2 when a path is none or no file
// can be read. It says on standard error what it passed over. docs/findings.md says what the codes mean.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }
