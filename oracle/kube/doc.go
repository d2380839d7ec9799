// Package kube tests the objects that the library builds with the real kube-apiserver and etcd, and
// with the real controllers of Deployments, ReplicaSets, disruption budgets and autoscalers, in the
// test's process. It is a separate module, so that users of the library do not get its
// dependencies. Package cluster is that cluster.
package kube
