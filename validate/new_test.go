package validate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

func TestNewFindings(t *testing.T) {
	of := func(code validate.Code, name, message string, line int) validate.Finding {
		return validate.Finding{Code: code, Object: manifest.Ref{Kind: "Service", Name: name}, Line: line,
			Message: message}
	}
	before := validate.Findings{of("SL101", "a", "must be as line 7", 1), of("SL101", "a", "must be as line 9", 2)}
	after := validate.Findings{
		of("SL101", "a", "must be as line 8", 5), of("SL101", "a", "must be as line 10", 6), // moved
		of("SL101", "a", "must be as line 11", 7), // one more
		of("SL102", "a", "must be as line 8", 5), of("SL101", "b", "must be as line 8", 5),
		of("SL101", "a", "must be another", 5),
	}
	require.Equal(t, after[2:], validate.New(before, after))
	require.Empty(t, validate.New(after, before))
}
