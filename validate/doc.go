// Package validate checks a set of objects against each other and finds what no
// check of a single object can: a route to a lane that is not there, a lane
// without pods, weights that do not add up. It works on built objects and on
// hand-written YAML alike.
//
// How deeply a kind is checked: of VirtualService, DestinationRule, Gateway and
// ServiceEntry all that Istio refuses, and of Deployment, StatefulSet, DaemonSet,
// Service, ConfigMap, HorizontalPodAutoscaler and PodDisruptionBudget what the API
// server refuses of the fields that manifests have most often; not affinity, security
// contexts and the rarer kinds of volumes. Of these kinds, ASM's lane kinds and
// ServiceAccount every key and type is checked. Of all others it is the metadata: names
// (where the kind is known to ask for a form), namespace, labels and annotations.
//
// Every finding has a code, which is never reused. [Rules] lists them; so does
// docs/findings.md.
package validate
