package mesh

import (
	"strconv"
	"strings"
)

// Call is a call that pods make.
type Call struct {
	// Host is the full host that is called, Authority the host as the caller writes it.
	Host, Authority string
	// Port is the port that is called, 0 for none.
	Port uint32
	// Path is the path of the request, with its query.
	Path string
	// Declared says that an annotation declares the call. Other calls are found in an environment.
	Declared bool
}

// CallsOf returns the calls that a service makes from a workload. If the service declares its
// calls, these are all. Otherwise they are the calls that the environment of the pods names, to
// other services of the set or of the service's lane group.
func (m *Mesh) CallsOf(s *Service, w *Workload) []Call {
	if names, found := s.Declared(); found {
		return m.CallsTo(s, names)
	}
	var out []Call
	seen := map[Call]bool{}
	for _, value := range w.Env {
		for token := range strings.FieldsFuncSeq(value,
			func(r rune) bool { return strings.ContainsRune(",;| \t\r\n", r) }) {
			c, ok := m.parseCall(token, s.Object.Ref.Namespace)
			if !ok || c.Host == s.Host || !m.callable(s, c.Host) {
				continue
			}
			if callee := m.Services[c.Host]; callee != nil && c.Port == 0 {
				c.Port = callee.DefaultPort()
			}
			key := c
			key.Authority = "" // the same call, in whatever form it writes the host
			if !seen[key] {
				seen[key] = true
				out = append(out, c)
			}
		}
	}
	return out
}

// callable reports whether CallsOf looks for calls of a service to a host.
func (m *Mesh) callable(s *Service, host string) bool {
	return m.Services[host] != nil || s.Group != nil && s.Group.Lists(host)
}

// parseCall reads a URL, "host:port" or a host, each with or without a path.
func (m *Mesh) parseCall(token, namespace string) (Call, bool) {
	if _, rest, found := strings.Cut(token, "://"); found {
		token = strings.TrimLeft(rest, "/") // dns:///host:port
	}
	token = strings.Trim(token, `"'[]()`)
	authority, path := token, "/"
	if i := strings.IndexAny(token, "/?#"); i >= 0 {
		authority, path = token[:i], token[i:]
	}
	path, _, _ = strings.Cut(path, "#")
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		authority = authority[i+1:]
	}
	name, digits, hasPort := strings.Cut(authority, ":")
	if name == "" {
		return Call{}, false
	}
	c := Call{Host: m.Domain.Called(name, namespace), Path: path, Authority: authority}
	if hasPort {
		port, err := strconv.ParseUint(digits, 10, 16)
		if err != nil {
			return Call{}, false
		}
		c.Port = uint32(port)
	}
	return c, true
}
