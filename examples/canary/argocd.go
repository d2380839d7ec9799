package main

import "k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

// application returns an Argo CD Application. It syncs the cluster with the directory in Git, and
// deletes objects that are no longer there.
func application() *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "argoproj.io/v1alpha1",
		"kind":       "Application",
		"metadata":   map[string]any{"name": "mock", "namespace": "argocd"},
		"spec": map[string]any{
			"project": "default",
			"source": map[string]any{
				"repoURL":        "https://github.com/AliyunContainerService/asm-labs.git",
				"targetRevision": "argocd-asm",
				"path":           "argo-cd/swimlane",
			},
			"destination": map[string]any{
				"server":    "https://kubernetes.default.svc",
				"namespace": "default", // of objects without a namespace
			},
			"syncPolicy": map[string]any{"automated": map[string]any{"prune": true}},
		},
	}}
}
