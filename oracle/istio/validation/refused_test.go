package validation_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/validate"
)

// explained are our errors in objects that Istio's validation and its CRDs accept: a part of the
// message, and the reason.
var explained = map[string]string{
	"must be a destination once": "Istio adds up the weights of one destination: the object is taken, and misleads (SL104)",
	`before the slash: "~/`:      "istiod writes such hosts itself, in objects with an annotation that it keeps to itself",
}

// beyond are Istio's errors that we do not report: a part of Istio's message, and the reason.
var beyond = map[string]string{
	"spec.servers[0].port.number: Required value": "a typed Gateway does not hold whether the number 0, which a Unix socket has, is written",
}

// explains returns whether all findings are explained, and counts the reasons in used.
func explains(findings validate.Findings, used map[string]int) bool {
	for _, f := range findings {
		known := false
		for part := range explained {
			if strings.Contains(f.String(), part) {
				known = true
				used[part]++
			}
		}
		if !known {
			return false
		}
	}
	return true
}

// tally counts what Istio refuses and accepts, and where the library differs.
type tally struct{ refused, missed, accepted, alarms int }

func (c *tally) add(refused, found bool) {
	switch {
	case refused && !found:
		c.missed++
		fallthrough
	case refused:
		c.refused++
	case found:
		c.alarms++
		fallthrough
	default:
		c.accepted++
	}
}

// join adds the counts of another tally.
func (c *tally) join(other tally) {
	c.refused, c.missed = c.refused+other.refused, c.missed+other.missed
	c.accepted, c.alarms = c.accepted+other.accepted, c.alarms+other.alarms
}

// We refuse what Istio refuses in its own tests, and accept what it accepts.
func TestRefusesWhatIstioRefuses(t *testing.T) {
	counts, all, used := map[string]*tally{}, tally{}, map[string]int{}
	for _, data := range recorded(t) {
		o, _ := parse(t, data)
		if counts[o.Kind] == nil {
			counts[o.Kind] = &tally{}
		}
		err, found := refused(t, data), refusals(data)
		alarm := len(found) > 0 && (err != nil || !explains(found, used))
		switch {
		case err != nil && len(found) == 0:
			t.Logf("missed: %v\n%s", err, data)
			require.True(t, slices.ContainsFunc(slices.Collect(maps.Keys(beyond)),
				func(part string) bool { return strings.Contains(err.Error(), part) }))
		case err == nil && alarm:
			t.Logf("alarm: %v\n%s", found, data)
		}
		counts[o.Kind].add(err != nil, alarm)
		if o.Kind != "ServiceEntry" {
			all.add(err != nil, alarm)
		}
	}
	for kind, c := range counts {
		t.Logf("%-16s refused %3d, of them missed %d; accepted %3d, of them alarms %d", kind, c.refused, c.missed,
			c.accepted, c.alarms)
	}
	require.GreaterOrEqual(t, all.refused, 210)
	require.GreaterOrEqual(t, all.accepted, 160)
	require.LessOrEqual(t, len(explained), 10)
	for kind, c := range counts {
		require.LessOrEqual(t, float64(c.missed), 0.03*float64(c.refused), kind)
		require.Zero(t, c.alarms, kind)
	}
}
