package kube_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"k8s.io/client-go/rest"
)

// calls counts the calls of a client to an API server.
type calls struct {
	mutex  sync.Mutex
	counts map[string]int
	denied []string // calls with the answer 403: "list services"
	onDeny func()
	// old makes the server refuse to stream lists, like a server before Kubernetes 1.34. A client
	// then lists and watches.
	old    bool
	before func(r *http.Request) error // is called before each call
	after  func(r *http.Request) error // is called after each successful call
}

// counted returns a config for clients with counted calls.
func counted(config *rest.Config) (*calls, *rest.Config) {
	out := &calls{counts: map[string]int{}}
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return through{out, next} })
	return out, config
}

// through is an http.RoundTripper that counts.
type through struct {
	*calls
	next http.RoundTripper
}

func (t through) RoundTrip(r *http.Request) (*http.Response, error) {
	if t.old && r.URL.Query().Has("sendInitialEvents") {
		return refused(r), nil
	}
	if t.before != nil {
		if err := t.before(r); err != nil {
			return nil, err
		}
	}
	answer, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	call := callOf(r)
	t.mutex.Lock()
	t.counts[call]++
	denied := answer.StatusCode == http.StatusForbidden && !slices.Contains(t.denied, call)
	if denied {
		t.denied = append(t.denied, call)
	}
	t.mutex.Unlock()
	if denied && t.onDeny != nil {
		t.onDeny()
	}
	if t.after != nil {
		if err := t.after(r); err != nil {
			_ = answer.Body.Close()
			return nil, err
		}
	}
	return answer, nil
}

// callOf returns verb and resource as RBAC and kubectl write them: "get
// leases.coordination.k8s.io".
func callOf(r *http.Request) string {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	n, group := 2, "" // api/v1
	if parts[0] == "apis" {
		n = 3
	}
	if len(parts) <= n {
		return "discover"
	}
	if n == 3 {
		group = "." + parts[1]
	}
	parts = parts[n:]
	if len(parts) > 2 && parts[0] == "namespaces" {
		parts = parts[2:]
	}
	verb := map[string]string{http.MethodPost: "create", http.MethodPut: "update", http.MethodPatch: "patch",
		http.MethodGet: "get", http.MethodDelete: "delete"}[r.Method]
	switch {
	case verb != "get" || len(parts) > 1:
	case r.URL.Query().Get("watch") != "":
		verb = "watch"
	default:
		verb = "list"
	}
	return verb + " " + parts[0] + group
}

// refused returns the answer of an old server.
func refused(r *http.Request) *http.Response {
	text := `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Invalid","code":422}`
	return &http.Response{
		StatusCode: http.StatusUnprocessableEntity, Request: r, Body: io.NopCloser(strings.NewReader(text)),
		Header: http.Header{"Content-Type": {"application/json"}}, ProtoMajor: 1, ProtoMinor: 1,
	}
}

// isWrite reports whether a request changes an object of a release.
func isWrite(r *http.Request) bool {
	call := callOf(r)
	return r.Method != http.MethodGet && !strings.Contains(call, " events") && !strings.Contains(call, " leases")
}

// String returns the counts as text.
func (c *calls) String() string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	var out []string
	sum := 0
	for call, n := range c.counts {
		out = append(out, fmt.Sprintf("%s %d", call, n))
		sum += n
	}
	slices.Sort(out)
	return fmt.Sprintf("%d calls: %s", sum, strings.Join(out, ", "))
}

// Denied returns the forbidden calls.
func (c *calls) Denied() []string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return slices.Clone(c.denied)
}
