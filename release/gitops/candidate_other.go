package gitops

import (
	"fmt"

	"github.com/swimlane-go/swimlane/manifest"
)

// otherWorkloads returns an error for everything of the version which the candidate is
// derived from that runs pods and is no Deployment, unless the candidate has its like: a
// copy would not be safe.
func (t Tree) otherWorkloads() []error {
	c := t.Config.Candidate
	has := map[string]int{}
	for _, o := range t.live.OtherWorkloads(c.Version) {
		has[o.Ref.Kind]++
	}
	var errs []error
	for _, o := range t.live.OtherWorkloads(c.From) {
		if has[o.Ref.Kind]--; has[o.Ref.Kind] >= 0 {
			continue
		}
		errs = append(errs, fmt.Errorf("%s: must be a Deployment to be copied for version %s: %s; write the candidate's %s by hand, with pods of version %s, and ask again",
			where(o), c.Version, notCopied(o), o.Ref.Kind, c.Version))
	}
	return errs
}

// notCopied says why a copy of a workload would not be safe.
func notCopied(o manifest.Object) string {
	switch o.Ref.Kind {
	case "StatefulSet":
		return "the volumes of a copy would be empty"
	case "DaemonSet":
		return "a copy would take a place on every node"
	}
	return "a Rollout moves pods and weights by itself"
}
