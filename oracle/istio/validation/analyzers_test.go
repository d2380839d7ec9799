package validation_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "github.com/onsi/gomega" // the recorded tests import it
	"github.com/stretchr/testify/require"

	"istio.io/istio/pkg/config/analysis"
	"istio.io/istio/pkg/config/analysis/analyzers"
	"istio.io/istio/pkg/config/analysis/local"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/oracle/istio/validation/corpus"
	"github.com/swimlane-go/swimlane/validate"
)

// twins are the codes of Istio's analyzers about routes and their destinations.
var twins = []string{"IST0101", "IST0104", "IST0109", "IST0112", "IST0116", "IST0118", "IST0127", "IST0130", "IST0131",
	"IST0132",
	"IST0140", "IST0145", "IST0162", "IST0173", "IST0174"}

// kinds are the kinds with tested expectations.
var kinds = []string{"VirtualService", "DestinationRule", "Gateway", "Service", "Deployment"}

// cases runs the recorder of Istio's analyzers.
func cases(t testing.TB) (out []corpus.Case, dir string) {
	t.Helper()
	into := t.TempDir()
	record(t, into, "pkg/config/analysis/analyzers", "testdata/recordedanalyzers")
	out, err := corpus.ReadCases(into)
	require.NoError(t, err)
	return out, filepath.Join(istio(t), "pkg/config/analysis/analyzers")
}

// read returns the objects of a case, and its files.
func read(t testing.TB, dir string, c corpus.Case) (manifest.Set, []manifest.File) {
	t.Helper()
	var files []manifest.File
	for _, name := range c.Files {
		data, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		files = append(files, manifest.File{Name: name, Data: data})
	}
	set, _ := manifest.Decode(files...)
	return set, files
}

// messages returns the objects with a message of Istio's analyzers.
func messages(t testing.TB, files []manifest.File) map[string]bool {
	t.Helper()
	sa := local.NewSourceAnalyzer(analysis.Combine("all", analyzers.All()...), "", "istio-system", nil)
	var sources []local.ReaderSource
	for _, f := range files {
		sources = append(sources, local.ReaderSource{Name: f.Name, Reader: bytes.NewReader(f.Data)})
	}
	_ = sa.AddTestReaderKubeSource(sources) // it skips what it cannot read
	require.NoError(t, sa.AddDefaultResources())
	result, err := sa.Analyze(make(chan struct{}))
	require.NoError(t, err)
	out := map[string]bool{}
	for _, m := range result.Messages {
		if m.Resource != nil {
			out[inDefault(m.Resource.Origin.FriendlyName())] = true
		}
	}
	return out
}

// inDefault returns an object with its namespace, which Istio may omit.
func inDefault(object string) string {
	kind, name, _ := strings.Cut(object, " ")
	if !strings.Contains(name, "/") {
		name = "default/" + name
	}
	return kind + " " + name
}

// unmet are the expectations without a matching finding, with the reason.
var unmet = map[string]string{
	"gatewayBadPort: IST0162 Gateway default/httpbin-gateway":                                         "the pods of the gateway and their Service are what istioctl takes for there by default",
	"gatewayNoWorkload: IST0101 Gateway default/httpbin-gateway":                                      "pods of gateways are seldom in a tree, so that no rule asks for them; the Gateway is refused",
	"gatewaySecret: IST0101 Gateway default/customgateway-wrongnamespace":                             "Secrets are seldom in a tree, so that no rule asks for them",
	"gatewaySecret: IST0101 Gateway default/bogusgateway":                                             "pods of gateways are seldom in a tree, so that no rule asks for them",
	"gatewaySecret: IST0101 Gateway default/defaultgateway-bogusCredentialName":                       "Secrets are seldom in a tree; the name is refused",
	"virtualServiceConflictingMeshGatewayHostsWithExportTo: IST0109 VirtualService foo/productpage-d": "of *.productpage.d and *.d sidecars have both, the longer one first",
	"virtualServiceConflictingMeshGatewayHostsWithExportTo: IST0109 VirtualService bar/productpage-d": "of *.productpage.d and *.d sidecars have both, the longer one first",
	"virtualServiceGateways: IST0132 VirtualService default/httpbin-bogus":                            "the Gateway is in another namespace, which is said instead (SL401)",
}

func TestFindsWhatIstiosAnalyzersExpect(t *testing.T) {
	all, dir := cases(t)
	twinsOf := map[validate.Code]string{}
	for _, r := range validate.Rules() {
		twinsOf[r.Code] = r.Twin
	}
	wanted, found, hidden, missed := 0, 0, 0, 0 // hidden counts objects with another error
	byCode := map[string][2]int{}
	for _, c := range all {
		set, _ := read(t, dir, c)
		findings := validate.Check(set)
		for _, e := range c.Expected {
			kind, _, _ := strings.Cut(e.Object, " ")
			if !slices.Contains(twins, e.Code) || !slices.Contains(kinds, kind) {
				continue
			}
			wanted++
			n := byCode[e.Code]
			n[1]++
			on := func(is func(validate.Finding) bool) bool {
				return slices.ContainsFunc(findings,
					func(f validate.Finding) bool {
						return inDefault(f.Object.String()) == inDefault(e.Object) &&
							is(f)
					})
			}
			key := c.Name + ": " + e.Code + " " + inDefault(e.Object)
			_, listed := unmet[key]
			met := on(func(f validate.Finding) bool { return strings.Contains(twinsOf[f.Code], e.Code) })
			require.NotEqual(t, met, listed, "%s: in %v", key, c.Files)
			if listed {
				missed++
			}
			switch {
			case met:
				found++
				n[0]++
			case on(func(f validate.Finding) bool { return f.Severity == validate.Error }):
				hidden++
			}
			byCode[e.Code] = n
		}
	}
	for _, code := range twins {
		t.Logf("%s: %d of %d", code, byCode[code][0], byCode[code][1])
	}
	t.Logf("%d of %d expectations, and %d hidden", found, wanted, hidden)
	require.GreaterOrEqual(t, wanted, 70)
	require.GreaterOrEqual(t, float64(found+hidden), 0.9*float64(wanted))
	require.Equal(t, len(unmet), missed, "each that is listed is one of Istio's")
}

func TestAlarmsNowhereIstioIsSilent(t *testing.T) {
	all, dir := cases(t)
	// The API server refuses these, not Istio: oracle/kube checks them.
	server := map[validate.Code]bool{}
	for _, r := range validate.Rules() {
		server[r.Code] = strings.Contains(r.Why, "the API server refuses")
	}
	require.True(t, server[validate.ServicePorts])
	alarms := 0
	for _, c := range all {
		set, files := read(t, dir, c)
		said := messages(t, files)
		for _, f := range validate.Check(set) {
			if f.Code == validate.NoPods || server[f.Code] {
				continue // Istio's analyzers do not ask whether a Service has pods
			}
			if f.Severity == validate.Error && slices.Contains(kinds, f.Object.Kind) &&
				!said[inDefault(f.Object.String())] {
				alarms++
				t.Logf("%s (%s)", f, c.Name)
			}
		}
	}
	require.Zero(t, alarms)
}
