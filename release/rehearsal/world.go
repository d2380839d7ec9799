package rehearsal

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// world is Git, and the cluster that follows it.
type world struct {
	*Scenario
	live     release.Live // what Git says of the release
	cluster  manifest.Set
	landings []landing
	flows    flows
	failed   *big.Rat // the largest share that got no answer at any moment
}

// landing is a commit on its way to the cluster.
type landing struct {
	at   time.Time
	gap  time.Duration
	refs []manifest.Ref
}

// maxOrders bounds the objects of one commit whose worst order is looked for.
const maxOrders = 8

func newWorld(s *Scenario) (world, error) {
	w := world{Scenario: s, live: release.ReadSet(s.Config, s.Set), cluster: s.Set, failed: new(big.Rat)}
	if err := unready(w.live); err != nil {
		return world{}, err
	}
	if s.Traffic.Request.Path == "" && s.Traffic.Request.Host == "" && s.Traffic.Request.Gateway == "" {
		all, notes, err := w.live.Flows()
		if err != nil {
			return world{}, fmt.Errorf("where requests go: %w", err)
		}
		if len(all) == 0 {
			return world{}, fmt.Errorf("where requests go: must lead to a route of the plan: %s",
				strings.Join(notes, "; "))
		}
		headers, calls := s.Traffic.Request.Headers, s.Traffic.Request.Calls
		s.Traffic.Request = all[0].Request
		s.Traffic.Request.Headers, s.Traffic.Request.Calls = headers, calls
	}
	var err error
	w.flows, err = flowsOf(w.cluster, s.Traffic.Request)
	if err == nil && w.flows.failed.IsInt() && w.flows.failed.Sign() > 0 {
		return world{}, fmt.Errorf("where requests go: the request must be answered at the beginning; none is: %s",
			w.flows.why)
	}
	w.worst(w.flows)
	return w, err
}

// commit writes objects into Git. The first of several lands in the cluster after delay.
func (w *world) commit(objects []release.Object, now time.Time, delay time.Duration) error {
	l, git := landing{at: now.Add(delay)}, w.live.Set
	for _, o := range objects {
		object, err := manifest.NewObject(o, "")
		if err != nil {
			return err
		}
		git = put(git, object)
		l.refs = append(l.refs, object.Ref)
	}
	w.live = release.ReadSet(w.Config, git)
	if n := len(l.refs); n > 1 {
		l.gap = time.Duration(w.Spread) / time.Duration(n-1)
	}
	if len(l.refs) > 0 {
		w.landings = append(w.landings, l)
	}
	return nil
}

// put returns the set with an object in the place of the one that it had.
func put(set manifest.Set, object manifest.Object) manifest.Set {
	all := slices.Clone(set.All())
	i := slices.IndexFunc(all, func(o manifest.Object) bool { return o.Ref == object.Ref })
	if i < 0 {
		return manifest.NewSet(append(all, object)...)
	}
	object.File = all[i].File
	all[i] = object
	return manifest.NewSet(all...)
}

// next returns when the cluster changes next. ok is false when Git holds nothing else.
func (w *world) next() (at time.Time, ok bool) {
	for _, l := range w.landings {
		if !ok || l.at.Before(at) {
			at, ok = l.at, true
		}
	}
	return at, ok
}

// land brings everything that is due into the cluster, and reports whether something was.
// An object lands as Git has it by then.
func (w *world) land(now time.Time) (landed bool, err error) {
	for {
		at, ok := w.next()
		if !ok || at.After(now) {
			return landed, nil
		}
		i := slices.IndexFunc(w.landings, func(l landing) bool { return l.at.Equal(at) })
		l := &w.landings[i]
		n, f, err := w.choose(l.refs)
		if err != nil {
			return landed, err
		}
		object, _ := w.live.Set.Get(l.refs[n])
		w.cluster, w.flows, landed = put(w.cluster, object), f, true
		w.worst(f)
		l.refs = slices.Delete(slices.Clone(l.refs), n, n+1)
		l.at = l.at.Add(l.gap)
		if len(l.refs) == 0 {
			w.landings = slices.Delete(w.landings, i, i+1)
		}
	}
}

// choose returns which of the objects makes the worst of the cluster: with it most requests
// get no answer, or else most meet the candidate. It returns where requests go then.
func (w *world) choose(refs []manifest.Ref) (n int, then flows, err error) {
	if len(refs) > maxOrders {
		refs = refs[:1]
	}
	var most [2]*big.Rat
	for i, ref := range refs {
		object, _ := w.live.Set.Get(ref)
		f, err := flowsOf(put(w.cluster, object), w.Traffic.Request)
		if err != nil {
			return 0, flows{}, err
		}
		bad := [2]*big.Rat{f.failed, f.reaches(w.Config.Plan.Candidate)}
		if i > 0 {
			if c := bad[0].Cmp(most[0]); c < 0 || c == 0 && bad[1].Cmp(most[1]) <= 0 {
				continue
			}
		}
		n, then, most = i, f, bad
	}
	return n, then, nil
}

// worst notes the share of requests that get no answer.
func (w *world) worst(f flows) {
	if f.failed != nil && f.failed.Cmp(w.failed) > 0 {
		w.failed = f.failed
	}
}
