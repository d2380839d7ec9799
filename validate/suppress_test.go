package validate_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

const twoServices = `apiVersion: v1
kind: Service
metadata:
  name: a
  annotations:
    swimlane-go.github.io/lint-ignore: %s
spec: {selector: {app: a}, ports: [{name: web, port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: b}
spec: {selector: {app: b}, ports: [{name: web, port: 80}]}
`

func TestSuppressIgnoresWhatIsAskedAndReportsTheRest(t *testing.T) {
	const inA, inB = "SL308 Service default/a spec.ports[0].name", "SL308 Service default/b spec.ports[0].name"
	const annotated = "SL018 Service default/a metadata.annotations[swimlane-go.github.io/lint-ignore]"
	for name, test := range map[string]struct {
		annotation string
		ignores    []validate.Ignore
		want       []string
	}{
		"nothing":               {"", nil, []string{inA, inB}},
		"by the annotation":     {"SL308", nil, []string{inB}},
		"and nothing else":      {"'SL308, SL101'", nil, []string{annotated, inB}},
		"a code that is none":   {"SL999", nil, []string{annotated, inA, inB}},
		"a code that cannot be": {"SL009", nil, []string{annotated, inA, inB}},
		"everywhere":            {"", []validate.Ignore{{Code: "SL308"}}, []string{}},
		"of one object": {"",
			[]validate.Ignore{{Code: "SL308", Kind: "Service", Namespace: "default", Name: "b"}}, []string{inA}},
		"of a namespace without any": {"", []validate.Ignore{{Code: "SL308", Namespace: "shop"}},
			[]string{"SL018", inA, inB}},
		"by both":                     {"SL308", []validate.Ignore{{Code: "SL308"}}, []string{}},
		"twice, of which one is used": {"", []validate.Ignore{{Code: "SL308"}, {Code: "SL101"}}, []string{"SL018"}},
	} {
		t.Run(name, func(t *testing.T) {
			set, err := manifest.Decode(manifest.File{Name: "a.yaml",
				Data: []byte(fmt.Sprintf(twoServices, test.annotation))})
			require.NoError(t, err)
			before := validate.Check(set)
			findings := validate.Suppress(set, test.ignores, before)
			require.Equal(t, test.want, where(findings))
			require.Equal(t, []string{inA, inB}, where(before), "what is given stays as it is")
		})
	}
}

func TestIgnoreIsOfACodeThatCanBeIgnored(t *testing.T) {
	for code, good := range map[validate.Code]bool{"SL101": true, "SL999": false, "": false, "SL009": false,
		"SL006": false, "SL018": false} {
		require.Equal(t, good, len(validate.Ignore{Code: code}.Validate()) == 0, code)
	}
	require.Equal(t, "SL101", validate.Ignore{Code: "SL101"}.String())
	require.Equal(t, "SL101:Service/shop/a",
		validate.Ignore{Code: "SL101", Kind: "Service", Namespace: "shop", Name: "a"}.String())
}
