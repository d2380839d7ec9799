// Command gitops moves a release in a checked-out Git directory, by editing the few lines
// that a careful person would.
//
//	gitops -dir DIR [-dir DIR]... [flags] COMMAND
//
// Run "gitops help" for the commands and flags; docs/gitops.md explains them. It prints
// what changed, where the release is, what may come next, and a commit message that fits;
// committing is yours. The plan is in the directory, as a ConfigMap: see release.Config.
// Let the cluster have one commit before you make the next.
//
// It exits with 0 when what was asked for is in the files, with 1 when it refuses, with 2
// when it was called wrongly or cannot read the directory, and with 3 when files were
// written, but not what was asked for: a directory that was written half-way is whole
// now, or a write broke off. After 1 and 2 nothing was written.
package main

import (
	"os"
	"time"
)

func main() { os.Exit(run(os.Args[1:], time.Now(), os.Stdout, os.Stderr)) }
