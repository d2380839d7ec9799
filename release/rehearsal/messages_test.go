package rehearsal_test

import (
	"testing"

	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/internal/messagetest"
	"github.com/swimlane-go/swimlane/release/rehearsal"
)

// The messages of the package are a page for reading.
func TestMessages(t *testing.T) {
	t.Parallel()
	var p messagetest.Page
	messagetest.Break(&p, func() rehearsal.Scenario {
		s := scenario(t, gated(), bad())
		s.Every, s.Sync, s.Spread, s.People, s.Longest = minute, minute, minute, minute, 60*minute
		return s
	}, func(s rehearsal.Scenario) error { return fielderr.Join("scenario", s.Validate()) })
	for _, route := range []string{"none", ""} {
		s := scenario(t, gated())
		s.Config.Routes[0].Route, s.Config.Routes[0].Name = route, route
		_, err := rehearsal.Rehearse(s)
		p.Add("Rehearse without the route "+route, err)
	}
	p.Golden(t)
}
