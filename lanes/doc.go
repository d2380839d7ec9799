// Package lanes holds the one declaration of an app, the types of ASM's lane API, and
// builders for all objects of a lane. It has four parts:
//
//   - The declaration: [App], with its [Gateway], [AppService], [Version] and
//     [Permissive]. Most users write one and need nothing else on this page.
//   - The builders, one for each kind of object: [LaneGroupBuilder], [LaneBuilder],
//     [DeploymentBuilder], [ServiceBuilder], [AutoscalerBuilder] and
//     [DisruptionBudgetBuilder] from fields; [DerivedDeployment], [DerivedLane],
//     [DerivedAutoscaler] and [DerivedBudget] from the object of another version.
//   - The reading: [ReadGroup] says what a lane group and its lanes mean, as a [Group]
//     with its [Entry]s and [Problem]s.
//   - ASM's lane API: [ASMSwimLaneGroup] and [ASMSwimLane], with the types of their
//     fields. Builders return them.
//
// Three facts hold for everything that an App builds: a Deployment selects exactly the
// pods of its own service and version; a Service selects the pods of all versions; a lane
// selects exactly its version's pods. The builders work without an App; they return the
// ecosystem's types, which callers may change before they apply them.
//
// [ReadGroup] reads a lane group and its lanes, whoever wrote them: which lane has a
// service, which lane serves a call, how requests enter, and all faults. Nothing else in
// this module derives that from the objects.
//
// ASM (Alibaba Cloud Service Mesh) does not publish its lane types in a module that can
// be imported beside Istio's own. The types here are JSON-compatible with ASM's, but
// print no empty objects. Facts about them come from ASM's public documents; the comments
// say where those are silent. [CRDs] returns CRD manifests of both kinds for clusters
// without ASM, for development and tests; they are not the ones that ASM installs.
package lanes
