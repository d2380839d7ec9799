package istiospec

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/istioname"
)

func TestNamesAreThoseThatIstioTakes(t *testing.T) {
	long := strings.Repeat("a", 63)
	for name, test := range map[string]struct {
		is        func(string) bool
		good, bad []string
	}{
		"label": {isLabel,
			[]string{"a", "A", "1", "a-b", "v1", long},
			[]string{"", "-", "-a", "a-", "a.b", "a_b", "*", "ä", long + "a"}},
		"domain": {isDomain,
			[]string{"a", "a.b", "A.B.", "1.a", "a.99999999999999999999", strings.Repeat("a.", 127)},
			[]string{"", ".", "a..b", ".a", "a.1", "1", "a.b..", "*.a", "a." + long + "a", strings.Repeat("a.", 127) +
				"aa"}},
		"host": {isHost,
			[]string{"*", "*.a", "*a", "*-a.b", "a", "123", "123.a", "a.", "*.", "a.99999999999999999999"},
			[]string{"", "**", "*-", "*--a", "-a", "a.*", "a.1", "192.0.2.1", "a/b", "a..", "*" + long,
				strings.Repeat("a.", 128)}},
		"SNI": {isHostOrSNI,
			[]string{"a.b", "*.a", "outbound_.80_._.a.b", "outbound_.80_.v1_.a.b", "outbound_1__a",
				"outbound_.8x_._.a_"},
			[]string{"", "outbound_", "outbound_.80_.a", "outbound_.x_._.a.b", "outbound_.80_._.1",
				"outbounds_.80_._.a"}},
		"subnet": {isSubnet,
			[]string{"192.0.2.1", "192.0.2.0/24", "2001:db8::1", "2001:db8::/32"},
			[]string{"", "a", "192.0.2.0/33", "192.0.2.0/24/8", "/8"}},
		"label key": {isLabelKey,
			[]string{"a", "A.b_c-d", "example.com/a", "1/1", strings.Repeat("a.", 126) + "a/b"},
			[]string{"", "/", "a/", "/a", "a/b/c", "a b", "-a", "a-", "a_b/c", "a..b/c", "-a.b/c", long + "a",
				strings.Repeat("a.", 126) + "aa/b"}},
		"label value": {isLabelValue,
			[]string{"", "a", "A.b_c-d", long + long},
			[]string{"-a", "a.", "a b", "*", "a/b"}},
	} {
		for _, s := range test.good {
			require.True(t, test.is(s), "%s %q", name, s)
		}
		for _, s := range test.bad {
			require.False(t, test.is(s), "%s %q", name, s)
		}
	}
}

// The index gives the same results as a search of all pairs.
func TestHostsAreCoveredHoweverMany(t *testing.T) {
	draw := rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom([]string{"", "*", "*.", "*-", "a-", "a.", "b."}).Draw(t, "begin") +
			rapid.SampledFrom([]string{"", "eu", "b.eu", "x-eu"}).Draw(t, "end")
	})
	rapid.Check(t, func(t *rapid.T) {
		hosts := rapid.SliceOfN(draw, 0, 12).Draw(t, "hosts")
		few, many := hostIndex{hosts: hosts},
			indexHosts(append(hosts[:len(hosts):len(hosts)], "z0", "z1", "z2", "z3", "z4", "z5", "z6", "z7", "z8"))
		for i, host := range hosts {
			covered := false
			for j, other := range hosts {
				covered = covered || j != i && istioname.Covers(other, host) && (other != host || j < i)
			}
			require.Equal(t, covered, few.covering(host, i) >= 0, host)
			require.Equal(t, covered, many.covering(host, i) >= 0, host)
		}
		other := draw.Draw(t, "other")
		require.Equal(t, few.covering(other, -1) >= 0, many.covering(other, -1) >= 0, other)
	})
}
