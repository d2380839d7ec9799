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

// listening is a host of a server of a Gateway.
type listening struct {
	gateway      *manifest.Object
	server, host int
}

// checkGatewaysTwice checks that no two Gateways have the same host at the same port of
// pods that both select. Source: Istio, pkg/config/analysis/analyzers/gateway,
// conflicting gateways.
func (c *checker) checkGatewaysTwice() {
	if len(c.gateways) < 2 {
		return
	}
	all := map[listener][]listening{}
	var order []listener
	for _, o := range c.gateways {
		if len(o.Gateway().GetSelector()) == 0 {
			continue
		}
		for i, s := range o.Gateway().GetServers() {
			for j, host := range s.GetHosts() {
				key := listener{s.GetPort().GetNumber(), s.GetBind(), strings.ToLower(strings.TrimPrefix(host, "*/"))}
				if all[key] == nil {
					order = append(order, key)
				}
				all[key] = append(all[key], listening{o, i, j})
			}
		}
	}
	for _, key := range order {
		c.sameListener(all[key])
	}
}

// sameListener reports the Gateways that share a listener, each with the first other one
// for its pods.
func (c *checker) sameListener(all []listening) {
	if len(all) < 2 {
		return
	}
	var selectors labelindex.Selectors
	for _, l := range all {
		selectors.Add(l.gateway.Gateway().Selector)
	}
	reported := make([]bool, len(all))
	twice := func(i, j int) {
		if !reported[i] {
			reported[i] = true
			at := fieldpath.New("spec.servers").Index(all[i].server).Child("hosts").Index(all[i].host)
			c.report(GatewayTwice, all[i].gateway, at,
				fmt.Sprintf("must not be a host that %s has at the same port of the same pods", all[j].gateway.Ref))
		}
	}
	var found []int
	for i, l := range all {
		found = selectors.Selecting(l.gateway.Gateway().Selector, found[:0])
		for _, j := range found {
			if all[j].gateway.Ref != l.gateway.Ref {
				twice(i, j)
				twice(j, i)
				break
			}
		}
	}
}
