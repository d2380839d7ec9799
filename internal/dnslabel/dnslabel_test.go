package dnslabel_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/dnslabel"
)

func TestLabelsAreThoseOfKubernetes(t *testing.T) {
	same := func(t require.TestingT, name string) {
		require.Equal(t, len(validation.IsDNS1123Label(name)) == 0, dnslabel.Is(name), "%q", name)
		long := strings.Repeat(name, 4) // the parts of a subdomain may be longer than a label
		if !strings.Contains(long, ".") && len(long) <= 253 {
			require.Equal(t, len(validation.IsDNS1123Subdomain(long)) == 0, dnslabel.IsPart(long), "%q", long)
		}
	}
	for c := range 256 { // every byte, in every place
		for _, name := range []string{"", "a", "ab"} {
			for i := range len(name) + 1 {
				same(t, name[:i]+string([]byte{byte(c)})+name[i:])
			}
		}
	}
	for _, name := range []string{"a--b", "a.b", "a_b", "é", "a\n"} {
		same(t, name)
	}
	for _, n := range []int{62, 63, 64} {
		same(t, strings.Repeat("x", n))
	}
	rapid.Check(t, func(t *rapid.T) {
		same(t, rapid.OneOf(rapid.StringMatching(`[a-zA-Z0-9_.-]{0,70}`), rapid.StringMatching(`[-a-c0-9A.]{0,66}`),
			rapid.String()).Draw(t, "name"))
	})
}
