package preview

import (
	"strconv"
	"strings"

	"github.com/swimlane-go/swimlane/lanes"
)

// discovered returns the calls that the environment of a workload's pods names:
// to other services of the service's lane group, or of the set when it is in
// none.
func (x *index) discovered(s *service, w *workload) []outgoing {
	var out []outgoing
	seen := map[outgoing]bool{}
	for _, value := range w.env {
		for token := range strings.FieldsFuncSeq(value, func(r rune) bool { return strings.ContainsRune(",;| \t\r\n", r) }) {
			o, ok := parsed(token, s.ref.Namespace)
			if !ok || o.host == s.host || !x.callable(s, o.host) {
				continue
			}
			if callee := x.services[o.host]; callee != nil && o.port == 0 {
				o.port = callee.defaultPort()
			}
			key := o
			key.authority = "" // the same call, however its host is written
			if !seen[key] {
				seen[key] = true
				out = append(out, o)
			}
		}
	}
	return out
}

// callable reports whether a host is one that a service may be found to call.
func (x *index) callable(s *service, host string) bool {
	if s.group != nil {
		_, listed := s.group.services[host]
		return listed
	}
	return x.services[host] != nil
}

// parsed reads a URL, "host:port" or a host, each with or without a path.
func parsed(token, namespace string) (outgoing, bool) {
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
		return outgoing{}, false
	}
	o := outgoing{host: calledHost(name, namespace), path: path, authority: authority}
	if hasPort {
		port, err := strconv.ParseUint(digits, 10, 16)
		if err != nil {
			return outgoing{}, false
		}
		o.port = uint32(port)
	}
	return o, true
}

// given returns the calls that a request says a service makes.
func (x *index) given(calls map[string][]string, s *service) []outgoing {
	names, found := calls[s.ref.Namespace+"/"+s.ref.Name]
	if !found {
		names = calls[s.ref.Name]
	}
	var out []outgoing
	for _, name := range names {
		namespace, service, found := strings.Cut(name, "/")
		if !found {
			namespace, service = s.ref.Namespace, name
		}
		host := lanes.Host(service, namespace)
		out = append(out, outgoing{host: host, path: "/", authority: host})
	}
	return out
}
