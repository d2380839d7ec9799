package validate_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

var (
	hosts = regexp.MustCompile(`hosts: \[s\d+\.example\.com\]`)
	rules = regexp.MustCompile(`spec: {host: s\d+, subsets`)
)

// The cost of an object does not depend on how many there are, whether they are good
// or each has a fault.
func TestCheckGrowsLinearly(t *testing.T) {
	for name, spoil := range map[string]func(string) string{
		"good": func(text string) string { return text },
		"without a gateway": func(text string) string {
			return strings.ReplaceAll(text, "gateways: [gw]",
				"gateways: [no-such]")
		},
		"without subsets": func(text string) string { return strings.ReplaceAll(text, "subset: v1", "subset: v2") },
		"without pods":    func(text string) string { return strings.ReplaceAll(text, "version: v1}", "version: v9}") },
		"one host": func(text string) string {
			return hosts.ReplaceAllString(text,
				"hosts: [shop.example.com]")
		},
		"one rule": func(text string) string { return rules.ReplaceAllString(text, "spec: {host: s1, subsets") },
	} {
		t.Run(name, func(t *testing.T) {
			each := func(n int) float64 {
				set, err := manifest.Decode(manifest.File{Name: "all.yaml", Data: []byte(spoil(string(sets(n))))})
				require.NoError(t, err)
				return testing.AllocsPerRun(2, func() { validate.Check(set) }) / float64(n)
			}
			require.LessOrEqual(t, each(1000), each(100)*1.1)
		})
	}
}

// Istio's validation of the VirtualService alone takes 52 allocations.
func TestCheckOfAReleaseTakesFewAllocations(t *testing.T) {
	set, err := manifest.Decode(manifest.File{Name: "canary.yaml", Data: canary()})
	require.NoError(t, err)
	require.LessOrEqual(t, testing.AllocsPerRun(10, func() { validate.Check(set) }), 70.0,
		"58, and some more of the race detector")
}
