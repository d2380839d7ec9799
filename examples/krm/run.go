package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/examples/internal/settings"
	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/validate"
	"github.com/swimlane-go/swimlane/validate/report"
)

const about = `usage: krm

Checks the objects of a ResourceList on standard input as lint does, and writes a
ResourceList with the results: a KRM function that validates, such as kustomize and kpt
run. It changes no object: its list has no items. A line for each error is on standard
error, since kustomize shows no results.

The spec of the functionConfig says what the file of lint -config does: external,
ignore, partial, clusterDomain, namespace.

Exit codes: 0 no finding is an error; 1 one is; 2 called wrongly, or the input is no
ResourceList.
`

// maxInput is the most bytes of a ResourceList.
const maxInput = 256 << 20

// resourceList is the input of a KRM function.
// Source: "KRM Functions Specification", config.kubernetes.io/v1.
type resourceList struct {
	APIVersion     string            `json:"apiVersion"`
	Kind           string            `json:"kind"`
	Items          []json.RawMessage `json:"items"`
	FunctionConfig struct {
		Spec json.RawMessage `json:"spec"`
	} `json:"functionConfig"`
}

// run is the program without its process: it returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := cli.NewFlags("krm", about)
	return cli.Run(flags, args, stdout, stderr, func(operands []string, stdout, stderr io.Writer) (int, error) {
		if len(operands) > 0 {
			return cli.Misused, errors.New("takes no operands: it reads standard input")
		}
		findings, err := check(stdin)
		if err == nil {
			err = report.KRM(stdout, findings)
		}
		bad := findings.Err()
		if err == nil && bad != nil {
			fmt.Fprintln(stderr, bad)
		}
		return cli.Answer(bad == nil, err)
	})
}

// check returns the findings in the objects of a list.
func check(stdin io.Reader) (validate.Findings, error) {
	list, err := read(stdin)
	if err != nil {
		return nil, err
	}
	var s settings.Settings
	if len(list.FunctionConfig.Spec) > 0 {
		if s, err = settings.Parse("functionConfig.spec", list.FunctionConfig.Spec); err != nil {
			return nil, err
		}
	}
	// The set has a fault for each item that is not an object.
	set, _ := manifest.Reader{Namespace: s.Namespace}.Decode(files(list.Items)...)
	checker := s.Apply(validate.Checker{})
	findings := validate.Suppress(set, s.Ignore, validate.Merge(checker.Check(set), gitops.Check(set, checker)))
	for i := range findings {
		findings[i].Line = 0 // a line of a generated text helps nobody
	}
	return settings.Origins(set, func(string) bool { return true }, findings), nil
}

// read reads a ResourceList.
func read(stdin io.Reader) (resourceList, error) {
	var list resourceList
	data, err := io.ReadAll(io.LimitReader(stdin, maxInput+1))
	if err == nil && len(data) > maxInput {
		err = fmt.Errorf("standard input: must not be larger than %d bytes", maxInput)
	}
	if err != nil {
		return list, err
	}
	if err := yaml.Unmarshal(data, &list); err != nil {
		return list, fmt.Errorf("standard input: must be a ResourceList: %w", err)
	}
	if list.Kind != "ResourceList" {
		return list, fmt.Errorf("standard input: must be a ResourceList of config.kubernetes.io/v1, not %q of %q",
			list.Kind, list.APIVersion)
	}
	return list, nil
}

// files returns the items as files with the paths that the annotations of the items name.
// Source: "KRM Functions Specification", config.kubernetes.io/path.
func files(items []json.RawMessage) []manifest.File {
	texts := map[string][]byte{}
	for _, item := range items {
		var object struct {
			Metadata struct {
				Annotations map[string]string `json:"annotations"`
			} `json:"metadata"`
		}
		_ = json.Unmarshal(item, &object) // an item that is not an object has no path
		path := cmp.Or(object.Metadata.Annotations["config.kubernetes.io/path"], "stdin")
		texts[path] = append(append(texts[path], item...), "\n---\n"...)
	}
	var out []manifest.File
	for _, path := range slices.Sorted(maps.Keys(texts)) {
		out = append(out, manifest.File{Name: path, Data: texts[path]})
	}
	return out
}
