// Package lanes holds the one declaration of an app, the types of ASM's lane API, and
// builders for everything that a lane is made of. It has four parts:
//
//   - The declaration: [App], with its [Gateway], [AppService], [Version] and
//     [Permissive]. Most users write one and need nothing else of this page.
//   - The builders, one for each kind of object: [LaneGroupBuilder], [LaneBuilder],
//     [DeploymentBuilder], [ServiceBuilder], [AutoscalerBuilder] and
//     [DisruptionBudgetBuilder] from fields; [DerivedDeployment], [DerivedLane],
//     [DerivedAutoscaler] and [DerivedBudget] from the object of another version.
//   - The reading: [ReadGroup] says what a lane group and its lanes mean, as a [Group]
//     with its [Entry]s and [Problem]s.
//   - ASM's lane API: [ASMSwimLaneGroup] and [ASMSwimLane], with the types of their
//     fields. Builders return them.
//
// Three facts hold for whatever an App builds: a Deployment selects exactly the
// pods of its own service and version; a Service selects the pods of all
// versions; a lane selects exactly its version's pods. The builders can be used
// without an App; what they return are the ecosystem's own types, free to be
// changed before they are applied.
//
// [ReadGroup] says what a lane group and its lanes mean, whoever wrote them: which
// lane has a service, which serves a call, how requests enter, and all that is
// wrong. Nothing else in this module reads that from the objects.
//
// ASM (Alibaba Cloud Service Mesh) does not publish its lane types in a module
// that can be imported beside Istio's own. Those here are JSON-compatible with
// ASM's, but print no empty objects. Facts about them are taken from ASM's
// public documents; where those are silent the comments say so. [CRDs] returns
// CRD manifests of both kinds for clusters without ASM, for development and tests;
// they are not ASM's own.
package lanes
