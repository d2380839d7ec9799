package istiospec

import (
	"fmt"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// connectionPool checks the limits of connections, if they are set.
// Source: Istio, pkg/config/validation, validateConnectionPool.
func (f *policyFaults) connectionPool(p *fieldpath.Path, c *networking.ConnectionPoolSettings) {
	if c == nil {
		return
	}
	if c.Http == nil && c.Tcp == nil {
		f.add(ConnectionPool, p, "must have http or tcp")
	}
	if c.Http != nil {
		f.httpPool(p.Child("http"), c.Http)
	}
	if c.Tcp != nil {
		f.tcpPool(p.Child("tcp"), c.Tcp)
	}
}

func (f *policyFaults) httpPool(p *fieldpath.Path, h *networking.ConnectionPoolSettings_HTTPSettings) {
	for _, limit := range [...]struct {
		key   string
		value int32
	}{
		{"http1MaxPendingRequests", h.Http1MaxPendingRequests},
		{"http2MaxRequests", h.Http2MaxRequests},
		{"maxRequestsPerConnection", h.MaxRequestsPerConnection},
		{"maxRetries", h.MaxRetries},
		{"maxConcurrentStreams", h.MaxConcurrentStreams},
	} {
		f.notNegative(p, limit.key, limit.value)
	}
	keepAlive := p.Child("http2KeepAlive")
	f.duration(PolicyDuration, p.Child("idleTimeout"), h.IdleTimeout)
	if h.UseClientProtocol && h.H2UpgradePolicy == networking.ConnectionPoolSettings_HTTPSettings_UPGRADE {
		f.add(ConnectionPool, p.Child("useClientProtocol"), "must not be true: h2UpgradePolicy is UPGRADE")
	}
	if k := h.Http2KeepAlive; k != nil {
		interval, timeout := keepAlive.Child("interval"), keepAlive.Child("timeout")
		if k.Interval == nil {
			f.add(ConnectionPool, interval, "must be set")
		}
		if k.Timeout == nil {
			f.add(ConnectionPool, timeout, "must be set")
		}
		f.duration(PolicyDuration, interval, k.Interval)
		f.duration(PolicyDuration, timeout, k.Timeout)
	}
}

func (f *policyFaults) tcpPool(p *fieldpath.Path, t *networking.ConnectionPoolSettings_TCPSettings) {
	f.notNegative(p, "maxConnections", t.MaxConnections)
	keepAlive := p.Child("tcpKeepalive")
	f.duration(PolicyDuration, p.Child("connectTimeout"), t.ConnectTimeout)
	f.duration(PolicyDuration, p.Child("maxConnectionDuration"), t.MaxConnectionDuration)
	if t.IdleTimeout.AsDuration().Milliseconds() != 0 { // less than a millisecond means no timeout
		f.duration(PolicyDuration, p.Child("idleTimeout"), t.IdleTimeout)
	}
	f.duration(PolicyDuration, keepAlive.Child("time"), t.TcpKeepalive.GetTime())
	f.duration(PolicyDuration, keepAlive.Child("interval"), t.TcpKeepalive.GetInterval())
}

func (f *policyFaults) notNegative(parent *fieldpath.Path, key string, value int32) {
	if value < 0 {
		f.add(ConnectionPool, parent.Child(key), fmt.Sprintf("must not be negative: %d", value))
	}
}
