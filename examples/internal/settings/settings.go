// Package settings reads the settings by which the programs check a tree.
package settings

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

// Settings say how to check a tree. They are the flags of lint in a file.
type Settings struct {
	// External are objects that are deployed from elsewhere: "KIND/NAMESPACE/NAME", or
	// "ASMSwimLaneGroup/NAME".
	External []string `json:"external"`
	// Ignore are findings that are not reported.
	Ignore []validate.Ignore `json:"ignore"`
	// Partial and ClusterDomain are as in [validate.Checker].
	Partial       bool   `json:"partial"`
	ClusterDomain string `json:"clusterDomain"`
	// Namespace is the namespace of objects that name none, as in [manifest.Reader].
	Namespace string `json:"namespace"`
}

// maxSize is the most bytes of a file of settings.
const maxSize = 1 << 20

// Read reads a file of settings. It returns the errors of [Parse] too.
func Read(path string) (Settings, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Settings{}, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxSize {
		return Settings{}, fmt.Errorf("%s: must be a file of at most %d bytes", path, maxSize)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return Settings{}, err
	}
	return Parse(path, data)
}

// Parse parses settings in YAML or JSON; what names the source in errors. Unknown keys, malformed
// names of objects and unknown codes are errors.
func Parse(what string, data []byte) (Settings, error) {
	var s Settings
	if err := yaml.UnmarshalStrict(data, &s); err != nil {
		return Settings{}, fmt.Errorf("%s: %w", what, err)
	}
	var errs []error
	for i, text := range s.External {
		if _, err := External(text); err != nil {
			errs = append(errs, fmt.Errorf("%s: external[%d]: %w", what, i, err))
		}
	}
	for i, ignore := range s.Ignore {
		for _, err := range ignore.Validate() {
			errs = append(errs, fmt.Errorf("%s: ignore[%d].%w", what, i, err))
		}
	}
	return s, errors.Join(errs...)
}

// Apply adds the settings to a checker. The checker's own ClusterDomain has precedence.
func (s Settings) Apply(c validate.Checker) validate.Checker {
	for _, text := range s.External {
		if ref, err := External(text); err == nil { // Parse has reported the error
			c.External = append(slices.Clip(c.External), ref)
		}
	}
	c.Partial = c.Partial || s.Partial
	c.ClusterDomain = cmp.Or(c.ClusterDomain, s.ClusterDomain)
	return c
}

// External parses the name of an object that is deployed from elsewhere.
func External(text string) (manifest.Ref, error) {
	groups := map[string]string{
		"Gateway": "networking.istio.io", "VirtualService": "networking.istio.io", "Service": "",
		lanes.KindLaneGroup: lanes.GroupVersion().Group,
	}
	parts := strings.Split(text, "/")
	group, known := groups[parts[0]]
	if known && parts[0] == lanes.KindLaneGroup && len(parts) == 2 && parts[1] != "" { // it has no namespace
		return manifest.Ref{Group: group, Kind: parts[0], Name: parts[1]}, nil
	}
	if len(parts) != 3 || !known || parts[1] == "" || parts[2] == "" || parts[0] == lanes.KindLaneGroup {
		kinds := slices.Sorted(maps.Keys(groups))
		return manifest.Ref{}, fmt.Errorf("must be KIND/NAMESPACE/NAME, of one of the kinds %s, or %s/NAME",
			strings.Join(kinds, ", "), lanes.KindLaneGroup)
	}
	return manifest.Ref{Group: group, Kind: parts[0], Namespace: parts[1], Name: parts[2]}, nil
}
