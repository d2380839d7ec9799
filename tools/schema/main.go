// Command schema writes the JSON Schema of what each program prints with -format json to
// docs/NAME.schema.json. The schemas come from the Go types and their comments.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/tools/go/packages"
)

const module = "github.com/swimlane-go/swimlane"

// prints lists the types of which a program prints one, as PACKAGE.NAME.
var prints = map[string][]string{
	"capacity": {"release/gitops.CapacityReport"},
	"gitops":   {"release/gitops.Report"},
	"lint":     {"validate.Findings"},
	"plan":     {"release/gitops.PlanReport"},
	"preview":  {"preview.Result", "internal/cli.Failure"},
	"rehearse": {"release/rehearsal.Timeline", "release/rehearsal.Cost"},
	"review":   {"examples/review.review"},
}

func main() {
	if err := write("../docs"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// write writes all schemas to a directory.
func write(dir string) error {
	all, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo, Dir: "..",
	}, "./...")
	if err != nil {
		return err
	}
	if packages.PrintErrors(all) > 0 {
		return fmt.Errorf("the packages must compile")
	}
	comments := commentsOf(all)
	var errs []error
	for name, types := range prints {
		root, err := rootOf(all, comments, types)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
			continue
		}
		root.Schema = "https://json-schema.org/draft/2020-12/schema"
		root.Title = "What " + name + " prints with -format json"
		var out bytes.Buffer
		encoder := json.NewEncoder(&out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(root); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name+".schema.json"), out.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return errors.Join(errs...)
}
