package validate

// gatewayRules are the rules of Gateways.
func gatewayRules() []Rule {
	return []Rule{
		{Code: GatewayNotFound, Severity: Error, Reference: true,
			Holds: "a gateway that a VirtualService or a lane group names exists in the namespace that the name resolves to",
			Why:   "no request reaches the routes",
			Twin:  "IST0101, KIA1102"},
		{Code: HostNotServed, Severity: Error,
			Holds: "a host of a VirtualService, a lane or a lane group is one that a Gateway which it names serves, and a VirtualService is exported to the namespace of such a Gateway",
			Why:   "no request for the host reaches the routes",
			Twin:  "IST0132"},
	}
}
