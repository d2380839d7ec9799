package istiospec

import (
	"fmt"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// clientTLS checks the TLS settings of connections to pods, if they are set.
// Source: Istio, pkg/config/validation/agent, ValidateTLS.
func (f *policyFaults) clientTLS(p *fieldpath.Path, tls *networking.ClientTLSSettings) {
	if tls == nil {
		return
	}
	if ref, found := strings.CutPrefix(tls.CredentialName, "configmap://"); found {
		namespace, rest, _ := strings.Cut(ref, "/")
		if name, _, _ := strings.Cut(rest, "/"); namespace == "" || name == "" || namespace != f.namespace {
			f.add(ClientTLS, p.Child("credentialName"),
				fmt.Sprintf("must name a ConfigMap of namespace %s: %q", f.namespace,
					tls.CredentialName))
		}
	}
	simple, mutual := tls.Mode == networking.ClientTLSSettings_SIMPLE, tls.Mode == networking.ClientTLSSettings_MUTUAL
	if tls.InsecureSkipVerify.GetValue() && (simple || mutual) {
		f.unset(ClientTLS, p, "insecureSkipVerify is true", setField{"caCertificates", tls.CaCertificates != ""},
			setField{"subjectAltNames", len(tls.SubjectAltNames) > 0},
			setField{"credentialName", simple && tls.CredentialName != ""})
	}
	switch {
	case !simple && !mutual:
	case tls.CredentialName != "":
		f.unset(ClientTLS, p, "there is a credentialName", setField{"clientCertificate", tls.ClientCertificate != ""},
			setField{"privateKey", tls.PrivateKey != ""},
			setField{"caCertificates", tls.CaCertificates != ""},
			setField{"caCrl", tls.CaCrl != ""})
	case mutual:
		f.required(ClientTLS, p, "the mode is MUTUAL and there is no credentialName",
			setField{"clientCertificate", tls.ClientCertificate != ""},
			setField{"privateKey", tls.PrivateKey != ""})
	}
}
