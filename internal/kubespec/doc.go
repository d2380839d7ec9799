// Package kubespec says why the API server of Kubernetes refuses an object. It finds the faults
// that a Deployment, StatefulSet, DaemonSet, Service, ConfigMap, HorizontalPodAutoscaler or
// PodDisruptionBudget has by itself, and faults in the metadata of every kind. The server's own
// validation is the authority: oracle/kube compares the two. Package manifest checks keys and
// types.
package kubespec
