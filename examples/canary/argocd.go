package main

import "k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

// application returns the Argo CD Application that keeps the cluster as the
// directory in Git says, and removes what is no longer in it.
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
				"namespace": "default", // of objects that name none
			},
			"syncPolicy": map[string]any{"automated": map[string]any{"prune": true}},
		},
	}}
}
