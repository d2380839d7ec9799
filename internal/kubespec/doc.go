// Package kubespec says why the API server of Kubernetes refuses an object: the
// faults that a Deployment, StatefulSet, DaemonSet, Service, ConfigMap,
// HorizontalPodAutoscaler or PodDisruptionBudget has by itself, and the metadata of
// every kind. The truth is the server's own validation, which oracle/kube holds it
// against. Keys and types are package manifest's.
package kubespec
