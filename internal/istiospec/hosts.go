package istiospec

import (
	"fmt"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
	"github.com/swimlane-go/swimlane/internal/istioname"
)

// hostIndex finds which of many hosts covers a given one.
type hostIndex struct {
	hosts []string
	exact map[string]int // the first index of each host; nil for a few hosts
	wild  map[string]int // the first index of each wildcard, by the text after the *
}

// fewHosts is the number of hosts up to which there is no index.
const fewHosts = 8

func indexHosts(hosts []string) hostIndex {
	x := hostIndex{hosts: hosts}
	if len(hosts) <= fewHosts {
		return x
	}
	x.exact, x.wild = make(map[string]int, len(hosts)), map[string]int{}
	for i, host := range hosts {
		byName, name := x.exact, host
		if host != "" && host[0] == '*' {
			byName, name = x.wild, host[1:]
		}
		if _, found := byName[name]; !found {
			byName[name] = i
		}
	}
	return x
}

// covering returns the index of a host that covers a given one, -1 if none does. Self is the index
// of the given host, or -1 if it is not in the list. Of hosts equal to it, only those before self
// count.
func (x hostIndex) covering(host string, self int) int {
	counts := func(i int) bool { return self < 0 || i < self || x.hosts[i] != host }
	if x.exact == nil {
		for i, wide := range x.hosts {
			if counts(i) && istioname.Covers(wide, host) {
				return i
			}
		}
		return -1
	}
	rest := host
	if host != "" && host[0] == '*' {
		rest = host[1:]
	} else if i, found := x.exact[host]; found && counts(i) {
		return i
	}
	for {
		if i, found := x.wild[rest]; found && counts(i) {
			return i
		}
		if rest == "" {
			return -1
		}
		rest = rest[1:]
	}
}

// overlaps reports hosts that another host covers. Of equal hosts it reports all but the first.
// Source: Istio, pkg/config/host, Name.Matches.
func (f *faults) overlaps(rule Rule, list *fieldpath.Path, hosts []string) {
	if len(hosts) < 2 {
		return
	}
	x := indexHosts(hosts)
	for i, host := range hosts {
		if by := x.covering(host, i); by >= 0 {
			f.add(rule, list.Index(i),
				fmt.Sprintf("must not be covered by another host: hosts[%d] covers %q", by, host))
		}
	}
}
