package validate

import (
	"fmt"
	"strings"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/manifest"
)

// listener is a host at a port of some pods.
type listener struct {
	port       uint32
	bind, host string
}

// listeners are the servers of one listener: those of the Gateways, by selectors.
type listeners struct {
	selectors labelindex.Selectors
	of        []manifest.Object
	at        []*fieldpath.Path
}

// checkGatewaysTwice checks that no two Gateways have the same host at the same port of
// pods that both select. Source: Istio, pkg/config/analysis/analyzers/gateway,
// conflicting gateways.
func (c *checker) checkGatewaysTwice() {
	all := map[listener]*listeners{}
	var order []*listeners
	for _, o := range c.Set.Kind("Gateway") {
		if len(o.Gateway().GetSelector()) == 0 {
			continue
		}
		for i, s := range o.Gateway().GetServers() {
			for j, host := range s.GetHosts() {
				key := listener{s.GetPort().GetNumber(), s.GetBind(), strings.ToLower(strings.TrimPrefix(host, "*/"))}
				in := all[key]
				if in == nil {
					in = &listeners{}
					all[key] = in
					order = append(order, in)
				}
				in.selectors.Add(o.Gateway().Selector)
				in.of = append(in.of, o)
				in.at = append(in.at, fieldpath.New("spec.servers").Index(i).Child("hosts").Index(j))
			}
		}
	}
	for _, in := range order {
		c.sameListener(in)
	}
}

// sameListener reports the Gateways that share a listener, each with the first other one
// for its pods.
func (c *checker) sameListener(in *listeners) {
	if len(in.of) < 2 {
		return
	}
	reported := make([]bool, len(in.of))
	twice := func(i, j int) {
		if !reported[i] {
			reported[i] = true
			c.report(GatewayTwice, in.of[i], in.at[i],
				fmt.Sprintf("must not be a host that %s has at the same port of the same pods", in.of[j].Ref))
		}
	}
	var found []int
	for i, o := range in.of {
		found = in.selectors.Selecting(o.Gateway().Selector, found[:0])
		for _, j := range found {
			if in.of[j].Ref != o.Ref {
				twice(i, j)
				twice(j, i)
				break
			}
		}
	}
}
