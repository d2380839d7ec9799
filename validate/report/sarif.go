package report

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/validate"
)

// MostResults is how many results GitHub accepts in one run; it shows the first 5,000.
// Source: GitHub, "SARIF support for code scanning".
const MostResults = 25_000

// SARIF writes a log of SARIF 2.1.0 with one run: the rules with findings, and a result
// for each finding. Fingerprints depend on the code, the object and the field, so a
// finding stays the same when its line moves. Of more than [MostResults] it leaves out
// the mildest, and a notification of the run says how many.
func SARIF(w io.Writer, findings validate.Findings) error {
	kept, left := worst(findings)
	rules, index := rulesOf(kept)
	seen := map[string]int{}
	results := make([]sarifResult, 0, len(kept))
	for _, f := range kept {
		results = append(results, sarifResult{
			RuleID: string(f.Code), RuleIndex: index[f.Code], Level: level(f.Severity),
			Message:             sarifText{Text: title(f) + ": " + message(f)},
			Locations:           []sarifLocation{location(f)},
			PartialFingerprints: map[string]string{"primaryLocationLineHash": fingerprint(f, seen)},
		})
	}
	run := sarifRun{Tool: sarifTool{sarifDriver{Name: "swimlane lint", Rules: rules}}, Results: results,
		ColumnKind: "unicodeCodePoints"}
	if left > 0 {
		run.Invocations = []sarifInvocation{{ExecutionSuccessful: true,
			ToolExecutionNotifications: []sarifNotification{{
				Level: "warning", Message: sarifText{Text: fmt.Sprintf("%d findings are left out: a run has at most %d",
					left, MostResults)},
			}}}}
	}
	return cli.JSON(w, sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0", Runs: []sarifRun{run},
	})
}

// worst returns the findings that fit into a run, in their order, and how many are left
// out.
func worst(findings validate.Findings) (kept validate.Findings, left int) {
	if left = len(findings) - MostResults; left <= 0 {
		return findings, 0
	}
	drop := left
	out := slices.Clone(findings)
	for _, mild := range []validate.Severity{validate.Info, validate.Warning, validate.Error} {
		for i := len(out) - 1; i >= 0 && drop > 0; i-- {
			if out[i].Severity == mild {
				out[i].Code, drop = "", drop-1
			}
		}
	}
	return slices.DeleteFunc(out, func(f validate.Finding) bool { return f.Code == "" }), left
}

// rulesOf returns the rules with findings, and the position of each.
func rulesOf(findings validate.Findings) (rules []sarifRule, index map[validate.Code]int) {
	found := map[validate.Code]bool{}
	for _, f := range findings {
		found[f.Code] = true
	}
	rules, index = []sarifRule{}, map[validate.Code]int{}
	for _, r := range validate.Rules() {
		if !found[r.Code] {
			continue
		}
		index[r.Code] = len(rules)
		help := "Otherwise " + r.Why + "."
		if r.Twin != "" {
			help += " Like " + r.Twin + "."
		}
		rules = append(rules, sarifRule{
			ID: string(r.Code), ShortDescription: sarifText{Text: r.Holds}, FullDescription: sarifText{Text: r.Holds},
			Help:                 sarifText{Text: help},
			DefaultConfiguration: sarifConfiguration{Level: level(r.Severity)},
		})
	}
	return rules, index
}

func level(s validate.Severity) string {
	if s == validate.Info {
		return "note"
	}
	return string(s)
}

// location returns the position of a finding. GitHub requires a file; for a finding
// without one it is the directory.
func location(f validate.Finding) sarifLocation {
	out := sarifLocation{PhysicalLocation: sarifPhysical{ArtifactLocation: sarifArtifact{URI: uri(f.File)},
		Region: sarifRegion{StartLine: max(1, f.Line)}}}
	if f.Object.Kind != "" {
		out.LogicalLocations = []sarifLogical{{FullyQualifiedName: strings.TrimSpace(f.Object.String() + " " + f.Field),
			Kind: "object"}}
	}
	return out
}

// uri returns a path as a relative reference.
func uri(path string) string {
	if path == "" {
		return "."
	}
	return (&url.URL{Path: filepath.ToSlash(path)}).String()
}

// fingerprint returns a text that identifies a finding, whatever its line.
func fingerprint(f validate.Finding, seen map[string]int) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{string(f.Code), f.Object.Group, f.Object.String(), f.Field,
		f.File}, "\x00")))
	hash := fmt.Sprintf("%x", sum[:8])
	seen[hash]++
	return fmt.Sprintf("%s:%d", hash, seen[hash])
}
