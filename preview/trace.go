package preview

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
)

// maxStates bounds how many places a request is looked for: pods of a service,
// with the headers that decide.
const maxStates = 100_000

// Trace returns where a request goes. It fails when the request is not one that
// can be asked about: a gateway that must be named, a host that must be given.
func (m Mesh) Trace(r Request) (Result, error) {
	x := m.index()
	a, err := x.enter(r)
	if err != nil {
		return Result{}, fmt.Errorf("request: %w", err)
	}
	t := &tracer{x: x, calls: r.Calls, memo: map[stateKey]*state{}, cycles: [][]string{}, notes: map[string]bool{}}
	for _, note := range a.notes {
		t.notes[note] = true
	}
	entry, err := t.steps(nil, a.targets)
	if err != nil {
		return Result{}, err
	}
	t.unreached()
	g := graph{entry: entry, order: t.order}
	g.visits = g.walk()
	verdict, leaves := g.verdicts()
	switch {
	case verdict.Kind == "" && leaves.Kind == "":
		verdict.Kind = Isolated
	case verdict.Kind == "":
		verdict = leaves
	case leaves.Kind != "":
		t.notes[leaves.String()] = true
	}
	result := Result{
		Outcomes: g.outcomes(cmp.Or(r.MaxOutcomes, 1000)),
		Edges:    g.edges(),
		Cycles:   t.cycles,
		Notes:    slices.AppendSeq([]string{}, maps.Keys(t.notes)),
		Verdict:  verdict,
		graph:    g,
	}
	slices.Sort(result.Notes)
	return result, nil
}

// state is a request in the pods of a workload.
type state struct {
	service  *service
	workload *workload
	lane     string
	home     string            // the lane that the request is in
	headers  map[string]string // those that decide
	calls    [][]step          // where each call goes
}

type stateKey struct {
	service    *service
	workload   *workload
	lane, home string
	headers    string
}

// step is one target of a call.
type step struct {
	weight    *big.Rat
	node      Node // without its calls
	next      *state
	detail    string // of the fault
	violation string // why it leaves the lane
}

type tracer struct {
	x      *index
	calls  map[string][]string
	memo   map[stateKey]*state
	stack  []*service
	order  []*state // each after those that it calls
	cycles [][]string
	notes  map[string]bool
}

// steps turns targets into steps, and follows them.
func (t *tracer) steps(from *state, targets []target) ([]step, error) {
	out := make([]step, 0, len(targets))
	for _, to := range targets {
		s := step{weight: to.weight, detail: to.detail, node: Node{Lane: to.lane, End: to.end, Fault: to.fault}}
		if to.service != nil {
			s.node.Service = to.service.name
		} else if name, _, found := strings.Cut(to.host, ".svc."); found && to.fault == NoService {
			s.node.Service = strings.TrimSuffix(name, "."+"default")
		}
		if to.workload == nil {
			out = append(out, s)
			continue
		}
		home := ""
		if from != nil {
			home = from.home
		}
		headers := t.x.deciding(to.message.headers)
		home = t.x.home(to.service, to.lane, headers, home)
		s.violation = t.x.violation(to, home)
		if i := slices.Index(t.stack, to.service); i >= 0 {
			s.node.End = "cycle"
			t.cycle(t.stack[i:], to.service)
			out = append(out, s)
			continue
		}
		next, err := t.state(to, headers, home)
		if err != nil {
			return nil, err
		}
		s.next = next
		out = append(out, s)
	}
	return out, nil
}

// state returns the state that a target leads to.
func (t *tracer) state(to target, headers map[string]string, home string) (*state, error) {
	key := stateKey{to.service, to.workload, to.lane, home, headerKey(headers)}
	if s, found := t.memo[key]; found {
		return s, nil
	}
	if len(t.memo) == maxStates {
		return nil, errors.New("the request has too many ways to go: its headers change at every hop")
	}
	s := &state{service: to.service, workload: to.workload, lane: to.lane, home: home, headers: headers}
	t.memo[key] = s
	t.stack = append(t.stack, to.service)
	defer func() { t.stack = t.stack[:len(t.stack)-1] }()
	calls := t.x.given(t.calls, s.service)
	if t.calls == nil {
		calls = t.x.discovered(s.service, s.workload)
	}
	from := caller{namespace: s.service.ref.Namespace, labels: s.workload.labels, gateway: meshGateway}
	for _, call := range calls {
		targets := t.x.call(from, call, message{method: "GET", headers: headers})
		t.note(from, targets)
		steps, err := t.steps(s, targets)
		if err != nil {
			return nil, err
		}
		s.calls = append(s.calls, steps)
	}
	t.order = append(t.order, s)
	return s, nil
}

