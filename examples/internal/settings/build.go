package settings

import (
	"fmt"
	"strings"

	"github.com/swimlane-go/swimlane/manifest"
)

// Notes returns lines about two parts of a set: objects that are not deployed, and changes by
// kustomize. Judge is the command that checks the build.
func Notes(set manifest.Set, judge string) []string {
	var out []string
	for _, s := range set.Skipped() {
		out = append(out, s.String())
	}
	b := set.Build()
	for _, s := range b.Skipped {
		out = append(out, s.String())
	}
	if len(b.Changes) > 0 {
		dir := "DIR"
		if len(b.Roots) == 1 {
			dir = b.Roots[0].Dir()
		}
		out = append(out, fmt.Sprintf("kustomize changes what is read here (%s): judge the build: kustomize build %s "+
			"| %s -", strings.Join(b.Changes, ", "), dir, judge))
	}
	return out
}
