package manifest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/internal/position"
)

// ErrClusters: a set holds objects that Argo CD Applications deploy to several clusters.
var ErrClusters = errors.New("what Argo CD Applications deploy must be of one cluster")

// OneCluster returns an error when two Argo CD Applications of the set deploy the same object, and
// the object decides where requests go. Then each deploys to another cluster (see [Set.Parts]), and
// the set as a whole means nothing. The error wraps [ErrClusters] and names the directories: one of
// them must be read alone.
func (s Set) OneCluster() error {
	if s.placing == nil || len(s.placing.claims) == 0 {
		return nil
	}
	type deployed struct {
		Object
		app *Application
	}
	first := map[Ref]deployed{}
	var one, two deployed
	apps := map[*Application]bool{}
	for _, o := range s.objects {
		app := s.placing.of(o.File).app
		if app == nil || !routes(o) {
			continue
		}
		apps[app] = true
		other, known := first[o.Ref]
		switch {
		case !known:
			first[o.Ref] = deployed{o, app}
		case other.app != app && one.app == nil:
			one, two = other, deployed{o, app}
		}
	}
	if one.app == nil {
		return nil
	}
	var dirs []string
	for app := range apps {
		for _, source := range app.Sources {
			dirs = append(dirs, cmp.Or(source.Path, "."))
		}
	}
	slices.Sort(dirs)
	dirs = slices.Compact(dirs)
	const most = 10
	names := strings.Join(dirs[:min(len(dirs), most)], ", ")
	if more := len(dirs) - most; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Errorf("%w: %s", ErrClusters,
		markup.Line(fmt.Sprintf("%s and %s both deploy %s, at %s and %s: name one of their directories, %s, and by "+
			"-app the file of its Application where that lies elsewhere",
			one.app.Name, two.app.Name, one.Ref, position.At(one.File, one.Line), position.At(two.File, two.Line),
			names)))
}

// routes reports whether an object decides where requests go.
func routes(o Object) bool {
	return o.VirtualService() != nil || o.DestinationRule() != nil || o.Gateway() != nil || o.Service() != nil ||
		o.LaneGroup() != nil || o.Lane() != nil || len(o.PodLabels()) > 0
}
