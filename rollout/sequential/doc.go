// Package sequential answers, from the requests that have been counted so far, whether a
// candidate fails more often than it may: however often one looks, and with a rate of
// false alarms that was stated beforehand. It is arithmetic alone: it knows no plans,
// reads no clock and imports only the standard library.
//
// There are two tests, each with two sides.
//
//   - The share: given that these requests failed, which lane had them? It compares the
//     candidate with the other lanes in the same windows, so that an outage of all
//     lanes, or day and night, raises no alarm ([Worse.Share], [Good.Share]).
//   - The ceiling: does the candidate fail more often than a fixed rate? It needs no
//     other lane, and is the only one that learns from requests that all went well
//     ([Worse.Ceiling], [Good.Ceiling]).
//
// [Worse] gathers evidence that the rate is above what is allowed, [Good] that it is
// below. Either is a small value that is folded window by window:
//
//	threshold, limit := sequential.Threshold(0.01), sequential.Limit(0.01)
//	worse = worse.Share(1.5, candidate, others, 1, limit)
//	if worse.Log() >= threshold {
//		// roll back: by chance this is seen in at most 1 of 100 releases
//	}
//
// # What is promised
//
// [Worse.Log] and [Good.Log] are logarithms of an e-value E: whenever the candidate is
// what the test doubts (for Worse not above the allowed ratio or rate, for Good not below
// it), the mean of E is at most 1 at every moment, and the probability that E ever
// reaches 1/alpha is at most alpha (Ville's inequality). One may look after every window
// and stop at will.
//
// It holds for requests that fail independently of each other, at rates that may change
// from window to window and differ from request to request, and for Poisson counts. What
// it needs from the caller:
//
//  1. The end of a window follows a schedule, never the errors that it saw.
//  2. Within a window the lanes' shares of the requests do not move.
//  3. Errors that come in clumps (retries, one user who tries again) count at most clump
//     times: pass the largest clump.
//  4. Several tests at once share alpha: divide it by their number.
//
// # Sources
//
// Given a window's errors, the candidate's part of them is binomial: Lindon, Malek,
// "Anytime-valid inference for multinomial count data", NeurIPS 2022, arXiv 2011.03567;
// Lindon, Sanden, Shirikian, "Rapid regression detection in software deployments through
// sequential testing", KDD 2022, arXiv 2205.14762. E-processes of two streams: Turner,
// Ly, Grünwald, JSPI 230, 2024, arXiv 2106.02693. Inequalities that hold at all times:
// Howard, Ramdas, McAuliffe, Sekhon, Annals of Statistics 49(2), 2021.
package sequential
