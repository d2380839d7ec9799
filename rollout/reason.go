package rollout

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/swimlane-go/swimlane/rollout/sequential"
)

// Cause is the kind of a reason.
type Cause string

const (
	// CauseWorse: a guard's comparison shows that the candidate is worse than the other lanes.
	CauseWorse Cause = "Worse"
	// CauseCeiling: a guard shows that the candidate's rate is above its ceiling.
	CauseCeiling Cause = "AboveCeiling"
	// CauseFailed: more windows failed than a check allows.
	CauseFailed Cause = "Failed"
	// CauseNoData: there is no data, for longer than a check allows.
	CauseNoData Cause = "NoData"
	// CauseUnseen: a guard has seen no data of the candidate in this stay yet.
	CauseUnseen Cause = "Unseen"
	// CauseNotShown: a gate's comparison does not yet show that the candidate is good.
	CauseNotShown Cause = "NotShown"
	// CauseNotBelow: a gate does not yet show that the candidate's rate is below its
	// ceiling.
	CauseNotBelow Cause = "NotBelowCeiling"
	// CauseNotPassed: not enough windows have passed in a row yet.
	CauseNotPassed Cause = "NotPassed"
	// CauseDwell: the release has not been at its place long enough.
	CauseDwell Cause = "Dwell"
	// CauseDeadline: the gate did not open in time.
	CauseDeadline Cause = "Deadline"
	// CauseApproval: people have not approved.
	CauseApproval Cause = "Approval"
	// CauseFrozen: a freeze holds.
	CauseFrozen Cause = "Frozen"
	// CausePaused: the release is paused.
	CausePaused Cause = "Paused"
	// CauseLargestStep: the move is larger than the plan's rails allow.
	CauseLargestStep Cause = "LargestStep"
	// CausePerson: no gate guards the next place, so a person must ask for it.
	CausePerson Cause = "Person"
	// CauseNoReturn: the point of no return is passed, so a person must decide.
	CauseNoReturn Cause = "NoReturn"
	// CauseFirst: there is no stage to step back to.
	CauseFirst Cause = "FirstStage"
	// CauseOpen: every gate up to the target is open.
	CauseOpen Cause = "Open"
)

// Reason is one fact behind a decision. Its cause decides which figures it has; String
// puts them in words.
type Reason struct {
	// Cause is the kind of the reason, Asks the action that it asks for.
	Cause Cause  `json:"cause"`
	Asks  Action `json:"asks"`
	// Metric and Service are those of a check. Guard says that the check is a guard.
	Metric  string `json:"metric,omitempty"`
	Service string `json:"service,omitempty"`
	Guard   bool   `json:"guard,omitempty"`
	// Bad of Total requests were bad. For a comparison, Bad of All bad requests were the
	// candidate's.
	Bad   int64 `json:"bad,omitempty"`
	Total int64 `json:"total,omitempty"`
	All   int64 `json:"all,omitempty"`
	// Expected is the most that Bad could be if the candidate were as good as Bound asks.
	Expected float64 `json:"expected,omitempty"`
	Bound    float64 `json:"bound,omitempty"`
	// Chance is 1/E: the risk of seeing this much by chance, however often one looks.
	Chance float64 `json:"chance,omitempty"`
	// Have of the Need windows, approvals or percent are reached.
	Have int `json:"have,omitempty"`
	Need int `json:"need,omitempty"`
	// Place is the stage or the role of the reason, or the text of a freeze.
	Place string `json:"place,omitempty"`
	// Until is when the reason ends by itself. The zero value means never.
	Until time.Time `json:"until,omitzero"`
}

// MarshalJSON returns the fields, and String as "text".
func (r Reason) MarshalJSON() ([]byte, error) {
	return json.Marshal(reasonJSON{plainReason(r), r.String()})
}

// reasonJSON is the JSON of a [Reason].
type reasonJSON struct {
	plainReason
	// Text is the reason in words.
	Text string `json:"text"`
}

type plainReason Reason

