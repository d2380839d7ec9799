package settings

import (
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

// Origins returns findings with the file that each object comes from, where a file is
// the output of a build whose objects say so. They have no line then: that of the output
// is nobody's.
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
