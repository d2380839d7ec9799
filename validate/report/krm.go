package report

import (
	"io"
	"path/filepath"
	"strconv"

	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/validate"
)

// resourceList is the output of a KRM function. Source: "KRM Functions Specification",
// config.kubernetes.io/v1.
type resourceList struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Items      []any    `json:"items"`
	Results    []result `json:"results"`
}

type result struct {
	Message     string            `json:"message"`
	Severity    string            `json:"severity"`
	ResourceRef *resourceRef      `json:"resourceRef,omitempty"`
	Field       *resultField      `json:"field,omitempty"`
	File        *resultFile       `json:"file,omitempty"`
	Tags        map[string]string `json:"tags"`
}

type resourceRef struct {
	APIVersion string `json:"apiVersion,omitempty"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
}

type resultField struct {
	Path string `json:"path"`
}

type resultFile struct {
	Path string `json:"path"`
}

// KRM writes the results of a KRM function that validates: a ResourceList without items,
// which leaves the input items unchanged. Tags hold the code, and the line if there is
// one. A finding does not know the version of an object's API, so apiVersion is only the
// group.
func KRM(w io.Writer, findings validate.Findings) error {
	out := resourceList{APIVersion: "config.kubernetes.io/v1", Kind: "ResourceList", Items: []any{},
		Results: make([]result, 0, len(findings))}
	for _, f := range findings {
		r := result{Message: f.Message, Severity: string(f.Severity), Tags: map[string]string{"code": string(f.Code)}}
		if f.Object.Kind != "" {
			r.ResourceRef = &resourceRef{f.Object.Group, f.Object.Kind, f.Object.Namespace, f.Object.Name}
		}
		if f.Field != "" {
			r.Field = &resultField{f.Field}
		}
		if f.File != "" {
			r.File = &resultFile{filepath.ToSlash(f.File)}
		}
		if f.Line > 0 {
			r.Tags["line"] = strconv.Itoa(f.Line)
		}
		out.Results = append(out.Results, r)
	}
	text, err := yaml.Marshal(out)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}
