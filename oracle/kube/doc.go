// Package kube holds tests alone: what the library builds, against the real
// kube-apiserver with etcd, and the real Deployment, ReplicaSet and disruption
// controllers, all in the test's own process. It is a module of its own, so that
// nobody who uses the library gets its dependencies.
package kube
