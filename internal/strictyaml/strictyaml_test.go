package strictyaml_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/strictyaml"
)

func TestUnmarshalIsStrict(t *testing.T) {
	type value struct {
		Lane    string `json:"lane"`
		Percent int    `json:"percent"`
	}
	for text, want := range map[string][]string{
		"{lane: v1, percent: 5}":           nil,
		"lane: v1\npercent: 5\n":           nil,
		`{"lane":"v1","percent":5}`:        nil,
		"{lane: v1, percent: 5, a: 1}":     {`unknown field "a"`},
		"{Lane: v1, weight: 5}":            {`unknown field "Lane"`, `unknown field "weight"`},
		"{lane: v1, percent: 5, lane: v2}": {"lane"},
		"{lane: v1, percent: many}":        {"percent"},
		"{lane: ":                          {"yaml"},
	} {
		var got value
		err := strictyaml.Unmarshal(text, &got)
		if want == nil {
			require.NoError(t, err, text)
			require.Equal(t, value{"v1", 5}, got, text)
			continue
		}
		for _, message := range want {
			require.ErrorContains(t, err, message, text)
		}
	}
}
