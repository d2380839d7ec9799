package rollout

// Check is one question about one metric, asked at each of its services. The fields that
// it may set depend on the metric's kind and on where the check is:
//
//	             guard                  gate
//	of Counts    Worse                  Good
//	of Value     Ceiling, Floor, Ratio, Difference: at least one
//
// A guard watches the whole release and never opens anything; a gate's check must pass
// before the gate opens.
type Check struct {
	// Metric is the name of the metric.
	Metric string `json:"metric"`

	// Worse is the bound of a guard: the check fails when the candidate is shown to be
	// worse.
	Worse *Worse `json:"worse,omitempty"`
	// Good is the bound of a gate: the check passes when the candidate is shown to be
	// better.
	Good *Good `json:"good,omitempty"`
	// Clump is the largest number of bad requests that one cause makes at once: the
	// retries of a route plus one. The evidence is divided by it. 0 means 1. For Counts
	// only.
	Clump int `json:"clump,omitempty"`

	// Ceiling is the largest value that the candidate may have, Floor the smallest.
	Ceiling *float64 `json:"ceiling,omitempty"`
	Floor   *float64 `json:"floor,omitempty"`
	// Ratio bounds the candidate's value to a multiple of the highest value of the other
	// lanes, Difference to an amount above it.
	Ratio      *float64 `json:"ratio,omitempty"`
	Difference *float64 `json:"difference,omitempty"`
	// Passes is how many windows in a row must pass before a gate opens: Argo Rollouts'
	// consecutiveSuccessLimit. 0 means 1. For a gate's Value only.
	Passes int `json:"passes,omitempty"`
	// Failures is how many windows may fail, in the whole release for a guard, in the
	// stay for a gate: Argo Rollouts' failureLimit. For Value only.
	Failures int `json:"failures,omitempty"`

	// OnFail is what a failed check asks for: RollBack, the default, StepBack or Hold.
	OnFail Action `json:"onFail,omitempty"`
	// Errors is how many windows in a row may be without data: Argo Rollouts'
	// consecutiveErrorLimit. Nil means 4.
	Errors *int `json:"errors,omitempty"`
	// NoDataAfter is how old the last window with data may be while the candidate has weight.
	// 0 means any age.
	NoDataAfter Duration `json:"noDataAfter,omitempty"`
	// OnNoData is what the check asks for when Errors or NoDataAfter is exceeded: Hold,
	// the default, StepBack or RollBack.
	OnNoData Action `json:"onNoData,omitempty"`
}

// Worse is the bound of a guard. The guard stops a candidate that is shown to be worse
// than this. Ratio and Ceiling are two tests. Their risks add up, over all guards and
// services, to [Plan.Alpha], however often one looks. At least one is set.
type Worse struct {
	// Ratio: the guard fires when the candidate's rate of bad requests is more than Ratio
	// times that of the other lanes. It never sees an excess of less than about a
	// quarter.
	Ratio *float64 `json:"ratio,omitempty"`
	// Ceiling: the guard fires when the candidate's rate of bad requests is more than
	// Ceiling, which is between 0 and 1. Only this test sees a candidate that has 80% of
	// the traffic or more.
	Ceiling *float64 `json:"ceiling,omitempty"`
}

// Good is the bound of a gate. The gate opens for a candidate that is shown to be better
// than this, at the risk Beta. Exactly one of Ratio and Ceiling is set.
type Good struct {
	// Ratio: the check passes when the candidate's rate of bad requests is less than
	// Ratio times that of the other lanes. It never passes while there are no bad
	// requests at all.
	Ratio *float64 `json:"ratio,omitempty"`
	// Ceiling: the check passes when the candidate's rate of bad requests is less than
	// Ceiling, which is between 0 and 1. Without any bad request it passes after
	// ln(4/Beta)/Ceiling requests.
	Ceiling *float64 `json:"ceiling,omitempty"`
	// Beta is the risk that the check passes by chance, in one stay. 0 means 0.05.
	Beta float64 `json:"beta,omitempty"`
}

// defaults of a check: Argo Rollouts' analysis has the same where it has the field.
const (
	defaultErrors = 4
	defaultBeta   = 0.05
)

func (c *Check) clump() int  { return max(c.Clump, 1) }
func (c *Check) passes() int { return max(c.Passes, 1) }

func (c *Check) errors() int {
	if c.Errors == nil {
		return defaultErrors
	}
	return *c.Errors
}

func (c *Check) onFail() Action {
	if c.OnFail == "" {
		return ActRollBack
	}
	return c.OnFail
}

func (c *Check) onNoData() Action {
	if c.OnNoData == "" {
		return ActHold
	}
	return c.OnNoData
}

func (g *Good) beta() float64 {
	if g.Beta == 0 {
		return defaultBeta
	}
	return g.Beta
}

// tests returns how many statistical tests the check makes for each service.
func (c *Check) tests() int {
	n := 0
	if c.Worse != nil && c.Worse.Ratio != nil {
		n++
	}
	if c.Worse != nil && c.Worse.Ceiling != nil {
		n++
	}
	return n
}

// compares reports whether the check only compares with other lanes.
func (c *Check) compares() bool {
	switch {
	case c.Worse != nil:
		return c.Worse.Ceiling == nil
	case c.Good != nil:
		return c.Good.Ceiling == nil
	}
	return c.Ratio != nil || c.Difference != nil
}

// equal reports whether both ask the same.
func (c *Check) equal(o *Check) bool {
	return c.Metric == o.Metric && c.Clump == o.Clump && c.Passes == o.Passes && c.Failures == o.Failures &&
		c.OnFail == o.OnFail && c.OnNoData == o.OnNoData && c.NoDataAfter == o.NoDataAfter &&
		same(c.Ceiling, o.Ceiling) && same(c.Floor, o.Floor) && same(c.Ratio, o.Ratio) &&
		same(c.Difference, o.Difference) &&
		same(c.Errors, o.Errors) && (c.Worse == nil) == (o.Worse == nil) && (c.Good == nil) == (o.Good == nil) &&
		(c.Worse == nil || same(c.Worse.Ratio, o.Worse.Ratio) && same(c.Worse.Ceiling, o.Worse.Ceiling)) &&
		(c.Good == nil || same(c.Good.Ratio, o.Good.Ratio) && same(c.Good.Ceiling, o.Good.Ceiling) &&
			c.Good.Beta == o.Good.Beta)
}

// same reports whether both are nil or point to equal values.
func same[T comparable](a, b *T) bool {
	return a == b || a != nil && b != nil && *a == *b
}
