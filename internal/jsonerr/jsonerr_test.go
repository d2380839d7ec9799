package jsonerr_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/jsonerr"
)

func TestPlain(t *testing.T) {
	type item struct {
		Percent int8
		At      time.Time
	}
	type all struct {
		Name  string
		On    *bool
		Share float64
		Items []item
		ByKey map[string]int
	}
	for text, want := range map[string]string{
		`{"Name": 1}`:                   "Name: must be a string, not a number",
		`{"On": "yes"}`:                 "On: must be true or false, not a string",
		`{"Share": true}`:               "Share: must be a number, not true or false",
		`{"Items": {}}`:                 "Items: must be a list, not a mapping",
		`{"Items": [{"Percent": []}]}`:  "Items.Percent: must be a whole number, not a list",
		`{"Items": [{"Percent": 500}]}`: "Items.Percent: must be a whole number, not 500",
		`{"ByKey": "a"}`:                "ByKey: must be a mapping, not a string",
		`[]`:                            "must be a mapping, not a list",
		`{"Items": [{"At": "noon"}]}`:   `must be a time, such as 2026-03-11T08:00:00Z, not "noon"`,
		`{`:                             "unexpected end of JSON input",
	} {
		var v all
		err := json.Unmarshal([]byte(text), &v)
		plain := jsonerr.Plain(err)
		require.EqualError(t, plain, want, text)
		require.ErrorIs(t, plain, err, "the cause can be found")
	}
	require.NoError(t, jsonerr.Plain(nil))
	require.Zero(t, testing.AllocsPerRun(10, func() { _ = jsonerr.Plain(nil) }))
	other := errors.New("other")
	require.Equal(t, other, jsonerr.Plain(other))
}
