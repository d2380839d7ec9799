// Command gitops moves a release in a checked-out Git directory, by editing the few lines
// that a careful person would.
//
//	gitops -dir DIR [-dir DIR]... [flags] COMMAND
//
// Run "gitops help" for the commands and flags; docs/gitops.md explains them. It prints what
// changed, where the release is, what may come next, and a commit message. You commit. The plan is
// a ConfigMap in the directory: see release.Config. Let the cluster have one commit before you make
// the next.
//
// The exit code is 0 when the files hold what you asked for, 1 when it refuses, and 2 when the call
// is wrong or the directory cannot be read. After 1 and 2 nothing was written. It is 3 when files
// were written, but not what you asked for: a half-written directory is whole now, or a write broke
// off.
package main

import (
	"os"
	"time"
)

func main() { os.Exit(run(os.Args[1:], time.Now(), os.Stdout, os.Stderr)) }
