// Package settings reads what says how a tree is checked, for the programs that check.
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

// Settings say how a tree is checked, as the flags of lint do.
type Settings struct {
	// External are objects that are deployed from elsewhere: "KIND/NAMESPACE/NAME".
	External []string `json:"external"`
	// Ignore are the findings that are not reported.
	Ignore []validate.Ignore `json:"ignore"`
	// Partial and ClusterDomain are as in [validate.Checker].
	Partial       bool   `json:"partial"`
	ClusterDomain string `json:"clusterDomain"`
	// Namespace is that of objects which name none, as in [manifest.Reader].
	Namespace string `json:"namespace"`
}

// maxSize is how many bytes a file of settings may have.
const maxSize = 1 << 20

// Read reads the settings in a file.
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

// Parse reads settings from YAML or JSON; what says where they are. A key that there is
// not is an error, as is each object or code that cannot be.
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

// Apply returns a checker that is as the settings say, and as it was before.
func (s Settings) Apply(c validate.Checker) validate.Checker {
	for _, text := range s.External {
		if ref, err := External(text); err == nil { // Parse has looked
			c.External = append(slices.Clip(c.External), ref)
		}
	}
	c.Partial = c.Partial || s.Partial
	c.ClusterDomain = cmp.Or(c.ClusterDomain, s.ClusterDomain)
	return c
}

// External reads the name of an object that is deployed from elsewhere.
func External(text string) (manifest.Ref, error) {
	groups := map[string]string{
		"Gateway": "networking.istio.io", "VirtualService": "networking.istio.io", "Service": "",
		lanes.KindLaneGroup: lanes.GroupVersion().Group,
	}
	parts := strings.Split(text, "/")
	group, known := groups[parts[0]]
	if known && parts[0] == lanes.KindLaneGroup && len(parts) == 2 && parts[1] != "" { // of no namespace
		return manifest.Ref{Group: group, Kind: parts[0], Name: parts[1]}, nil
	}
	if len(parts) != 3 || !known || parts[1] == "" || parts[2] == "" || parts[0] == lanes.KindLaneGroup {
		kinds := slices.Sorted(maps.Keys(groups))
		return manifest.Ref{}, fmt.Errorf("must be KIND/NAMESPACE/NAME, of one of the kinds %s, or %s/NAME",
			strings.Join(kinds, ", "), lanes.KindLaneGroup)
	}
	return manifest.Ref{Group: group, Kind: parts[0], Namespace: parts[1], Name: parts[2]}, nil
}
