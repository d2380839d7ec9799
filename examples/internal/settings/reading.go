package settings

import (
	"flag"
	"fmt"
	"io"

	"github.com/swimlane-go/swimlane/manifest"
)

// Reading holds the flags for reading a tree. All programs share them.
type Reading struct {
	// Namespace is the namespace of objects that name none. Empty means the Application's, else
	// "default".
	Namespace string
	// App is a file with Argo CD Applications; empty means none.
	App string
	// Recurse says that the directories below a given one are read too.
	Recurse bool
}

// ReadingUsage lists the flags in the usage of a program.
const ReadingUsage = "[-namespace NS] [-app FILE] [-recurse=false]"

// Flags returns the names of the flags.
func Flags() []string { return []string{"namespace", "app", "recurse"} }

// Add adds the flags to the flags of a program.
func (r *Reading) Add(flags *flag.FlagSet) {
	flags.StringVar(&r.Namespace, "namespace", "",
		"the `namespace` of objects that name none (default: that of the Argo CD Application, else \"default\")")
	flags.StringVar(&r.App, "app", "",
		"a `file` with the Argo CD Application that deploys the directory, where that does not hold it")
	flags.BoolVar(&r.Recurse, "recurse", true,
		"read the directories below a directory too; where an Argo CD Application is known, that decides")
}

// Reader returns a Reader of files with names relative to dir. The error is about dir or about the
// file of Applications.
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

// Referable returns the objects of a set to which objects of another set may refer: the kinds of
// [External].
func Referable(set manifest.Set) []manifest.Ref {
	var out []manifest.Ref
	for _, o := range set.All() {
		if o.Gateway() != nil || o.VirtualService() != nil || o.Service() != nil || o.LaneGroup() != nil {
			out = append(out, o.Ref)
		}
	}
	return out
}
