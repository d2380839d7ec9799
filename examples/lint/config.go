package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

// config is what the file of -config holds. It says what flags say, and adds to them.
type config struct {
	// External are objects that are deployed from elsewhere: "KIND/NAMESPACE/NAME".
	External []string `json:"external"`
	// Ignore are the findings that are not reported.
	Ignore []validate.Ignore `json:"ignore"`
	// Partial and ClusterDomain are as the flags of that name.
	Partial       bool   `json:"partial"`
	ClusterDomain string `json:"clusterDomain"`
}

// maxConfig is how many bytes the file may have.
const maxConfig = 1 << 20

// configure reads the configuration, if there is one.
func (o *options) configure() error {
	if o.config == "" {
		return nil
	}
	info, err := os.Stat(o.config)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() || info.Size() > maxConfig {
		return fmt.Errorf("%s: must be a file of at most %d bytes", o.config, maxConfig)
	}
	data, err := os.ReadFile(o.config)
	if err != nil {
		return err
	}
	var c config
	if err := yaml.UnmarshalStrict(data, &c); err != nil {
		return fmt.Errorf("%s: %w", o.config, err)
	}
	var errs []error
	for i, text := range c.External {
		ref, err := external(text)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: external[%d]: %w", o.config, i, err))
		}
		o.checker.External = append(o.checker.External, ref)
	}
	for i, ignore := range c.Ignore {
		for _, err := range ignore.Validate() {
			errs = append(errs, fmt.Errorf("%s: ignore[%d].%w", o.config, i, err))
		}
	}
	o.ignores = append(o.ignores, c.Ignore...)
	o.checker.Partial = o.checker.Partial || c.Partial
	o.checker.ClusterDomain = cmp.Or(o.checker.ClusterDomain, c.ClusterDomain)
	return errors.Join(errs...)
}

// external reads what -external names.
func external(text string) (manifest.Ref, error) {
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
		return manifest.Ref{}, fmt.Errorf("must be KIND/NAMESPACE/NAME, of one of the kinds %s, or %s/NAME", strings.Join(kinds, ", "), lanes.KindLaneGroup)
	}
	return manifest.Ref{Group: group, Kind: parts[0], Namespace: parts[1], Name: parts[2]}, nil
}

// ignored reads what -ignore names.
func ignored(text string) (validate.Ignore, error) {
	code, object, found := strings.Cut(text, ":")
	out := validate.Ignore{Code: validate.Code(code)}
	if found {
		parts := strings.Split(object, "/")
		if len(parts) != 3 {
			return out, errors.New("must be CODE or CODE:KIND/NAMESPACE/NAME, in which a part may be empty")
		}
		out.Kind, out.Namespace, out.Name = parts[0], parts[1], parts[2]
	}
	return out, fielderr.Join(text, out.Validate())
}
