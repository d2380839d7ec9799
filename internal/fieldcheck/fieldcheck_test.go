package fieldcheck_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/internal/fieldtest"
)

func TestNames(t *testing.T) {
	at := field.NewPath("at")
	type check = func(*field.Path, string) field.ErrorList
	long := strings.Repeat("a", 64)
	for name, test := range map[string]struct {
		check  check
		origin string
		good   []string
		bad    []string
		empty  bool // an empty string is good
	}{
		"Label": {fieldcheck.Label, "format=dns-label", []string{"a", "1", "a-1", long[:63]},
			[]string{"A", "-a", "a-", "a.b", "a_b", "ä", " a", "a\n", long}, false},
		"Namespace": {fieldcheck.Namespace, "format=dns-label", []string{"a", "kube-system"},
			[]string{"A", "a.b", long}, true},
		"Subdomain": {fieldcheck.Subdomain, "format=dns-subdomain", []string{"a", "1.a", "a.b-c.d"},
			[]string{"A", "a..b", ".a", "a.", "*.a", "a/b", strings.Repeat("a", 254)}, false},
		"ServiceName": {fieldcheck.ServiceName, "format=dns-1035-label", []string{"a", "a-1"},
			[]string{"1a", "A", "a.b", long}, false},
	} {
		t.Run(name, func(t *testing.T) {
			for _, s := range test.good {
				fieldtest.Equal(t, nil, test.check(at, s))
			}
			for _, s := range test.bad {
				fieldtest.Equal(t, field.ErrorList{fieldtest.Invalid("at", test.origin)}, test.check(at, s))
			}
			var want field.ErrorList
			if !test.empty {
				want = field.ErrorList{fieldtest.Required("at")}
			}
			fieldtest.Equal(t, want, test.check(at, ""))
		})
	}
}

func TestLabels(t *testing.T) {
	at := field.NewPath("at")
	fieldtest.Equal(t, nil, fieldcheck.Labels(at, nil))
	fieldtest.Equal(t, nil, fieldcheck.Labels(at, map[string]string{"app": "", "example.com/a_b": "1.0-A_b"}))
	fieldtest.Equal(t, field.ErrorList{
		fieldtest.Invalid("at", "format=label-key"),
		fieldtest.Invalid("at[a b]", "format=label-value"),
		fieldtest.Invalid("at[ok]", "format=label-value"),
	}, fieldcheck.Labels(at, map[string]string{"a b": "-", "ok": strings.Repeat("v", 64)}))
}

func TestHost(t *testing.T) {
	at := field.NewPath("at")
	for _, host := range []string{"mocka", "mocka.default.svc.cluster.local", "1.example.com", strings.Repeat("a", 63) +
		".com"} {
		fieldtest.Equal(t, nil, fieldcheck.Host(at, host))
	}
	fieldtest.Equal(t, field.ErrorList{fieldtest.Required("at")}, fieldcheck.Host(at, ""))
	fieldtest.Equal(t, field.ErrorList{fieldtest.Invalid("at", "format=dns-subdomain")},
		fieldcheck.Host(at, "*.example.com"))
	fieldtest.Equal(t, field.ErrorList{fieldtest.Invalid("at", "format=host")}, fieldcheck.Host(at, "10.0.0.1"))
	fieldtest.Equal(t, field.ErrorList{fieldtest.Invalid("at", "format=host")},
		fieldcheck.Host(at, strings.Repeat("a", 64)+".com"))
}

func TestHosts(t *testing.T) {
	fieldtest.Equal(t, nil, fieldcheck.Hosts(field.NewPath("at"),
		[]string{"*.example.com", "example.com", "10.example.org", "localhost"}))
	fieldtest.Equal(t, nil, fieldcheck.Hosts(field.NewPath("at"), []string{"*"}))
	fieldtest.Equal(t, field.ErrorList{
		fieldtest.Invalid("at[1]", "overlap"),
		fieldtest.Invalid("at[2]", "overlap"),
	}, fieldcheck.Hosts(field.NewPath("at"),
		[]string{"*.example.com", "10.example.com", "*.b.example.com", "example.com"}))
	fieldtest.Equal(t, field.ErrorList{
		fieldtest.Invalid("at[0]", "overlap"),
		fieldtest.Invalid("at[2]", "overlap"),
	}, fieldcheck.Hosts(field.NewPath("at"), []string{"localhost", "*", "*.example.com"}))
	fieldtest.Equal(t, nil, fieldcheck.NoShortHosts(field.NewPath("at"),
		[]string{"", "*.example.com", "example.com", "*"}))
	fieldtest.Equal(t, field.ErrorList{
		fieldtest.Invalid("at[0]", "format=fqdn"),
	}, fieldcheck.NoShortHosts(field.NewPath("at"), []string{"localhost"}))
	fieldtest.Equal(t, field.ErrorList{
		fieldtest.Required("at[0]"),
		fieldtest.Invalid("at[1]", "format=dns-subdomain"),
		fieldtest.Invalid("at[2]", "format=dns-subdomain"),
		fieldtest.Required("at[3]"),
		fieldtest.Duplicate("at[5]"),
	}, fieldcheck.Hosts(field.NewPath("at"), []string{"", "*.*.com", "*a.com", "*.", "a.com", "a.com"}))
}

func TestPortAndHeaderName(t *testing.T) {
	at := field.NewPath("at")
	for _, port := range []int64{1, 80, 65535} {
		fieldtest.Equal(t, nil, fieldcheck.Port(at, port))
	}
	for _, port := range []int64{0, -1, 65536, 1 << 40} {
		fieldtest.Equal(t, field.ErrorList{fieldtest.Invalid("at", "port")}, fieldcheck.Port(at, port))
	}
	for _, name := range []string{"x-user", "cookie", "x-1"} {
		fieldtest.Equal(t, nil, fieldcheck.HeaderName(at, name))
	}
	for _, name := range []string{"", "X-User", "a b", "a:b", ":authority", "ä"} {
		fieldtest.Equal(t, field.ErrorList{fieldtest.Invalid("at", "format=header")}, fieldcheck.HeaderName(at, name))
	}
}
