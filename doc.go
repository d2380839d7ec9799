// Package swimlane is the front page of a library that releases several services together
// through swim lanes, of Alibaba Cloud Service Mesh (ASM) or of plain Istio, with every
// resource in Git.
//
// An app is a set of services that call each other. A version of it runs in a lane of its
// own: a request that enters lane v3 meets v3 of every service on its way. A route at the
// gateway shares requests among the lanes by weight, and a release moves those weights,
// stage by stage, to the lane of a new version, the candidate. So the model is four
// values:
//
//   - the app, a [github.com/swimlane-go/swimlane/lanes.App]: services, versions,
//     gateway;
//   - the plan, a [github.com/swimlane-go/swimlane/rollout.Plan]: the weights
//     before, at each stage, and after a roll back;
//   - the state, a [github.com/swimlane-go/swimlane/rollout.State]: where one
//     release of the plan is;
//   - the set, a [github.com/swimlane-go/swimlane/manifest.Set]: the objects that
//     Git should hold for the three, which
//     [github.com/swimlane-go/swimlane/release.Render] returns.
//
// The packages, from the lowest; each imports only lower ones.
//
// Package rollout is the decision: weights, plans, states and the transitions between
// them, as a pure state machine that knows no Kubernetes. Package rollout/sequential is
// the arithmetic of its gates: whether counted errors show that a candidate is worse than
// it may be, or good. Package rollout/counters makes the observations that gates judge from
// counters at two moments, such as Istio's.
//
// Package lanes is the declaration of an app, ASM's lane API as Go types, builders for
// lane groups, lanes, Deployments and Services, and the reading of what a lane group
// means.
//
// Package routing builds Istio's VirtualServices, Gateways and DestinationRules; package
// routing/istiolanes makes of them the lanes of a group on Istio without ASM.
//
// Package manifest reads and writes YAML: sets of objects, strict where a slip would
// cost, byte for byte the same for the same input. It edits the text of files so that
// only what must change changes.
//
// Package validate finds what is wrong across the objects of a set, built or written by
// hand, before a cluster does. Package validate/report writes that as text, JSON, SARIF,
// annotations of GitHub and results of a KRM function.
//
// Package preview says where each request would go in a set, with exact probabilities,
// and whether any leaves its lane.
//
// Package release puts it together: app, plan and state become the set, and safe steps
// lead from one set to the next. Package release/capacity says whether the pods carry what
// each place of a plan gives them; package release/rehearsal runs a whole release in virtual
// time, under stated faults.
//
// Package release/gitops moves a Git directory that people wrote through a release,
// command by command.
//
// The examples directory holds programs that do what a team does by hand; start with
// examples/canary.
package swimlane

//go:generate go -C tools run ./api
//go:generate go -C tools run ./schema
//go:generate go -C bench run ./tables
//go:generate go test -run TestMessagesArePlain -update .
