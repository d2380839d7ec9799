// Package lanes holds the one declaration of an app, [App], the types of ASM's
// lane API, and builders for everything that a lane is made of: the lane group,
// the lanes, one Deployment per service and version with its autoscaler and
// disruption budget, the Services.
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
