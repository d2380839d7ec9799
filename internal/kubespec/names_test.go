package kubespec

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/validate/content"
	"k8s.io/apimachinery/pkg/util/validation"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/dnslabel"
)

// The quick answers are those of apimachinery.
func TestNamesAreJudgedAsApimachineryDoes(t *testing.T) {
	for _, key := range []string{"a_b", "A.b-c", "example.com/a_b", "x"} {
		require.True(t, isLabelKey(key), key) // the quick way knows common keys
	}
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.Custom(func(t *rapid.T) string {
			return strings.Repeat(rapid.StringMatching(`[-a-cA-C0-2_./\n é]{0,4}`).Draw(t, "text"),
				rapid.SampledFrom([]int{1, 1, 1, 7, 15, 16, 63, 64, 85}).Draw(t, "times"))
		})
		name := strings.Join(rapid.SliceOfN(part, 1, 3).Draw(t, "parts"), rapid.SampledFrom([]string{"", ".", "/",
			"-"}).Draw(t, "between"))
		for _, test := range []struct {
			of    string
			quick func(string) bool
			slow  func(string) []string
		}{
			{"label", dnslabel.Is, validation.IsDNS1123Label},
			{"subdomain", isSubdomain, validation.IsDNS1123Subdomain},
			{"key of a label", isLabelKey, validation.IsQualifiedName},
			{"value of a label", func(v string) bool { return v == "" || isLabelName(v) }, validation.IsValidLabelValue},
			{"port", isPortName, validation.IsValidPortName},
		} {
			require.Equal(t, len(test.slow(name)) == 0, test.quick(name), "%s %q", test.of, name)
		}
		if dnslabel.Is(name) { // named relies on it
			require.Empty(t, validation.IsDNS1123Subdomain(name))
			require.Empty(t, validation.IsConfigMapKey(name))
			require.Empty(t, validation.IsQualifiedName(name))
			require.Empty(t, content.IsPathSegmentName(name))
			require.Equal(t, len(validation.IsDNS1035Label(name)) > 0, name[0] <= '9') // objectName does
		}
	})
}

func TestSetHoldsWhatWasAdded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s set[int]
		judge := map[int]bool{}
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 5), 0, 9).Draw(t, "numbers") {
			require.Equal(t, judge[n], s.has(n))
			require.Equal(t, !judge[n], s.add(n))
			judge[n] = true
		}
	})
}
