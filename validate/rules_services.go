package validate

// serviceRules are the rules of Services and what is called.
func serviceRules() []Rule {
	return []Rule{
		{Code: ServiceOneVersion, Severity: Error,
			Holds: "a Service of a lane group selects the pods of all versions",
			Why:   "subsets are parts of the Service's pods: a lane of another version is empty"},
		{Code: HostNotFound, Severity: Error, Reference: true,
			Holds: "the host of a destination is a Service, or a host of a ServiceEntry",
			Why:   "requests to it get a 503",
			Twin:  "IST0101, KIA1101"},
		{Code: GroupServiceNotFound, Severity: Error, Reference: true,
			Holds: "a service that a lane group lists exists as a Service",
			Why:   "the service has no pods for lanes"},
		{Code: NoPods, Severity: Error,
			Milder:    "warning in a route of the sidecars for pods or headers that do not exist yet",
			Reference: true,
			Holds:     "a destination, a lane or a Service that gets requests has pods",
			Why:       "the requests get a 503",
			Twin:      "IST0173"},
		{Code: HeadlessService, Severity: Error,
			Holds: "a Service of a lane group is not headless",
			Why:   "a sidecar sends to the address that the caller looked up, whatever the lane"},
		{Code: CallPort, Severity: Error, Reference: true,
			Holds: "a call that the environment of pods names is to a port of the Service",
			Why:   "the call gets no answer"},
		{Code: CalleeNotFound, Severity: Error, Reference: true,
			Holds: "a service that the annotation swimlane-go.github.io/calls of a Service names is a Service",
			Why:   "the call gets no answer, or the declaration is out of date and preview is wrong"},
		{Code: PortProtocol, Severity: Info,
			Holds: "the name of a Service's port, or its appProtocol, shows its protocol",
			Why: "Istio looks at the first bytes of each connection, which fails for protocols where the server " +
				"speaks first",
			Twin: "IST0118"},
		{Code: PodPortTwice, Severity: Warning,
			Holds: "Services that lead to one port of the same pods name the same protocol",
			Why:   "a sidecar uses one of the two for all connections to the port",
			Twin:  "IST0116"},
		{Code: HeadlessSubset, Severity: Warning,
			Holds: "a route of the sidecars to a headless Service names no subset",
			Why:   "a sidecar sends to the address that the caller looked up, whatever the subset"},
	}
}
