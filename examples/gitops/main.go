// Command gitops moves a release in a checked-out Git directory, by editing the
// few lines that a careful person would.
//
//	gitops -dir DIR [-dry-run] [-revision N] COMMAND
//
//	status                 say where the release stands
//	prepare                add the candidate's Deployments and lane
//	start                  bring the candidate into the routes, at the first stage
//	promote [-to STAGE]    go up a stage, or to the one that is named
//	back    [-to STAGE]    go down a stage, or to the one that is named
//	pause, resume          hold the release, go on
//	rollback               end the release at the plan's rollback weights
//	finish                 end the release at the last stage
//	cleanup                take out what is over: once for the routes, once more
//	                       for the lanes and Deployments
//	adopt   [-as PLACE]    take over weights that were edited by hand
//
// It prints what it passed over, what changed and a commit message that fits;
// committing is yours. The plan stands in the directory, as a ConfigMap: see
// release.Config. Let the cluster have one commit before you make the next.
//
// It exits with 0 when it is done or has nothing to do, with 1 when it refuses,
// and with 2 when it was called wrongly or cannot read the directory.
package main

import (
	"os"
	"time"
)

func main() { os.Exit(run(os.Args[1:], time.Now(), os.Stdout, os.Stderr)) }
