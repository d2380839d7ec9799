package istiospec

// protocol is the protocol of a port, as far as the rules depend on it.
type protocol int

const (
	unknownProtocol protocol = iota
	plainHTTP
	otherHTTP
	httpOverTLS
	tlsProtocol
	otherProtocol
)

// protocols are the protocols that Istio documents for ports.
const protocols = "HTTP, HTTPS, HTTP2, GRPC, GRPC-Web, TLS, TCP, MONGO, REDIS, MYSQL"

// protocolOf returns the protocol of a name, in letters of any case.
// Source: Istio, pkg/config/protocol, Parse.
func protocolOf(s string) protocol {
	var lower [len("http_proxy")]byte
	if len(s) > len(lower) {
		return unknownProtocol
	}
	for i := range len(s) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	switch string(lower[:len(s)]) {
	case "http", "http2", "grpc":
		return plainHTTP
	case "http_proxy", "grpc-web":
		return otherHTTP
	case "https":
		return httpOverTLS
	case "tls":
		return tlsProtocol
	case "tcp", "udp", "mongo", "redis", "mysql":
		return otherProtocol
	}
	return unknownProtocol
}

func (p protocol) isHTTP() bool { return p == plainHTTP || p == otherHTTP }

func (p protocol) isTLS() bool { return p == httpOverTLS || p == tlsProtocol }
