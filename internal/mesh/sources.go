package mesh

import "github.com/swimlane-go/swimlane/internal/labelindex"

// sources finds the rules that may exist for a caller. It skips rules for callers with other
// labels, which are most rules in a mesh of many lanes.
type sources struct {
	labelled labelindex.Selectors // a selector for each rule; empty for the others
	others   []int
}

// few is the number of rules, subsets or pods from which on there is an index. Below it each is asked.
const few = 8

// index indexes the rules. It is called after the last rule is added.
func (vs *VirtualService) index() {
	if len(vs.Rules) < few {
		return
	}
	x := &sources{}
	for i, r := range vs.Rules {
		if r.Match == nil || len(r.Match.Gateways) > 0 || len(r.Match.SourceLabels) == 0 {
			x.others = append(x.others, i)
		}
		if r.Match != nil && len(r.Match.Gateways) == 0 {
			x.labelled.Add(r.Match.SourceLabels)
		} else {
			x.labelled.Add(nil)
		}
	}
	vs.sources = x
}

// candidates yields the numbers of the rules that may exist for a caller, in order.
func (vs *VirtualService) candidates(c Caller) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		if vs.sources == nil {
			for i := range vs.Rules {
				if !yield(i) {
					return
				}
			}
			return
		}
		own, others := vs.sources.labelled.Selecting(c.Labels, nil), vs.sources.others
		for len(own)+len(others) > 0 {
			from := &others
			if len(others) == 0 || len(own) > 0 && own[0] < others[0] {
				from = &own
			}
			if !yield((*from)[0]) {
				return
			}
			*from = (*from)[1:]
		}
	}
}
