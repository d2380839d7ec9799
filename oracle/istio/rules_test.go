package istio_test

import "testing"

// TestHostsOfDestinationRules compares how DestinationRules name hosts, and which of several rules
// a caller sees.
func TestHostsOfDestinationRules(t *testing.T) {
	with := func(rules ...string) []string {
		return bare(append(rules, ingress,
			vs("shop", "x", "hosts: [a.shop.svc.cluster.local], gateways: [edge/gw, mesh], http: [{"+aV2+"}]"))...)
	}
	const full, noSubset = "a.shop.svc.cluster.local", "1 a@v2 (no subset)"
	for name, s := range map[string]spelling{
		"short":                       {with(subsetsOf("shop/a", "a", "v2")), fromFar, "1 a@v2"},
		"short, of another namespace": {with(subsetsOf("other/a", "a", "v2")), fromFar, noSubset},
		"full":                        {with(subsetsOf("shop/a", full, "v2")), fromFar, "1 a@v2"},
		"name and namespace":          {with(subsetsOf("shop/a", "a.shop", "v2")), fromFar, noSubset},
		"upper case":                  {with(subsetsOf("shop/a", "A", "v2")), fromFar, noSubset},
		"every":                       {with(subsetsOf("shop/a", "*", "v2")), fromFar, "1 a@v2"},
		"of a namespace": {with(subsetsOf("shop/a", "*.shop.svc.cluster.local", "v2")), fromFar,
			"1 a@v2"},
		"within a label": {with(subsetsOf("shop/a", "*op.svc.cluster.local", "v2")), fromFar,
			"1 a@v2"},
		"the longest": {with(subsetsOf("shop/a", "*", "v2"),
			subsetsOf("shop/b", "*.local", "v1")), fromFar, noSubset},
		"the name before a wildcard": {with(subsetsOf("shop/a", "*", "v2"), subsetsOf("shop/b", "a", "v1")),
			fromFar, noSubset},
		"of the caller's namespace": {with(subsetsOf("other/a", full, "v2"), subsetsOf("shop/a", full, "v1")),
			fromFar, "1 a@v2"},
		"of the caller's, a wildcard": {with(subsetsOf("other/a", "*", "v2"), subsetsOf("shop/a", full, "v1")),
			fromFar, "1 a@v2"},
		"of the gateway's namespace": {with(subsetsOf("edge/a", full, "v2")), atFull, "1 a@v2"},
		"of a third namespace":       {with(subsetsOf("edge/a", full, "v2")), fromFar, noSubset},
		"of the root namespace":      {with(subsetsOf("istio-system/a", full, "v2")), fromFar, "1 a@v2"},
		"of the root namespace, last": {with(subsetsOf("istio-system/a", full, "v2"),
			subsetsOf("shop/a", "*", "v1")), fromFar, noSubset},
		"kept to its namespace": {with(ruleOf("shop/a", "a", "exportTo: [.], ", "v2")), fromFar, noSubset},
		"kept to its namespace, seen there": {with(ruleOf("shop/a", "a", "exportTo: [.], ", "v2")), fromNear,
			"1 a@v2"},
		"kept, so the root's": {with(ruleOf("shop/a", "a", "exportTo: [.], ", "v1"),
			subsetsOf("istio-system/a", full, "v2")), fromFar, "1 a@v2"},
		"kept, so a wildcard": {with(ruleOf("shop/a", "a", "exportTo: [.], ", "v1"),
			subsetsOf("shop/b", "*", "v2")), fromFar, "1 a@v2"},
		"for another, so no wildcard": {with(ruleOf("shop/a", "a", "exportTo: [edge], ", "v1"),
			subsetsOf("shop/b", "*", "v2")), fromFar, noSubset},
		"for another, its own sees it not": {with(ruleOf("shop/a", "a", "exportTo: [other], ", "v2")), fromNear,
			noSubset},
		"for another, seen there": {with(ruleOf("shop/a", "a", "exportTo: [other], ", "v2")), fromFar,
			"1 a@v2"},
		"for all": {with(ruleOf("shop/a", "a", "exportTo: ['*'], ", "v2")), fromFar,
			"1 a@v2"},
		"two of a host": {with(subsetsOf("shop/a", "a", "v1"), subsetsOf("shop/b", full, "v2")),
			fromFar, "1 a@v2"},
		"two, one kept to its namespace": {with(ruleOf("shop/a", "a", "exportTo: [.], ", "v2"),
			subsetsOf("shop/b", "a", "v1")), fromNear, noSubset},
		"two, the other one kept": {with(subsetsOf("shop/a", "a", "v2"),
			ruleOf("shop/b", "a", "exportTo: [.], ", "v1")), fromNear, noSubset},
		"two, the second for more": {with(ruleOf("shop/a", "a", "exportTo: [other], ", "v1"),
			ruleOf("shop/b", "a", "exportTo: [edge, other], ", "v2")), fromFar, "1 a@v2"},
		"two, the second for more, unseen": {with(ruleOf("shop/a", "a", "exportTo: [other], ", "v1"),
			ruleOf("shop/b", "a", "exportTo: [edge, other], ", "v2")), atFull, noSubset},
		"two for all, said in two ways": {with(subsetsOf("shop/a", "a", "v2"),
			ruleOf("shop/b", "a", "exportTo: ['*'], ", "v1")), fromFar, noSubset},
		"for some pods": {
			with(ruleOf("shop/a", "a", "workloadSelector: {matchLabels: {app: b}}, ", "v2")), fromNear, "1 a@v2"},
		"for other pods": {
			with(ruleOf("shop/a", "a", "workloadSelector: {matchLabels: {app: x}}, ", "v2")), fromNear, noSubset},
		"for other pods, so not the root's": {
			with(ruleOf("shop/a", "a", "workloadSelector: {matchLabels: {app: x}}, ", "v1"),
				subsetsOf("istio-system/a", full, "v2")), fromNear, noSubset},
		"for some pods, of the Service's": {
			with(ruleOf("shop/a", "a", "workloadSelector: {matchLabels: {app: c}}, ", "v2")), fromFar, noSubset},
		"for some pods and for all": {with(subsetsOf("shop/a", "a", "v2"),
			ruleOf("shop/b", "a", "workloadSelector: {matchLabels: {app: b}}, ", "v1")), fromNear, noSubset},
		"for some pods and for all, kept": {with(ruleOf("shop/a", "a", "exportTo: [.], ", "v2"),
			ruleOf("shop/b", "a", "workloadSelector: {matchLabels: {app: b}}, ", "v1")), fromNear, "1 a@v2"},
		"for other pods and for all, kept": {with(ruleOf("shop/a", "a", "exportTo: [.], ", "v2"),
			ruleOf("shop/b", "a", "workloadSelector: {matchLabels: {app: x}}, ", "v1")), fromNear, noSubset},
		"for some pods, two": {
			with(ruleOf("shop/a", "a", "workloadSelector: {matchLabels: {app: b}}, ", "v1"),
				ruleOf("shop/b", "a", "workloadSelector: {matchLabels: {version: v1}}, ", "v2")), fromNear, noSubset},
		"for a caller of the root namespace": {with(subsetsOf("shop/a", "a", "v2"),
			subsetsOf("istio-system/a", full, "v1")), fromFar, "1 a@v2"},
	} {
		t.Run(name, s.compare)
	}
}
