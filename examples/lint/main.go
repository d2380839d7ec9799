// Command lint checks the manifests of an app, in files and directories.
//
//	go run ./examples/lint DIR
//	go run ./examples/lint -partial mock-route.yaml  # the rest lies elsewhere
//	kustomize build DIR | go run ./examples/lint -format json -
//
// docs/programs.md has the details, docs/findings.md the meaning of the codes.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
