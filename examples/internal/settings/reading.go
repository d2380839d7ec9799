package settings

import (
	"flag"
	"fmt"
	"io"

	"github.com/swimlane-go/swimlane/manifest"
)

// Reading is how the programs read a tree: one set of flags for all.
type Reading struct {
	// Namespace is that of objects which name none; empty where others say it.
	Namespace string
	// App is a file with Argo CD Applications; empty for none.
	App string
	// Recurse says that the directories below one that is named are read.
	Recurse bool
}

// ReadingUsage is how the flags stand in the usage of a program.
const ReadingUsage = "[-namespace NS] [-app FILE] [-recurse=false]"

// Flags are the names of the flags.
func Flags() []string { return []string{"namespace", "app", "recurse"} }

// Add adds the flags to those of a program.
func (r *Reading) Add(flags *flag.FlagSet) {
	flags.StringVar(&r.Namespace, "namespace", "",
		"the `namespace` of objects that name none (default: that of the Argo CD Application, else \"default\")")
	flags.StringVar(&r.App, "app", "",
		"a `file` with the Argo CD Application that deploys the directory, where that does not hold it")
	flags.BoolVar(&r.Recurse, "recurse", true,
		"read the directories below a directory too; where an Argo CD Application is known, that decides")
}

// Reader returns a Reader of files whose names begin at a directory. The error is about
// the file of Applications.
func (r Reading) Reader(dir string, stdin io.Reader) (manifest.Reader, error) {
	out, err := manifest.Reader{Stdin: stdin, Namespace: r.Namespace, Shallow: !r.Recurse}.In(dir)
	if err != nil || r.App == "" {
		return out, err
	}
	files, skipped, err := manifest.ReadPaths(r.App)
	if err != nil {
		return out, fmt.Errorf("-app: %w", err)
	}
	set, err := manifest.Decode(files...)
	if err != nil {
		return out, fmt.Errorf("-app: %w", err)
	}
	out.Applications = set.Applications()
	if len(out.Applications) == 0 || len(skipped) > 0 {
		return out, fmt.Errorf("-app: %s: must be a file that holds an Argo CD Application", r.App)
	}
	return out, nil
}

// Referable returns the objects of a set that those of another one may refer to, as
// [External] names them.
func Referable(set manifest.Set) []manifest.Ref {
	var out []manifest.Ref
	for _, o := range set.All() {
		if o.Gateway() != nil || o.VirtualService() != nil || o.Service() != nil || o.LaneGroup() != nil {
			out = append(out, o.Ref)
		}
	}
	return out
}
