package istiospec

import (
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// refusal is a spec with one fault, and a good one with the smallest difference to it.
type refusal struct {
	rule      Rule
	path      string
	bad, good string
}

// requireRefusals checks that each bad spec has its fault and no other. Each good one must have
// none.
func requireRefusals(t *testing.T, check func(text string) []Fault, refusals []refusal) {
	t.Helper()
	for _, test := range refusals {
		require.Empty(t, check(test.good), test.good)
		faults := check(test.bad)
		require.Len(t, faults, 1, "%s: %v", test.bad, faults)
		require.Equal(t, test.rule, faults[0].Rule, "%s: %v", test.bad, faults)
		require.Equal(t, test.path, faults[0].Path, faults)
		require.Regexp(t, "^must ", faults[0].Message)
	}
}

// decoded decodes a spec from YAML into a message.
func decoded[T any](t *testing.T, text string, spec *T) *T {
	t.Helper()
	require.NoError(t, yaml.Unmarshal([]byte(text), spec), text)
	return spec
}
