package position_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/position"
)

func TestOf(t *testing.T) {
	require.Equal(t, "a.yaml:7: March", position.Of("a.yaml", 7, time.March))
	require.Equal(t, "March", position.Of("", 0, time.March))
}