// note keeps what is worth knowing about targets.
func (t *tracer) note(from caller, targets []target) {
	for _, to := range targets {
		s := to.service
		if s == nil {
			continue
		}
		if s.headless() && to.subset != "" {
			t.notes[fmt.Sprintf("%s is headless: a sidecar sends to the address that the caller looked up, whatever the subset", s.ref)] = true
		}
		if s.group == nil {
			continue
		}
		if _, found := t.x.mesh.find(s.host, func([]*virtualService) bool { return true }); found {
			t.notes[fmt.Sprintf("%s is a service of lane group %s, whose lanes decide: VirtualServices of the sidecars for it are not looked at", s.ref, s.group.ref.Name)] = true
		}
		if to.subset == "" && s.group.permissive() == nil {
			t.notes[fmt.Sprintf("calls of pods in no lane of group %s are taken to reach any pod: ASM does not document them", s.group.ref.Name)] = true
		}
	}
}

// unreached notes the services of a group that no call was found to: nothing is
// proved about them.
func (t *tracer) unreached() {
	reached := map[string]bool{}
	groups := map[*group]bool{}
	for _, s := range t.order {
		reached[s.service.host] = true
		if s.service.group != nil {
			groups[s.service.group] = true
		}
	}
	for g := range groups {
		var missing []string
		for host, name := range g.services {
			if !reached[host] {
				missing = append(missing, name)
			}
		}
		if len(missing) > 0 && t.calls == nil {
			slices.Sort(missing)
			t.notes[fmt.Sprintf("no call was found that reaches %s of lane group %s", strings.Join(missing, ", "), g.ref.Name)] = true
		}
	}
}

func (t *tracer) cycle(path []*service, back *service) {
	var names []string
	for _, s := range append(slices.Clone(path), back) {
		names = append(names, s.name)
	}
	if !slices.ContainsFunc(t.cycles, func(c []string) bool { return slices.Equal(c, names) }) {
		t.cycles = append(t.cycles, names)
	}
}

// deciding returns the headers that decide where a request goes.
func (x *index) deciding(headers map[string]string) map[string]string {
	var out map[string]string
	for name, value := range headers {
		if x.relevant[name] {
			if out == nil {
				out = map[string]string{}
			}
			out[name] = value
		}
	}
	return out
}

func headerKey(headers map[string]string) string {
	if len(headers) == 0 {
		return ""
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		fmt.Fprintf(&b, "%q%q", name, headers[name])
	}
	return b.String()
}

// home returns the lane that a request is in: the one that its route header
// names, else the one that it was in, else the one that it enters.
func (x *index) home(s *service, lane string, headers map[string]string, before string) string {
	if g := s.group; g != nil {
		if named := headers[g.routeHeader()]; x.laneOf[named] == g {
			return named
		}
		if x.laneOf[before] == g {
			return before
		}
		return lane
	}
	for _, name := range x.routeHeaders {
		if value := headers[name]; x.isSubset[value] {
			return value
		}
	}
	return cmp.Or(before, lane)
}

// violation says why a request that is in lane home must not be served by a
// target; empty when it may.
func (x *index) violation(to target, home string) string {
	s, g, want := to.service, to.service.group, home
	switch {
	case g == nil:
		if home == "" || !s.hasLane[home] {
			return ""
		}
	case len(s.lanes[to.workload]) > 1:
		return fmt.Sprintf("the pods of %s are in lanes %s", to.workload.ref, strings.Join(s.lanes[to.workload], " and "))
	case x.laneOf[home] != g:
		return ""
	default:
		want = g.serving(home, s)
	}
	switch by := cmp.Or(to.lane, "no lane"); {
	case want == to.lane:
		return ""
	case want == home:
		return fmt.Sprintf("%s serves %s, which lane %s has", by, s.name, home)
	default:
		return fmt.Sprintf("%s serves %s for lane %s, whose fallback is %s", by, s.name, home, want)
	}
}
