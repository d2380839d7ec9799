// Command krm checks the objects of a ResourceList: a KRM function that validates.
//
//	go build -o krm ./examples/krm
//	kustomize build --enable-alpha-plugins --enable-exec DIR  # with krm among the validators
//
// docs/programs.md has the details, docs/findings.md the meaning of the codes.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
