// Package rehearsal runs a whole release in virtual time, before anything of it is real:
// commit by commit, with requests that are drawn by their stated rate, gates that judge
// what was drawn, and stated faults. [Rehearse] returns a [Timeline], which says which
// gate stopped the release, how long that took, and how many requests the fault cost.
//
// A rehearsal imitates no part of the library. Package preview says where requests go,
// for the objects of each moment; [release.Live] makes the commits; and rollout.Checked
// observes, decides and moves. Only the world around them is a model:
//
//   - Time goes on in windows of [Scenario.Every]. At the end of each the measurements arrive
//     and the bot decides.
//   - A commit reaches the cluster after [Scenario.Sync]. Its objects arrive one by one within
//     [Scenario.Spread], each time the one that makes the worst of what is there.
//   - Every call fails with the base rate of [Traffic], by itself, and by what faults say. A
//     request fails when one of its calls does. Calls are not retried.
//   - A person does what only a person may, [Scenario.People] after it was asked for.
//
// The same scenario and seed give the same timeline. One seed is one draw: [Costs] runs
// many and returns what to expect.
package rehearsal
