// Package messagetest makes pages of messages for reading: a test breaks values and texts in every
// simple way, and the page shows each message once, beside what was broken. Golden asserts of each
// message what can be counted.
package messagetest

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/golden"
)

// Page is a page of messages. The zero value is empty.
type Page struct {
	text   strings.Builder
	seen   map[string]bool // messages
	lines  map[string]bool // broken lines of texts, in this part
	faults []string
}

// Head begins a part of the page. Messages of earlier parts are not repeated.
func (p *Page) Head(title string) {
	if p.text.Len() > 0 {
		p.text.WriteByte('\n')
	}
	fmt.Fprintf(&p.text, "# %s\n", title)
	p.lines = nil
}

// Add adds the messages of err that are new, a line each, below what was broken.
func (p *Page) Add(broken string, err error) {
	if err != nil {
		p.Lines(broken, strings.Split(err.Error(), "\n")...)
	}
}

// Lines adds messages like Add. A message is new if no other differs only in quoted texts and numbers.
func (p *Page) Lines(broken string, messages ...string) {
	if p.seen == nil {
		p.seen = map[string]bool{}
	}
	first := true
	for i, m := range messages {
		m = strings.TrimSpace(long.ReplaceAllString(m, "x…x"))
		key := made.ReplaceAllString(Sentence(m), "…")
		if strings.TrimSpace(m) == "" || p.seen[key] {
			continue
		}
		p.seen[key] = true
		if first {
			fmt.Fprintf(&p.text, "%s:\n", broken)
			first = false
		}
		fmt.Fprintf(&p.text, "  %s\n", m)
		if i < len(messages)-1 {
			m = strings.TrimSuffix(m, ":") // the next line goes on
		}
		for _, fault := range Faults(m) {
			p.faults = append(p.faults, fault+": "+m)
		}
	}
}

// Golden compares the page with testdata/messages.txt, and fails if a message has a fault.
func (p *Page) Golden(t testing.TB) {
	t.Helper()
	golden.Equal(t, "messages.txt", p.text.String())
	require.Empty(t, strings.Join(p.faults, "\n"))
}

var (
	// long is a text that was made too long.
	long = regexp.MustCompile(`x{20,}`)
	// made are the broken values, where a message does not quote them.
	made = regexp.MustCompile(badName + `|a/b|x…x`)
)
