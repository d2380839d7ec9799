package preview

import (
	"cmp"

	"github.com/swimlane-go/swimlane/lanes"
)

// CallsOf returns the calls that an app declares, for [Request.Calls]: those of every
// service, named as "namespace/name".
func CallsOf(app lanes.App) map[string][]string {
	name := func(s lanes.AppService) string {
		return cmp.Or(app.NamespaceOf(s), lanes.DefaultNamespace) + "/" + s.Name
	}
	out := make(map[string][]string, len(app.Services))
	for _, s := range app.Services {
		calls := make([]string, 0, len(s.Calls))
		for _, callee := range s.Calls {
			if other, found := app.ServiceOf(callee); found {
				calls = append(calls, name(other))
			}
		}
		out[name(s)] = calls
	}
	return out
}
