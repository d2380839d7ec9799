package rollout

import "github.com/swimlane-go/swimlane/rollout/sequential"

// pair is a check at one service of its metric. Evidence holds one tally for each.
type pair struct {
	check   *Check
	metric  *Metric
	service string
	guard   bool
}

// pairs appends the pairs of the plan to buffer, in the order of the plan: those of the
// guards, then those of the gates. Equal checks of several gates make one pair: they have
// the same result. It stops at one more than maxPairs.
func (p *Plan) pairs(buffer []pair) []pair {
	out := p.addPairs(buffer, p.Guards, true)
	for target := range p.gates() {
		if gate := p.gate(target); gate != nil {
			out = p.addPairs(out, gate.Checks, false)
		}
	}
	return out
}

func (p *Plan) addPairs(out []pair, checks []Check, guard bool) []pair {
	for i := range checks {
		c := &checks[i]
		m := p.metric(c.Metric)
		if m == nil || find(out, c, m.services()[0], guard) >= 0 {
			continue
		}
		for _, service := range m.services() {
			if len(out) > maxPairs {
				return out
			}
			out = append(out, pair{check: c, metric: m, service: service, guard: guard})
		}
	}
	return out
}

// find returns the index of a check at a service among pairs, or -1.
func find(pairs []pair, c *Check, service string, guard bool) int {
	for i := range pairs {
		if p := &pairs[i]; p.guard == guard && p.service == service && (p.check == c || p.check.equal(c)) {
			return i
		}
	}
	return -1
}

// tests returns how many tests the guards make in all. They share alpha.
func (p *Plan) tests() int {
	n := 0
	for i := range p.Guards {
		if m := p.metric(p.Guards[i].Metric); m != nil {
			n += p.Guards[i].tests() * len(m.services())
		}
	}
	return n
}

// alpha returns the risk of one test of a guard.
func (p *Plan) alpha() float64 {
	alpha := p.Alpha
	if alpha == 0 {
		alpha = defaultAlpha
	}
	return alpha / float64(max(p.tests(), 1))
}

// defaultAlpha is what Plan.Alpha means when it is 0.
const defaultAlpha = 0.01

// Risk is one test of a guard at one service, and its part of the plan's Alpha.
type Risk struct {
	// Metric, Service and Guard say which test it is: the name of the metric, the service, or
	// "" for the app as a whole, and the position of the guard in the plan, from 0.
	Metric  string `json:"metric"`
	Service string `json:"service,omitempty"`
	Guard   int    `json:"guard"`
	// Test is "ratio" or "ceiling".
	Test string `json:"test"`
	// Alpha is the risk of this test: all risks of a plan sum to its Alpha.
	Alpha float64 `json:"alpha"`
}

// Risks returns how the guards share the plan's Alpha: every test of every guard at every
// service has the same part. The sum of the parts bounds the risk of stopping a good
// candidate, even if the tests depend on each other. It is empty for a plan without such
// guards.
func (p Plan) Risks() []Risk {
	var out []Risk
	for i := range p.Guards {
		c := &p.Guards[i]
		m := p.metric(c.Metric)
		if m == nil || c.Worse == nil {
			continue
		}
		for _, service := range m.services() {
			if c.Worse.Ratio != nil {
				out = append(out, Risk{Metric: c.Metric, Service: service, Guard: i, Test: "ratio", Alpha: p.alpha()})
			}
			if c.Worse.Ceiling != nil {
				out = append(out, Risk{Metric: c.Metric, Service: service, Guard: i, Test: "ceiling", Alpha: p.alpha()})
			}
		}
	}
	return out
}

// threshold returns the evidence at which a guard's test fires.
func (p *Plan) threshold() sequential.Nats { return sequential.Threshold(p.alpha()) }
