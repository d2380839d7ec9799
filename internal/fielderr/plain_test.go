package fielderr_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// No message of Kubernetes' checks of names shows a regular expression.
func TestPlain(t *testing.T) {
	for name, check := range map[string]func(string) []string{
		"label": validation.IsDNS1123Label, "subdomain": validation.IsDNS1123Subdomain,
		"DNS-1035 label": validation.IsDNS1035Label, "label value": validation.IsValidLabelValue,
		"qualified name": validation.IsQualifiedName, "config key": validation.IsConfigMapKey,
	} {
		for _, bad := range []string{"", "a_b/", "!", "a/b/c", "A_/b", "-", "/a", "a/"} {
			for _, message := range check(bad) {
				require.NotContains(t, fielderr.Plain(message), "regex", "%s %q", name, bad)
			}
		}
	}
	require.Equal(t, "must be no more than 63 characters", fielderr.Plain("must be no more than 63 characters"))
}

func TestNames(t *testing.T) {
	require.Equal(t, `v1, "", v3`, fielderr.Names([]string{"v1", "", "v3"}))
	require.Empty(t, fielderr.Names(nil))
}
