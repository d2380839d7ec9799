package validation_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/validate"
)

// explained are the errors here in what Istio's validation accepts, by a part of what
// they say, with the reason.
var explained = map[string]string{
	"must have at most":                         "the CRD bounds the list, so the API server refuses the object",
	"must not have more than":                   "the CRD bounds the text, so the API server refuses the object",
	"warmupDurationSecs: must be at least 1 ms": "the CRD has a rule for it, so the API server refuses the object",
	"minClusterSize: must be at least 1":        "the CRD has a least size, so the API server refuses the object",
	"outlierDetectionHttpErrorCodes":            "the CRD has a range, so the API server refuses the object",
	"must be named once":                        "Istio adds up the weights of one destination: the object is taken, and misleads (SL104)",
	`before the slash: "~/`:                     "istiod writes such hosts itself, in objects with an annotation that it keeps to itself",
}

// explains returns whether all findings are explained, and notes which reasons count.
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

// What Istio refuses in its own tests is refused here, and what it accepts is not.
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
		case err == nil && alarm:
			t.Logf("alarm: %v\n%s", found, data)
		}
		counts[o.Kind].add(err != nil, alarm)
		if o.Kind != "ServiceEntry" {
			all.add(err != nil, alarm)
		}
	}
	for kind, c := range counts {
		t.Logf("%-16s refused %3d, of them missed %d; accepted %3d, of them alarms %d", kind, c.refused, c.missed, c.accepted, c.alarms)
	}
	require.GreaterOrEqual(t, all.refused, 210)
	require.GreaterOrEqual(t, all.accepted, 160)
	require.LessOrEqual(t, float64(all.missed), 0.03*float64(all.refused))
	require.Zero(t, all.alarms)
	require.Zero(t, counts["ServiceEntry"].alarms)
	require.LessOrEqual(t, counts["ServiceEntry"].missed, 1)
}