// String returns the reason in one line.
func (r Reason) String() string {
	about := title(r.Metric, r.Service)
	switch r.Cause {
	case CauseWorse:
		return fmt.Sprintf("%s: %d of %d bad requests were the candidate's, %s were expected at most (%s times the "+
			"others' rate); %s", about, r.Bad, r.All, figure(r.Expected), exact(r.Bound), r.chance())
	case CauseCeiling:
		return fmt.Sprintf("%s: %d of %d requests were bad, %s were expected at most (%s%%); %s", about, r.Bad, r.Total,
			figure(r.Expected), exact(r.Bound*100), r.chance())
	case CauseFailed:
		return fmt.Sprintf("%s: %s, at most %d allowed", about, windows(r.Have, "failed"), r.Need)
	case CauseNoData:
		if !r.Until.IsZero() {
			return fmt.Sprintf("%s: no data since %s", about, r.Until.UTC().Format(time.RFC3339))
		}
		return fmt.Sprintf("%s: %s in a row without data, at most %d allowed", about, windows(r.Have, ""), r.Need)
	case CauseUnseen:
		return fmt.Sprintf("%s: no data of the candidate at this place yet", about)
	case CauseNotShown:
		if r.All == 0 {
			return fmt.Sprintf("%s: not yet shown to be below %s times the others' rate; no bad request was seen",
				about, exact(r.Bound))
		}
		return fmt.Sprintf("%s: not yet shown to be below %s times the others' rate; %d of %d bad requests were the "+
			"candidate's", about, exact(r.Bound), r.Bad, r.All)
	case CauseNotBelow:
		return fmt.Sprintf("%s: not yet shown to be below %s%%; %d of %d requests were bad", about, exact(r.Bound*100),
			r.Bad, r.Total)
	case CauseNotPassed:
		return fmt.Sprintf("%s: %s in a row, %d needed", about, windows(r.Have, "passed"), r.Need)
	case CauseDwell:
		return "the place must be kept until " + r.Until.UTC().Format(time.RFC3339)
	case CauseDeadline:
		return fmt.Sprintf("the gate of %s did not open in time", r.Place)
	case CauseApproval:
		return fmt.Sprintf("%d of %d approvals by %s", r.Have, r.Need, r.Place)
	case CauseFrozen:
		return "releases are frozen: " + r.Place
	case CausePaused:
		return "the release is paused"
	case CauseLargestStep:
		return fmt.Sprintf("the candidate may rise by %d%% at once, not by %d%%", r.Need, r.Have)
	case CausePerson:
		return fmt.Sprintf("no gate guards %s: a person must ask for it", r.Place)
	case CauseNoReturn:
		return fmt.Sprintf("stage %s is the point of no return: a person must decide", r.Place)
	case CauseFirst:
		return "there is no stage to step back to"
	case CauseOpen:
		return fmt.Sprintf("the gate of %s is open", r.Place)
	}
	return fmt.Sprintf("cause %q", string(r.Cause))
}

// chance returns the risk in words.
func (r Reason) chance() string {
	if r.Chance <= 0 {
		return "by chance hardly ever, however often one looks"
	}
	return "by chance at most 1 in " + thousands(math.Floor(1/r.Chance+1e-9)) + ", however often one looks"
}

// chanceOf returns 1/E to three digits, so that it is the same on every processor.
func chanceOf(e sequential.Nats) float64 {
	x := math.Exp(-float64(e) / 1e6)
	unit := math.Pow10(int(math.Floor(math.Log10(x))) - 2)
	return math.Ceil(x/unit-1e-6) * unit
}

// windows returns "1 window passed", "3 windows passed".
func windows(n int, did string) string {
	word := " windows "
	if n == 1 {
		word = " window "
	}
	return strings.TrimSpace(strconv.Itoa(n) + word + did)
}

// figure returns x as a person would write it: at most two digits after the point.
func figure(x float64) string {
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(x, 'f', 2, 64), "0"), ".")
}

// exact returns a bound as the plan has it: rounded to twelve digits, which removes the
// error of a product.
func exact(x float64) string {
	x, _ = strconv.ParseFloat(strconv.FormatFloat(x, 'g', 12, 64), 64)
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// thousands returns a whole number with commas, to two significant digits, rounded down.
func thousands(x float64) string {
	unit := 1.0
	for x/unit >= 100 {
		unit *= 10
	}
	digits := strconv.FormatFloat(math.Floor(x/unit)*unit, 'f', 0, 64)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}
