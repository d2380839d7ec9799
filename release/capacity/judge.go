package capacity

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// judge knows what there is to carry, and by how many pods.
type judge struct {
	config  release.Config
	stage   int // at which the release stands
	demand  release.Demand
	ways    []way
	servers []server
	carries map[string]carry // what one pod of a service carries, by service
	said    []string         // what is to note whatever the places are
}

// server is the pods of a service in a lane.
type server struct {
	service string // as preview names it
	release.LanePods
}

// way is a way in which requests of one kind enter, with the calls a second that it brings
// about where all of them enter so.
type way struct {
	release.Way
	calls []call
}

// call is how often a server is called.
type call struct {
	server int
	rate   *big.Rat
}

// carry is what one pod carries: at least, and at most. They differ where an autoscaler
// leaves open how many pods carried what there was before the release; most is nil when
// there may have been none.
type carry struct {
	least, most *big.Rat
	stated      bool
}

func newJudge(live release.Live, demand release.Demand) (*judge, error) {
	switch {
	case live.Config.Values != nil:
		return nil, errors.New("the pods must be in the set: what runs them is made from the values that hold the weights")
	case live.State == (rollout.State{}):
		return nil, rollout.ErrNoState
	}
	if err := fielderr.Join("demand", demand.Validate(field.NewPath("demand"))); err != nil {
		return nil, err
	}
	var requests []preview.Request
	var rates []*big.Rat
	for _, r := range demand.Requests {
		requests = append(requests, preview.Request{Host: r.Host, Path: r.Path, Method: r.Method, Headers: r.Headers})
		rates = append(rates, rational(r.Rate))
	}
	flows, said, err := live.Flows(requests...)
	if err != nil {
		return nil, err
	}
	if len(flows) == 0 {
		return nil, errors.New(
			"the demand must state a request to a route of the plan: no host and path alone lead to one")
	}
	j := &judge{config: live.Config, stage: live.State.Stage, demand: demand, carries: map[string]carry{}, said: said}
	j.serve(live, flows)
	for i, f := range flows {
		rate := big.NewRat(1, int64(len(flows)))
		if len(rates) > 0 {
			rate = rates[i]
		}
		j.ways = append(j.ways, j.waysOf(f, rate)...)
	}
	j.measure()
	return j, nil
}

// rational returns a number of a plan as it is written: 0.1 is a tenth.
func rational(x float64) *big.Rat {
	out, ok := new(big.Rat).SetString(fmt.Sprint(x))
	if !ok {
		return new(big.Rat)
	}
	return out
}

// measure finds what a pod carries: what the demand states, else the calls that all lanes
// get before the release, shared among the pods that serve them then, and what is to spare.
func (j *judge) measure() {
	spare := 1.0
	if j.demand.Spare != nil {
		spare = *j.demand.Spare
	}
	more := new(big.Rat).Add(big.NewRat(1, 1), rational(spare))
	calls, least, most := map[string]*big.Rat{}, map[string]int64{}, map[string]int64{}
	open := map[string]bool{}
	for i, load := range j.calls(j.config.Plan.Before) {
		s := j.servers[i]
		if load == nil {
			continue
		}
		calls[s.service] = sum(calls[s.service], load)
		least[s.service] += s.Min
		most[s.service] += s.Max
		open[s.service] = open[s.service] || s.Open
	}
	for service, load := range calls {
		if most[service] == 0 || open[service] {
			continue
		}
		each := func(n int64) *big.Rat {
			if n == 0 {
				return nil
			}
			return new(big.Rat).Mul(more, new(big.Rat).Quo(load, new(big.Rat).SetInt64(n)))
		}
		j.carries[service] = carry{least: each(most[service]), most: each(least[service])}
	}
	for _, s := range j.servers {
		short, _, _ := strings.Cut(s.service, ".")
		if x := cmp.Or(j.demand.PerPod[s.service], j.demand.PerPod[short]); x > 0 {
			j.carries[s.service] = carry{rational(x), rational(x), true}
		}
	}
}

// sum adds; nil is 0.
func sum(a, b *big.Rat) *big.Rat {
	if a == nil {
		return b
	}
	return new(big.Rat).Add(a, b)
}

// judge returns the loads of a place, where pods have the floors that it has.
func (j *judge) judge(calls []*big.Rat, floors []release.Floor) []Load {
	out := []Load{} // never null
	for i, s := range j.servers {
		if calls[i] == nil {
			continue
		}
		carries := j.carries[s.service]
		l := Load{Service: s.service, Lane: s.Lane, Calls: calls[i], Min: s.Min, Max: s.Max}
		l.Stated, l.Pods = carries.stated, s.LanePods
		for _, f := range floors {
			if f.Is(s.LanePods) {
				l.Min = max(l.Min, f.Replicas)
				l.Max = max(l.Max, l.Min)
			}
		}
		if carries.least != nil {
			l.Need = ceil(new(big.Rat).Quo(calls[i], carries.least))
		}
		l.Verdict = l.verdict()
		if l.Verdict == Short && (carries.most == nil || ceil(new(big.Rat).Quo(calls[i], carries.most)) <= l.Max) {
			l.Verdict = Unknown
		}
		out = append(out, l)
	}
	return out
}

// ceil returns the least integer that is not below x.
func ceil(x *big.Rat) int64 {
	n, rest := new(big.Int).QuoRem(x.Num(), x.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		n.Add(n, big.NewInt(1))
	}
	if !n.IsInt64() {
		return 1 << 62
	}
	return n.Int64()
}

// notes say of which services nothing is known.
func (j *judge) notes() []string {
	out := append([]string{}, j.said...)
	seen := map[string]bool{}
	for _, s := range j.servers {
		if j.carries[s.service].least == nil && !seen[s.service] {
			seen[s.service] = true
			out = append(out, fmt.Sprintf(
				"%s: nothing says what a pod carries: it gets no requests before the release, and the demand does "+
					"not list it", s.service))
		}
	}
	return out
}
