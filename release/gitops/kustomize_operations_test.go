package gitops_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/validate"
)

// target is the target of JSON patches of the sample's route.
const target = "target: {group: networking.istio.io, version: v1beta1, kind: VirtualService, name: mock}"

// operationKinds are directories in which a JSON patch, or a patch within the
// kustomization, says the weights.
func operationKinds(t testing.TB) map[string]directory {
	t.Helper()
	_, http, _ := strings.Cut(patchedRoute(t)["prod/weights.yaml"], "  http:\n")
	_, route, found := strings.Cut(http, "    route:\n")
	require.True(t, found)
	whole := "# what prod sends where\n- op: replace # all of it\n  path: /spec/http\n  value:\n" + http
	weights := "- {op: test, path: /spec/http/0/route/0/destination/subset, value: v1}\n" +
		"- {op: replace, path: /spec/http/0/route/0/weight, value: 50} # half\n" +
		"- {op: replace, path: /spec/http/0/route/1/weight, value: 50}\n"
	json := "[\n  {\"op\": \"add\", \"path\": \"/metadata/annotations\", \"value\": {\"team\": \"shop\"}},\n" +
		"  {\"op\": \"replace\", \"path\": \"/spec/http/0/route\", \"value\": [\n" +
		"    {\"destination\": {\"host\": \"mocka.default.svc.cluster.local\", \"subset\": \"v1\"}, \"weight\": 50},\n" +
		"    {\"destination\": {\"host\": \"mocka.default.svc.cluster.local\", \"subset\": \"v2\"}, \"weight\": 50}\n" +
		"  ]}\n]\n"
	block := func(text string) string {
		return "|- # ours\n      " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n      ") + "\n"
	}
	out := map[string]directory{}
	kind := func(name, patch, kustomization string) directory {
		d := patchedRoute(t)
		d["prod/kustomization.yaml"] = "resources: [../base] # all\n" + kustomization
		if delete(d, "prod/weights.yaml"); patch != "" {
			d["prod/weights.yaml"] = patch
		}
		out[name] = d
		return d
	}
	inFile := "patches:\n- path: weights.yaml\n  " + target + "\n"
	merge := patchedRoute(t)["prod/weights.yaml"]
	kind("whole", whole, inFile)
	kind("route", "- op: replace\n  path: /spec/http/0/route\n  value:\n"+route, inFile)
	kind("weights", weights, inFile)
	kind("json", json, "patchesJson6902: [{path: weights.yaml, "+target+"}]\n")
	annotated := kind("annotated", weights, inFile)
	annotated["base/mock-route.yaml"] = strings.Replace(annotated["base/mock-route.yaml"], "  name: mock\n",
		"  name: mock\n  annotations: {team: shop}\n", 1)
	kind("own annotation", "- {op: add, path: /metadata/annotations, value: {team: shop}}\n"+whole, inFile)
	common := kind("common annotations", weights, "patchesJson6902: [{path: weights.yaml, "+target+
		"}]\ncommonAnnotations: {team: shop}\n")
	require.NotEmpty(t, common)
	kind("inline", "", "patches:\n- patch: "+block(merge)+
		"# more\n- target: {kind: Deployment}\n  patch: '[{op: add, path: /spec/minReadySeconds, value: 5}]'\n")
	kind("inline, older field", "", "patchesStrategicMerge:\n- "+block(merge))
	kind("inline whole", "", "patches:\n- "+target+"\n  patch: "+block(whole)+"namePrefix: ''\n")
	kind("inline weights", "", "patchesJson6902:\n- patch: "+block(weights)+"  "+target)
	return out
}

// owner returns the file that says the weights.
func (d directory) owner() string {
	if _, there := d["prod/weights.yaml"]; there {
		return "prod/weights.yaml"
	}
	return "prod/kustomization.yaml"
}

// If operations or an inline patch say the weights, they are edited, weights and state in one
// write. After a roll back every byte is as it was.
func TestOperationsAreEdited(t *testing.T) {
	t.Parallel()
	for name, d := range operationKinds(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := maps.Clone(d)
			var told strings.Builder
			tell := func(when string) {
				fmt.Fprintf(&told, "== %s\n%s", when, d[d.owner()])
				if !strings.HasSuffix(d[d.owner()], "\n") {
					told.WriteString("(no line end)\n")
				}
			}
			tell("before")
			for _, word := range []string{"Prepare", "Start", "Promote", "RollBack"} {
				o, err := command(d.open(t), word)
				require.NoError(t, err, word)
				d.write(o, len(o.Files))
				if word != "Prepare" {
					require.Len(t, o.Files, 1, word)
					require.Equal(t, d.owner(), o.Files[0].Name)
				}
				require.Equal(t, start["base/mock-route.yaml"], d["base/mock-route.yaml"])
				require.Empty(t, gitopsErrors(t, d), word)
				tell(word)
			}
			d.do(t, "CleanUp", "CleanUp")
			require.Equal(t, start, d)

			d.do(t, finished()[:6]...)
			d.do(t, "CleanUp", "CleanUp")
			tell("Finish, CleanUp")
			d["base/release.yaml"] = strings.NewReplacer("v3", "v4", "v2", "v3", "1.1", "1.2").Replace(nextPlan)
			d.do(t, "Prepare", "Start")
			tell("the next release")
			d.do(t, "RollBack", "CleanUp", "CleanUp")
			tell("its end")
			golden.Equal(t, "operations/"+strings.NewReplacer(", ", "-", " ", "-").Replace(name)+".txt", told.String())
		})
	}
}

// nextPlan is the plan of a release on one lane, once its versions are put in.
const nextPlan = `apiVersion: v1
kind: ConfigMap
metadata: {name: mock, labels: {swimlane-go.github.io/plan: "1"}}
data:
  plan: |
    candidate: v3
    before: [{lane: v2, percent: 100}, {lane: v3, percent: 0}]
    stages:
    - {name: some, weights: [{lane: v2, percent: 75}, {lane: v3, percent: 25}]}
    - {name: all, weights: [{lane: v2, percent: 0}, {lane: v3, percent: 100}]}
    rollback: [{lane: v2, percent: 100}, {lane: v3, percent: 0}]
  candidate: |
    version: v3
    from: v2
    images:
    - {service: mocka, container: default, image: "registry.cn-beijing.aliyuncs.com/aliacs-app-catalog/go-http-sample:1.1"}
  routes: |
    - {namespace: istio-system, name: mock}
`

// gitopsErrors returns the errors that lint finds in a directory.
func gitopsErrors(t *testing.T, d directory) []string {
	var out []string
	for _, f := range validate.Check(d.set(t).Build().Set) {
		if f.Severity == validate.Error {
			out = append(out, f.String())
		}
	}
	return slices.Compact(out)
}
