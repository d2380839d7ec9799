package capacity

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// judge knows what there is to carry, and by how many pods.
type judge struct {
	live     release.Live
	requests []requests
	demand   release.Demand
	pods     []release.LanePods
	hosts    map[string]string   // by the name that preview has for a service
	names    map[string]string   // the other way round
	carries  map[string]*big.Rat // what one pod of a service carries, by host
	stated   map[string]bool     // whether the demand says it
}

// requests are requests of one kind.
type requests struct {
	request preview.Request
	rate    *big.Rat
}

func newJudge(live release.Live, demand release.Demand) (*judge, error) {
	if live.State == (rollout.State{}) || live.Config.Values != nil {
		return nil, rollout.ErrNoState
	}
	j := &judge{live: live, demand: demand, pods: live.Pods(), hosts: map[string]string{}, names: map[string]string{},
		carries: map[string]*big.Rat{}, stated: map[string]bool{}}
	for _, r := range demand.Requests {
		j.requests = append(j.requests, requests{
			preview.Request{Host: r.Host, Path: r.Path, Method: r.Method, Headers: r.Headers}, new(big.Rat).SetFloat64(r.Rate),
		})
	}
	if len(demand.Requests) == 0 {
		entries := preview.New(live.Set).Entries()
		if len(entries) == 0 {
			return nil, errors.New("the objects must have a route at a gateway; there is none")
		}
		j.requests = []requests{{entries[0], big.NewRat(1, 1)}}
	}
	several := map[string]map[string]bool{} // hosts by short name
	for _, p := range j.pods {
		short, _, _ := strings.Cut(p.Host, ".")
		if several[short] == nil {
			several[short] = map[string]bool{}
		}
		several[short][p.Host] = true
	}
	for _, p := range j.pods {
		short, rest, _ := strings.Cut(p.Host, ".")
		namespace, _, _ := strings.Cut(rest, ".")
		j.hosts[short+"."+namespace] = p.Host
		j.names[p.Host] = short + "." + namespace
		if len(several[short]) == 1 {
			j.hosts[short], j.names[p.Host] = p.Host, short
		}
	}
	for _, p := range j.pods {
		short, _, _ := strings.Cut(p.Host, ".")
		x := cmp.Or(demand.PerPod[j.names[p.Host]], demand.PerPod[short])
		if x > 0 {
			j.carries[p.Host], j.stated[p.Host] = new(big.Rat).SetFloat64(x), true
		}
	}
	return j, nil
}

// measure finds what a pod carries of services that the demand says nothing of: the calls
// that all lanes get before the release, shared among the pods that serve them then, and
// what is to spare.
func (j *judge) measure(before map[target]*big.Rat) {
	spare := 1.0
	if j.demand.Spare != nil {
		spare = *j.demand.Spare
	}
	more := new(big.Rat).Add(big.NewRat(1, 1), new(big.Rat).SetFloat64(spare))
	pods, calls := map[string]int64{}, map[string]*big.Rat{}
	for _, p := range j.pods {
		load := before[target{p.Host, p.Lane}]
		if load == nil || j.stated[p.Host] {
			continue
		}
		if calls[p.Host] == nil {
			calls[p.Host] = new(big.Rat)
		}
		calls[p.Host].Add(calls[p.Host], load)
		pods[p.Host] += p.Max // what carries the most that there is before
	}
	for host, n := range pods {
		if n > 0 {
			each := new(big.Rat).Quo(calls[host], new(big.Rat).SetInt64(n))
			j.carries[host] = each.Mul(each, more)
		}
	}
}

// judge returns the loads of a place.
func (j *judge) judge(calls map[target]*big.Rat) []Load {
	var out []Load
	for _, p := range j.pods {
		load := calls[target{p.Host, p.Lane}]
		if load == nil {
			continue
		}
		l := Load{Service: j.names[p.Host], Lane: p.Lane, Calls: load, Min: p.Min, Max: p.Max, Stated: j.stated[p.Host], Pods: p}
		if carries := j.carries[p.Host]; carries != nil {
			l.Need = ceil(new(big.Rat).Quo(load, carries))
		}
		l.Verdict = l.verdict()
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
	out := []string{}
	seen := map[string]bool{}
	for _, p := range j.pods {
		if j.carries[p.Host] == nil && !seen[p.Host] {
			seen[p.Host] = true
			out = append(out, fmt.Sprintf("%s: nothing says what a pod carries: it gets no requests before the release, and the demand does not list it", j.names[p.Host]))
		}
	}
	return out
}
