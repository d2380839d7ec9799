package settings

import (
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

// Origins returns findings with the origins of their objects as files. It does so in files that are
// the output of a build, if the objects name their origins. These findings have no line: a line of
// the output helps nobody.
func Origins(set manifest.Set, output func(file string) bool, findings validate.Findings) validate.Findings {
	out := make(validate.Findings, len(findings))
	copy(out, findings)
	for i, f := range out {
		if o, found := set.Get(f.Object); found && output(f.File) {
			if from := o.Origin(); from != "" {
				out[i].File, out[i].Line = from, 0
			}
		}
	}
	return validate.Merge(out)
}
