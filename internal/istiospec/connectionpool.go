package istiospec

import (
	"fmt"

	networking "istio.io/api/networking/v1"
)

// connectionPool checks the limits of connections, if they are set.
// Source: Istio, pkg/config/validation, validateConnectionPool.
func (f *policyFaults) connectionPool(p *at, c *networking.ConnectionPoolSettings) {
	if c == nil {
		return
	}
	http, tcp := p.child("http"), p.child("tcp")
	if c.Http == nil && c.Tcp == nil {
		f.add(ConnectionPool, p, "must have http or tcp")
	}
	if c.Http != nil {
		f.httpPool(&http, c.Http)
	}
	if c.Tcp != nil {
		f.tcpPool(&tcp, c.Tcp)
	}
}

func (f *policyFaults) httpPool(p *at, h *networking.ConnectionPoolSettings_HTTPSettings) {
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
	idle, keepAlive := p.child("idleTimeout"), p.child("http2KeepAlive")
	f.duration(PolicyDuration, &idle, h.IdleTimeout)
	if h.UseClientProtocol && h.H2UpgradePolicy == networking.ConnectionPoolSettings_HTTPSettings_UPGRADE {
		at := p.child("useClientProtocol")
		f.add(ConnectionPool, &at, "must not be true: h2UpgradePolicy is UPGRADE")
	}
	if k := h.Http2KeepAlive; k != nil {
		interval, timeout := keepAlive.child("interval"), keepAlive.child("timeout")
		if k.Interval == nil {
			f.add(ConnectionPool, &interval, "must be set")
		}
		if k.Timeout == nil {
			f.add(ConnectionPool, &timeout, "must be set")
		}
		f.duration(PolicyDuration, &interval, k.Interval)
		f.duration(PolicyDuration, &timeout, k.Timeout)
	}
}

func (f *policyFaults) tcpPool(p *at, t *networking.ConnectionPoolSettings_TCPSettings) {
	f.notNegative(p, "maxConnections", t.MaxConnections)
	connect, longest, idle, keepAlive := p.child("connectTimeout"), p.child("maxConnectionDuration"),
		p.child("idleTimeout"), p.child("tcpKeepalive")
	time, interval := keepAlive.child("time"), keepAlive.child("interval")
	f.duration(PolicyDuration, &connect, t.ConnectTimeout)
	f.duration(PolicyDuration, &longest, t.MaxConnectionDuration)
	if t.IdleTimeout.AsDuration().Milliseconds() != 0 { // less than a millisecond means no timeout
		f.duration(PolicyDuration, &idle, t.IdleTimeout)
	}
	f.duration(PolicyDuration, &time, t.TcpKeepalive.GetTime())
	f.duration(PolicyDuration, &interval, t.TcpKeepalive.GetInterval())
}

func (f *policyFaults) notNegative(parent *at, key string, value int32) {
	if value < 0 {
		p := parent.child(key)
		f.add(ConnectionPool, &p, fmt.Sprintf("must not be negative: %d", value))
	}
}
