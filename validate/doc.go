// Package validate checks a set of objects against each other. It finds faults that no
// check of a single object can find: a route to a lane that does not exist, a lane
// without pods, weights that do not sum to 100. It works on built objects and on
// hand-written YAML alike.
//
// How deeply it checks depends on the kind. Of VirtualService, DestinationRule, Gateway
// and ServiceEntry it finds everything that Istio refuses. Of Deployment, StatefulSet,
// DaemonSet, Service, ConfigMap, HorizontalPodAutoscaler and PodDisruptionBudget it finds
// what the API server refuses in the fields that manifests have most often; it does not
// check affinity, security contexts and the rarer kinds of volumes. It checks every key
// and type of these kinds, of ASM's lane kinds and of ServiceAccount. Of all other kinds
// it checks the metadata: names (if the form for the kind is known), namespace, labels
// and annotations.
//
// Every finding has a code, which is never reused. [Rules] lists them; so does
// docs/findings.md.
package validate
