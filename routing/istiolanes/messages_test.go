package istiolanes_test

import (
	"testing"

	"github.com/swimlane-go/swimlane/internal/messagetest"
	"github.com/swimlane-go/swimlane/routing/istiolanes"
)

// The messages of the package are a page for reading; those of lane groups are in lanes.
func TestMessages(t *testing.T) {
	var p messagetest.Page
	build := func(b istiolanes.Builder) error { _, err := b.Build(); return err }
	for _, base := range []func() istiolanes.Builder{strict, permissive,
		func() istiolanes.Builder { return weighted(strict(), 60, 40) },
		func() istiolanes.Builder { return ruleBased(strict()) }} {
		messagetest.Break(&p, base, build)
	}
	for _, patch := range []string{`{`, `[]`, `{"hosts": ["x"]}`, `{"subsets": []}`, `{"http": [{"timeout": "x"}]}`,
		`{"retries": {"attempts": "x"}}`, `{"Timeout": "1s"}`, `{"timeout": "1s", "timeout": "2s"}`, `{"route": []}`} {
		b := strict()
		b.Group.Spec.DefaultTrafficPolicyPatch, b.Group.Spec.DefaultHTTPRoutePatch = raw(patch), raw(patch)
		p.Add("patch "+patch, build(b))
	}
	p.Golden(t)
}
