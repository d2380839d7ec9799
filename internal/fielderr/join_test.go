package fielderr_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
)

func TestJoin(t *testing.T) {
	require.NoError(t, fielderr.Join("plan", nil))
	require.NoError(t, fielderr.Join("plan", field.ErrorList{}))

	one := field.Required(field.NewPath("a"), "must be set")
	err := fielderr.Join("plan", field.ErrorList{one})
	require.EqualError(t, err, "plan: a: Required value: must be set")
	require.ErrorIs(t, err, one)

	twice := field.Required(field.NewPath("a"), "must be set")
	err = fielderr.Join("plan", field.ErrorList{one, twice})
	require.EqualError(t, err, "plan: 2 faults:\na: Required value: must be set\na: Required value: must be set")
	var found *field.Error
	require.True(t, errors.As(err, &found), "a caller can get at the field errors")
	require.ErrorIs(t, err, twice)
}
