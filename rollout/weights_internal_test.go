package rollout

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/validate/content"
	"pgregory.net/rapid"
)

// What is a label here is one to Kubernetes, and the other way round: else a name that is
// refused would be refused without a reason.
func TestLabelsAreThoseOfKubernetes(t *testing.T) {
	agree := func(t require.TestingT, name string) {
		require.Equal(t, len(content.IsDNS1123Label(name)) == 0, isLabel(name), "%q", name)
	}
	for _, name := range []string{"", "-", "a", "0", "a-", "-a", "a-b", "a--b", "A", "a.b", "a_b", "é", "a\n", strings.Repeat("a", 63), strings.Repeat("a", 64)} {
		agree(t, name)
	}
	for c := range 256 { // every byte, at the ends and between
		for _, name := range []string{string([]byte{byte(c)}), string([]byte{byte(c), 'a'}), string([]byte{'a', byte(c)}), string([]byte{'a', byte(c), 'a'})} {
			agree(t, name)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		agree(t, rapid.StringMatching(`[-a-c0-9A.]{0,66}`).Draw(t, "name"))
	})
}
