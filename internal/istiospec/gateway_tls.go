package istiospec

import "github.com/swimlane-go/swimlane/internal/fieldpath"

import networking "istio.io/api/networking/v1"

// tls checks that a server has the TLS settings for its protocol.
// Source: Istio, pkg/config/validation, validateServer.
func (f *gatewayFaults) tls(server *fieldpath.Path, s *networking.Server) {
	p := server.Child("tls")
	tls, protocol := s.GetTls(), protocolOf(s.GetPort().GetProtocol())
	switch {
	case protocol == unknownProtocol:
	case protocol.isTLS() && tls == nil:
		f.add(ServerTLS, p, "must be set, since the protocol is "+s.Port.Protocol)
	case protocol.isTLS() || tls == nil:
	case !protocol.isHTTP():
		f.add(ServerTLS, p, "must not be set, since the protocol is "+s.Port.Protocol)
	case !passesThrough(tls) || tls.CaCertificates != "" || tls.PrivateKey != "" || tls.ServerCertificate != "":
		f.add(ServerTLS, p, "must only set httpsRedirect, since the protocol is "+s.Port.Protocol)
	}
	if tls != nil {
		f.certificates(p, tls)
	}
}

func passesThrough(tls *networking.ServerTLSSettings) bool {
	return tls.Mode == networking.ServerTLSSettings_PASSTHROUGH ||
		tls.Mode == networking.ServerTLSSettings_AUTO_PASSTHROUGH
}

// certificates checks that TLS settings name the certificates for their mode, in one way.
// Source: Istio, pkg/config/validation, validateTLSOptions; the number of certificates: its CRD.
func (f *gatewayFaults) certificates(p *fieldpath.Path, tls *networking.ServerTLSSettings) {
	pairs := p.Child("tlsCertificates")
	f.atMost(ServerCertificate, p.Child("credentialNames"), len(tls.CredentialNames), 2)
	f.atMost(ServerCertificate, pairs, len(tls.TlsCertificates), 2)
	if tls.Mode == networking.ServerTLSSettings_ISTIO_MUTUAL {
		f.noCertificates(p, tls)
		return
	}
	sources := 0
	for _, isSource := range [...]bool{
		tls.ServerCertificate != "" && tls.PrivateKey != "", tls.CredentialName != "",
		len(tls.CredentialNames) > 0, len(tls.TlsCertificates) > 0,
	} {
		if isSource {
			sources++
		}
	}
	if sources > 1 {
		f.add(ServerCertificate, p,
			"must name its certificates in one way: credentialName, credentialNames, tlsCertificates, or "+
				"serverCertificate and privateKey")
	}
	if passesThrough(tls) {
		f.unset(ServerCertificate, p, "the secret of credentialName holds it",
			setField{"caCrl", tls.CaCrl != "" && tls.CredentialName != ""})
		return
	}
	if tls.CredentialName != "" || len(tls.CredentialNames) > 0 { // the secrets hold the rest
		return
	}
	why := "the mode is " + tls.Mode.String() + " and there is no credentialName"
	if tls.Mode == networking.ServerTLSSettings_SIMPLE {
		f.unset(ServerCertificate, p, why, setField{"caCrl", tls.CaCrl != ""})
	} else {
		f.required(ServerCertificate, p, why, setField{"caCertificates", tls.CaCertificates != ""})
	}
	if len(tls.TlsCertificates) == 0 {
		f.pair(p, why, tls.ServerCertificate, tls.PrivateKey)
	}
	for i, pair := range tls.TlsCertificates {
		f.pair(pairs.Index(i), why, pair.GetServerCertificate(), pair.GetPrivateKey())
	}
}

// pair checks that both a certificate and its key are set.
func (f *gatewayFaults) pair(p *fieldpath.Path, why, certificate, key string) {
	f.required(ServerCertificate, p, why, setField{"serverCertificate", certificate != ""},
		setField{"privateKey", key != ""})
}

// noCertificates checks that TLS settings name no certificates: mode ISTIO_MUTUAL uses those of the
// mesh.
func (f *gatewayFaults) noCertificates(p *fieldpath.Path, tls *networking.ServerTLSSettings) {
	f.unset(ServerCertificate, p, "the mode is ISTIO_MUTUAL",
		setField{"serverCertificate", tls.ServerCertificate != ""},
		setField{"privateKey", tls.PrivateKey != ""},
		setField{"caCertificates", tls.CaCertificates != ""},
		setField{"tlsCertificates", len(tls.TlsCertificates) > 0},
		setField{"credentialName", tls.CredentialName != ""},
		setField{"credentialNames", len(tls.CredentialNames) > 0})
}
