package validate

// kubernetesRules are the rules of the objects of Kubernetes.
func kubernetesRules() []Rule {
	return []Rule{
		{Code: SelectorMismatch, Severity: Error,
			Holds: "the selector of a Deployment selects the pods of its template",
			Why:   "the cluster refuses the Deployment"},
	}
}
