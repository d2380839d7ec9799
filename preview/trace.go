package preview

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"

	"github.com/swimlane-go/swimlane/internal/mesh"
)

// maxStates bounds the number of states: pods of a service, with the headers that decide.
const maxStates = 100_000

// Trace returns where a request goes. It fails when the request is incomplete: its
// gateway must be named, or its host must be given.
func (m Mesh) Trace(r Request) (Result, error) {
	x := m.index()
	a, err := x.enter(r)
	if err != nil {
		return Result{}, fmt.Errorf("request: %w", err)
	}
	t := &tracer{x: x, calls: r.Calls, memo: map[stateKey]*state{}, depth: map[*mesh.Service]int{},
		stops: map[Stop]int{}, cycles: [][]string{}, notes: map[string]bool{}}
	for _, note := range slices.Concat(x.notes, a.notes) {
		t.notes[note] = true
	}
	entry, err := t.steps(nil, a.targets)
	if err != nil {
		return Result{}, err
	}
	t.graph.entry = entry
	t.graph.visits = t.graph.walk()
	g := t.graph
	verdict, others := g.verdict()
	if verdict.Kind == Isolated {
		verdict = t.known()
	}
	t.problems()
	for _, other := range others {
		t.notes[other.String()] = true
	}
	result := Result{
		Outcomes: g.outcomes(cmp.Or(r.MaxOutcomes, 1000)),
		Edges:    g.edges(),
		Cycles:   t.cycles,
		Notes:    t.sorted(),
		Verdict:  verdict,
		graph:    g,
	}
	return result, nil
}

// state is a request in the pods of a workload.
type state struct {
	service  *mesh.Service
	workload *mesh.Workload
	stop     int
	home     home
	headers  map[string]string // the ones that decide
	calls    [][]step          // where each call goes
}

type stateKey struct {
	workload *mesh.Workload
	stop     int
	home     home
	headers  string
}

// step is one target of a call.
type step struct {
	weight    *big.Rat
	stop      int // its number in the graph
	next      *state
	detail    string // of the fault
	violation string // why it leaves the lane
	doubt     string // why the result is unknown
}

type tracer struct {
	x      *index
	calls  map[string][]string
	memo   map[stateKey]*state
	stack  []*mesh.Service       // the services on the way here
	depth  map[*mesh.Service]int // their positions in it
	graph  graph
	stops  map[Stop]int
	cycles [][]string
	notes  map[string]bool
}

// steps turns targets into steps, and follows them.
func (t *tracer) steps(from *state, targets []target) ([]step, error) {
	out := make([]step, 0, len(targets))
	for _, to := range targets {
		s := step{weight: to.weight, detail: to.detail, doubt: to.doubt, stop: t.number(t.x.stop(to))}
		if to.workload == nil {
			out = append(out, s)
			continue
		}
		var in home
		if from != nil {
			in = from.home
		}
		headers := t.x.deciding(to.message.headers)
		in = t.x.home(to.service, to.lane, headers, in)
		s.violation = t.x.violation(to, in)
		if i, found := t.depth[to.service]; found {
			stop := t.x.stop(to)
			stop.End = cycleEnd
			s.stop = t.number(stop)
			t.cycle(t.stack[i:], to.service)
			out = append(out, s)
			continue
		}
		next, err := t.state(to, s.stop, headers, in)
		if err != nil {
			return nil, err
		}
		s.next = next
		out = append(out, s)
	}
	return out, nil
}

// number returns the number of a stop in the graph.
func (t *tracer) number(s Stop) int {
	n, found := t.stops[s]
	if !found {
		n = len(t.graph.stops)
		t.stops[s] = n
		t.graph.stops = append(t.graph.stops, s)
	}
	return n
}

// stop returns the stop of a target.
func (x *index) stop(to target) Stop {
	s := Stop{Lane: to.lane, End: to.end, Failure: to.fault}
	switch {
	case to.service != nil:
		s.Service = to.service.Name
	case to.fault == NoService: // in the form that a Service would have
		s.Service = x.Domain.Short(to.host)
	}
	return s
}

// state returns the state that a target leads to.
func (t *tracer) state(to target, stop int, headers map[string]string, in home) (*state, error) {
	key := stateKey{to.workload, stop, in, headerKey(headers)}
	if s, found := t.memo[key]; found {
		return s, nil
	}
	if len(t.memo) == maxStates {
		return nil, errors.New("the request has too many ways to go: its headers change at every hop")
	}
	s := &state{service: to.service, workload: to.workload, stop: stop, home: in, headers: headers}
	t.memo[key] = s
	t.depth[to.service] = len(t.stack)
	t.stack = append(t.stack, to.service)
	defer func() {
		t.stack = t.stack[:len(t.stack)-1]
		delete(t.depth, to.service)
	}()
	calls := t.x.given(t.calls, s.service)
	if t.calls == nil {
		calls = t.x.CallsOf(s.service, s.workload)
	}
	from := mesh.Sidecar(s.workload)
	for _, call := range calls {
		targets := t.x.call(from, call, message{method: "GET", headers: headers})
		t.note(targets)
		steps, err := t.steps(s, targets)
		if err != nil {
			return nil, err
		}
		s.calls = append(s.calls, steps)
	}
	t.graph.order = append(t.graph.order, s)
	return s, nil
}

func (t *tracer) cycle(path []*mesh.Service, back *mesh.Service) {
	var names []string
	for _, s := range append(slices.Clone(path), back) {
		names = append(names, s.Name)
	}
	if !slices.ContainsFunc(t.cycles, func(c []string) bool { return slices.Equal(c, names) }) {
		t.cycles = append(t.cycles, names)
	}
}

// deciding returns the headers that decide where a request goes.
func (x *index) deciding(headers map[string]string) map[string]string {
	out := headers
	for name := range headers {
		if !x.relevant[name] {
			if len(out) == len(headers) {
				out = maps.Clone(headers)
			}
			delete(out, name)
		}
	}
	return out
}

func headerKey(headers map[string]string) string {
	var key []byte
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		key = strconv.AppendQuote(strconv.AppendQuote(key, name), headers[name])
	}
	return string(key)
}
