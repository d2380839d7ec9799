package validate

// gatewayRules are the rules of Gateways.
func gatewayRules() []Rule {
	return []Rule{
		{Code: GatewayNotFound, Severity: Error, Reference: true,
			Holds: "a gateway that a VirtualService or a lane group names exists in the namespace that the name " +
				"resolves to",
			Why:  "no request reaches the routes",
			Twin: "IST0101, KIA1102"},
		{Code: HostNotServed, Severity: Error,
			Holds: "a Gateway serves a host of a VirtualService, a lane or a lane group that names it, " +
				"and a VirtualService is exported to the namespace of such a Gateway",
			Why:  "no request for the host reaches the routes",
			Twin: "IST0132"},
		{Code: GatewayName, Severity: Error,
			Holds: "the name of a Gateway is a DNS label: letters, digits and hyphens, without dots",
			Why:   "Istio refuses the object",
			Twin:  "IST0106"},
		{Code: NoServer, Severity: Error,
			Holds: "a Gateway has a server",
			Why:   "Istio refuses the object",
			Twin:  "IST0106"},
		{Code: ServerPort, Severity: Error,
			Holds: "the port of a server has a number from 1 to 65535, a protocol that Istio knows and a name that " +
				"no other server's port has, and no targetPort",
			Why:  "Istio refuses the object",
			Twin: "IST0106"},
		{Code: ServerHost, Severity: Error,
			Holds: "a server has hosts, each *, a full name, which may begin with *., or an IP address; a namespace " +
				"and a slash may come before it",
			Why:  "Istio refuses the object",
			Twin: "IST0106"},
		{Code: ServerBind, Severity: Error,
			Holds: "a server is bound to an IP address, or to a Unix socket and then has port 0",
			Why:   "Istio refuses the object",
			Twin:  "IST0106"},
		{Code: ServerTLS, Severity: Error,
			Holds: "a server of protocol HTTPS or TLS has tls, one of HTTP at most tls.httpsRedirect, and any other " +
				"none",
			Why:  "Istio refuses the object",
			Twin: "IST0106"},
		{Code: ServerCertificate, Severity: Error,
			Holds: "the tls of a server names the certificates that its mode asks for, in one way: by " +
				"credentialName, credentialNames, tlsCertificates, or serverCertificate and privateKey; of mode " +
				"ISTIO_MUTUAL none",
			Why:  "Istio refuses the object",
			Twin: "IST0106"},
		{Code: GatewayPort, Severity: Warning,
			Holds: "a Service leads to each port of a Gateway's pods, if the set has both",
			Why:   "no request from outside reaches the port",
			Twin:  "IST0162, IST0104"},
		{Code: GatewayTwice, Severity: Warning,
			Holds: "two Gateways for the same pods do not have the same host at the same port",
			Why:   "their age decides which of them serves the host",
			Twin:  "IST0145, KIA0301"},
		{Code: GatewayOfNoHost, Severity: Warning,
			Holds: "each Gateway that a VirtualService names serves one of its hosts",
			Why:   "no request at that Gateway reaches the routes",
			Twin:  "IST0132"},
	}
}
