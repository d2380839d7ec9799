// Package kube holds tests: what the library builds, against the real
// kube-apiserver with etcd, and the real controllers of Deployments, ReplicaSets,
// disruption budgets and autoscalers, all in the test's own process. It is a module of its own, so that
// nobody who uses the library gets its dependencies. Package cluster beside it is
// that cluster.
package kube
