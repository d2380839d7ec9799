package messagetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type leaf struct{ Size *int }

type bare struct {
	Leaf  *leaf
	Leafs []leaf
	Keys  map[string]string
	At    time.Time
	other *time.Location
}

// What is missing in the good value is set: the page names each way once.
func TestBreakSetsWhatIsMissing(t *testing.T) {
	var p Page
	seen := map[string]bool{}
	Break(&p, func() bare { return bare{} }, func(b bare) error {
		switch {
		case b.Leaf != nil && b.Leaf.Size != nil:
			seen[fmt.Sprintf("size %d", *b.Leaf.Size)] = true
		case b.Leaf != nil:
			seen["a leaf"] = true
		case len(b.Leafs) > 0:
			seen["an empty item"] = true
		case b.Keys != nil:
			seen["a key"] = true
		}
		require.Nil(t, b.other)
		return nil
	})
	require.Equal(t, map[string]bool{"a leaf": true, "size -1": true, "size 0": true, "size 7": true, "size 101": true,
		"size 70000": true, "an empty item": true, "a key": true}, seen)
	require.Empty(t, p.text.String())
	require.Empty(t, p.faults)
}

// A good value or text that is refused makes the page fail.
func TestGoodMustBeGood(t *testing.T) {
	var p Page
	Break(&p, func() leaf { return leaf{Size: new(1)} }, func(leaf) error { return errors.New("must be bad") })
	SomeTexts(&p, "a: b\n", func(string) error { return errors.New("must be bad") })
	require.Equal(t, []string{"the good value is refused: must be bad", "the good text is refused: must be bad"}, p.faults)
}
