package istioname_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/istioname"
)

func TestFull(t *testing.T) {
	for host, want := range map[string]string{
		"mocka":          "mocka.shop.svc.cluster.local",
		"MockA":          "MockA.shop.svc.cluster.local",
		"mocka.default":  "mocka.default",
		"*":              "*",
		"*-eu":           "*-eu",
		"*.example.com":  "*.example.com",
		"2001:db8::1":    "2001:db8::1",
		"192.0.2.1":      "192.0.2.1",
		"":               "",
		"a.example.com.": "a.example.com.",
	} {
		require.Equal(t, want, istioname.Domain("").Full(host, "shop"))
	}
	require.Equal(t, "mocka.default.svc.corp.example", istioname.Domain("corp.example").Full("mocka", ""))
}

func TestCalled(t *testing.T) {
	for name, want := range map[string]string{
		"mocka":                         "mocka.shop.svc.cluster.local",
		"MockA.":                        "mocka.shop.svc.cluster.local",
		"mocka.other":                   "mocka.other.svc.cluster.local",
		"mocka.other.svc":               "mocka.other.svc.cluster.local",
		"mocka.other.svc.cluster.local": "mocka.other.svc.cluster.local",
		"api.example.com":               "api.example.com",
	} {
		require.Equal(t, want, istioname.Domain("").Called(name, "shop"), name)
	}
}

func TestShort(t *testing.T) {
	for host, want := range map[string]string{
		"mocka.default.svc.cluster.local": "mocka",
		"mocka.shop.svc.cluster.local":    "mocka.shop",
		"api.example.com":                 "api.example.com",
	} {
		require.Equal(t, want, istioname.Domain("").Short(host))
	}
}

// genHost draws names and wildcards that are often related.
func genHost(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "*", "*.", "*-", "a-", "a.", "b.a-"}).Draw(t, "begin") +
		rapid.SampledFrom([]string{"", "eu", "eu.x.y", "b.eu.x.y", "x.y", "y"}).Draw(t, "end")
}

// A host covers another if it includes all names of the other, with any text for the leading *.
func TestCoversIsInclusion(t *testing.T) {
	covers := func(host, name string) bool {
		suffix, wild := strings.CutPrefix(host, "*")
		return host == name || wild && strings.HasSuffix(name, suffix)
	}
	names := func(host string) []string { // enough names to distinguish two hosts
		rest, wild := strings.CutPrefix(host, "*")
		if !wild {
			return []string{host}
		}
		return []string{rest, "q" + rest, "q.r" + rest, "a-eu" + rest}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := genHost(t), genHost(t)
		all, some := true, false
		for _, name := range names(b) {
			all = all && covers(a, name)
		}
		for _, name := range slices.Concat(names(a), names(b)) {
			some = some || covers(a, name) && covers(b, name)
		}
		require.Equal(t, all, istioname.Covers(a, b), "%q covers %q", a, b)
		require.Equal(t, some, istioname.Overlap(a, b), "%q overlaps %q", a, b)
		for _, host := range istioname.Common([]string{a}, []string{b}) {
			require.True(t, istioname.Covers(a, host) && istioname.Covers(b, host))
		}
	})
}

// The index finds the same as a search of all hosts.
func TestIndexFindsTheMostSpecific(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var x istioname.Index[string]
		var hosts []string
		for range rapid.IntRange(0, 12).Draw(t, "hosts") {
			host := genHost(t)
			hosts = append(hosts, host)
			x.Update(host, func(string) string { return host })
		}
		slices.SortFunc(hosts, func(a, b string) int { return cmp.Or(len(b)-len(a), cmp.Compare(a, b)) })
		asked := genHost(t)
		accept := func(host string) bool { return len(host)%2 == 0 || !strings.Contains(host, "-") }
		want, found := "", slices.Contains(hosts, asked) && accept(asked)
		if found {
			want = asked
		} else if i := slices.IndexFunc(hosts, func(host string) bool {
			return host[:min(1, len(host))] == "*" && istioname.Covers(host, asked) && accept(host)
		}); i >= 0 {
			want, found = hosts[i], true
		}
		got, ok := x.Find(asked, accept)
		require.Equal(t, found, ok, "%q in %q", asked, hosts)
		require.Equal(t, want, got, "%q in %q", asked, hosts)
	})
}

func TestGateway(t *testing.T) {
	for name, want := range map[string]string{
		"mesh":                       "mesh",
		"gw":                         "shop/gw",
		"./gw":                       "shop/gw",
		"infra/gw":                   "infra/gw",
		"gw.infra":                   "infra/gw",
		"gw.infra.svc.cluster.local": "infra/gw",
	} {
		require.Equal(t, want, istioname.Gateway(name, "shop"), name)
	}
}

func TestServerHost(t *testing.T) {
	for host, want := range map[string][2]string{
		"*.example.com":     {"*.example.com", "*"},
		"./a.example.com":   {"a.example.com", "shop"},
		"*/a.example.com":   {"a.example.com", "*"},
		"web/a.example.com": {"a.example.com", "web"},
	} {
		name, of := istioname.ServerHost(host, "shop")
		require.Equal(t, want, [2]string{name, of}, host)
	}
}
