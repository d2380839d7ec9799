// Package counters makes observations of raw counters: it reads what a pod or a store has
// counted at two moments, and says what each lane did between them.
//
// [Format.Parse] reads the Prometheus text format, as a proxy or a store serves it;
// [IstioRequests] and [IstioDurations] are the formats of Istio's own metrics. [Delta]
// makes the [rollout.Observation] of each service of two readings:
//
//	format := counters.IstioRequests()
//	before, err := format.Parse(began, gateway, first)
//	after, err := format.Parse(ended, gateway, second)
//	observations, notes, err := counters.Delta(plan, "errors", before, after)
//
// The rates of a store, such as PromQL's increase, are no substitute: they miss the first
// errors of a series, because an increase needs two samples and a series without errors
// has none.
//
// Nothing here reads a clock or does I/O. Input may be hostile: it is bounded, and each
// fault is an error with its position.
package counters
