package release_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

const plainRoutes = `apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: shop}
spec:
  gateways: [istio-system/gateway]
  hosts: ['*']
  http:
  - route:
    - destination: {host: web}
`

// plainService returns a Service, at line 1, and its Deployment, at line 8.
func plainService(name, version string) string {
	return strings.NewReplacer("NAME", name, "VERSION", version).Replace(`apiVersion: v1
kind: Service
metadata: {name: NAME}
spec:
  ports: [{port: 80, name: http}]
  selector: {app: NAME}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME}
spec:
  selector: {matchLabels: {app: NAME, version: VERSION}}
  template:
    metadata: {labels: {app: NAME, version: VERSION}}
    spec: {containers: [{name: app, image: app:1}]}
`)
}

func TestAdoptionRefuses(t *testing.T) {
	t.Parallel()
	type files = map[string]string
	replace := func(file, old, replacement string) func(files) {
		return func(d files) {
			if !strings.Contains(d[file], old) {
				panic("no " + old)
			}
			d[file] = strings.Replace(d[file], old, replacement, 1)
		}
	}
	add := func(text string) func(files) { return func(d files) { d["more.yaml"] = text } }
	group := "apiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLaneGroup\nmetadata: {name: shop}\nspec:\n" +
		"  ingress: {gateway: {name: gateway, namespace: istio-system}}\n" +
		"  services: [{name: web, namespace: default}]\n"
	for name, test := range map[string]struct {
		spoil    func(files)
		adoption release.Adoption
		want     []string
	}{
		"nothing": {spoil: func(d files) { clear(d) },
			want: []string{
				"there must be a Service with pods of a Deployment with the label version or ASM_TRAFFIC_TAG; or name the version that runs"}},
		"two versions": {add(strings.Split(strings.Replace(plainService("web", "v2"),
			"metadata: {name: web}\nspec:\n  selector: {m", "metadata: {name: web-v2}\nspec:\n  selector: {m", 1),
			"---\n")[1]), release.Adoption{},
			[]string{
				"the pods behind the Services must be of one version, or the one to get a lane must be named: there are v1, v2"}},
		"another version serves": {add(
			strings.Split(strings.Replace(plainService("web", "v2"), "metadata: {name: web}\nspec:\n  selector: {m",
				"metadata: {name: web-v2}\nspec:\n  selector: {m", 1), "---\n")[1]), release.Adoption{Version: "v1"},
			[]string{
				"more.yaml:7: Deployment default/web-v2: must be of version v1, not v2: web.yaml:1: Service default/web selects its pods, and they would lose their requests"}},
		"odd version": {nil, release.Adoption{Version: "no version"},
			[]string{`the version must be the value of a label, not "no version"`}},
		"version of nobody": {nil, release.Adoption{Version: "v9"},
			[]string{"requests must enter by a route at a gateway to a Service with pods of version v9"}},
		"missing Service": {nil, release.Adoption{Services: []lanes.ServiceRef{{Name: "web"},
			{Name: "db", Namespace: "data"}}}, []string{"Service data/db must be there: it is to be in the lane"}},
		"entry not named": {nil, release.Adoption{Services: []lanes.ServiceRef{{Name: "api"}}},
			[]string{"requests must enter by a route at a gateway to a Service with pods of version v1"}},
		"idle Service": {add("apiVersion: v1\nkind: Service\nmetadata: {name: idle}\nspec:\n  ports: [{port: 80}]\n" +
			"  selector: {app: idle}\n"), release.Adoption{Services: []lanes.ServiceRef{{Name: "web"}, {Name: "idle"}}},
			[]string{
				"more.yaml:6: Service default/idle: must select the pods of a Deployment of version v1: it selects none"}},
		"Service of a version": {func(d files) {
			replace("web.yaml", "selector: {app: web}", "selector: {app: web, version: v1}")(d)
			replace("routes.yaml", "{host: web}", "{host: web, subset: blue}")(d)
		}, release.Adoption{}, []string{
			"web.yaml:6: Service default/web: must select the pods of all versions: its selector has version=v1",
			`routes.yaml:9: VirtualService default/shop: must have no subset, or that of lane v1: it has "blue"`,
		}},
		"StatefulSet": {add("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web}\nspec:\n" +
			"  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: app, image: app:1}]}\n"),
			release.Adoption{},
			[]string{
				"more.yaml:1: StatefulSet default/web: must be a Deployment: web.yaml:1: Service default/web selects its pods, and only Deployments are led to a lane"}},
		"shared already": {replace("routes.yaml", "{host: web}",
			"{host: web}\n      weight: 50\n    - destination: {host: api}\n      weight: 50"), release.Adoption{},
			[]string{
				"routes.yaml:8: VirtualService default/shop: must have one destination, to lead it to lane v1: there are 2"}},
		"odd weight": {replace("routes.yaml", "{host: web}", "{host: web}\n      weight: 50"),
			release.Adoption{},
			[]string{"routes.yaml:10: VirtualService default/shop: must be 100 or left out, not 50"}},
		"two routes": {replace("routes.yaml", "  - route",
			"  - match: [{uri: {prefix: /api}}]\n    route:\n    - destination: {host: api}\n  - route"),
			release.Adoption{},
			[]string{
				"routes.yaml:11: VirtualService default/shop: must be the only route of its VirtualService to Services of the lane, since a plan names one: line 8 has another; put it into another VirtualService"}},
		"two gateways": {replace("routes.yaml", "gateway]", "gateway, other]"), release.Adoption{},
			[]string{
				`routes.yaml:5: VirtualService default/shop: must be at one gateway, as all routes to the Services of the lane: a lane group has one; found ["default/other" "istio-system/gateway"] and ""`}},
		"route of two names": {replace("routes.yaml", "  - route",
			"  - name: a\n    match: [{uri: {prefix: /x}}]\n    directResponse: {status: 404}\n  - name: a\n    route"),
			release.Adoption{},
			[]string{`routes.yaml:11: VirtualService default/shop: must have a unique name: another has "a" too`}},
		"another route": {nil, release.Adoption{Routes: []release.EntryRoute{{Name: "other"}}}, []string{
			"routes.yaml:8: VirtualService default/shop: must be among the routes: it leads to a Service of the lane, and would reach all versions",
			"VirtualService default/other must be a route at a gateway to a Service of the lane",
		}},
		"another name": {nil, release.Adoption{Routes: []release.EntryRoute{{Name: "shop", Route: "main"}}},
			[]string{`routes.yaml:8: VirtualService default/shop: must have the name that the adoption gives it: "main"`}},
		"scaled": {func(d files) {
			replace("web.yaml", "{app: web, version: v1}}\n  template", "{app: web}}\n  template")(d)
			add("apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec:\n" +
				"  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n  maxReplicas: 3\n---\n" +
				"apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: old}\nspec:\n" +
				"  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n  maxReplicas: 3\n")(d)
		}, release.Adoption{}, []string{
			"web.yaml:12: Deployment default/web: must name the version, or have no autoscaler: another Deployment must replace it, and more.yaml:1: HorizontalPodAutoscaler default/web scales this one",
			"more.yaml:8: HorizontalPodAutoscaler old scales this one",
		}},
		"volume claim": {func(d files) {
			replace("web.yaml", "{app: web, version: v1}}\n  template", "{app: web}}\n  template")(d)
			replace("web.yaml", "image: app:1}]",
				"image: app:1}], volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]")(d)
		}, release.Adoption{}, []string{
			"web.yaml:12: Deployment default/web: must name the version, or have no volume claim"}},
		"no name for another": {func(d files) {
			replace("web.yaml", "{name: web}\nspec:\n  selector: {matchLabels: {app: web, version: v1}}",
				"{name: web-v1}\nspec:\n  selector: {matchLabels: {app: web}}")(d)
		}, release.Adoption{}, []string{
			"web.yaml:12: Deployment default/web-v1: must name the version: it would select the pods of the next version too, and web.yaml:8: Deployment default/web-v1, the name of its replacement, is taken"}},
		"odd names": {nil, release.Adoption{Group: "A group", Lane: "v1.0"},
			[]string{"ASMSwimLaneGroup A group", "ASMSwimLane v1.0"}},
		"group without the Service": {add(group), release.Adoption{},
			[]string{"more.yaml:6: ASMSwimLaneGroup shop: must list the Service default/api"}},
		"group of another gateway": {add(strings.Replace(group, "name: gateway", "name: other", 1)), release.Adoption{},
			[]string{
				`more.yaml:5: ASMSwimLaneGroup shop: must name the gateway of the routes, istio-system/gateway, not "istio-system/other"`}},
		"group without a gateway": {add(strings.Replace(group,
			"  ingress: {gateway: {name: gateway, namespace: istio-system}}\n", "", 1)), release.Adoption{},
			[]string{`not ""`}},
		"Service of another group": {add(group), release.Adoption{Group: "new"},
			[]string{
				"more.yaml:6: ASMSwimLaneGroup shop: must not list the Service default/web: it is to be in the lane group new"}},
		"lane of others": {add("apiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLane\n" +
			"metadata: {name: v1, labels: {swimlane-group: other}}\nspec:\n  labelSelector: {version: v1}\n"),
			release.Adoption{},
			[]string{
				"more.yaml:4: ASMSwimLane v1: must be of the lane group shop and select version v1: lanes are cluster-scoped, so name another lane"}},
		"anchors": {replace("routes.yaml", "{host: web}", "&it {host: web}"), release.Adoption{},
			[]string{"lead all requests to lane v1: edit: VirtualService default/shop at routes.yaml:9"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := files{"web.yaml": plainService("web", "v1"), "api.yaml": plainService("api", "v1"),
				"routes.yaml": plainRoutes}
			if test.spoil != nil {
				test.spoil(d)
			}
			_, err := test.adoption.Steps(handWritten(t, d))
			for _, want := range test.want {
				require.ErrorContains(t, err, want)
			}
			var at *release.AdoptionError
			if name != "anchors" && name != "odd names" {
				require.ErrorAs(t, err, &at)
			}
		})
	}
}

// An existing lane group, or lane, is used.
func TestAdoptionUsesWhatIsThere(t *testing.T) {
	t.Parallel()
	d := map[string]string{"web.yaml": strings.ReplaceAll(plainService("web", "v1"), "version: v1",
		"ASM_TRAFFIC_TAG: v1"), "routes.yaml": plainRoutes,
		"lanes.yaml": "apiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLaneGroup\nmetadata: {name: ours}\nspec:\n" +
			"  ingress: {gateway: {name: gateway, namespace: istio-system}}\n" +
			"  services: [{name: web, namespace: default}]\n"}
	steps, err := release.Adoption{Lane: "blue"}.Steps(handWritten(t, d))
	require.NoError(t, err)
	require.Len(t, steps, 2)
	lane, found := steps[0].Edit.After.Get(release.LaneRef("blue"))
	require.True(t, found)
	require.Equal(t, "ours", lane.Lane().GroupName())
	require.Equal(t, map[string]string{lanes.LabelTrafficTag: "v1"}, lane.Lane().Spec.LabelSelector)
	require.Equal(t, "lanes.yaml", lane.File)
	rest, err := release.Adoption{Lane: "blue"}.Steps(steps[0].Edit.After)
	require.NoError(t, err)
	require.Len(t, rest, 1)
	require.Equal(t, steps[1].Edit.Files, rest[0].Edit.Files)
}

// Every VirtualService at the gateway that leads to the app is led to the lane, whatever its
// matches. Those of sidecars, and those that lead elsewhere, stay.
func TestAdoptionOfSeveralRoutes(t *testing.T) {
	t.Parallel()
	api := strings.NewReplacer("name: shop", "name: api", "'*'", "api.example.com", "host: web",
		"host: api.default.svc.cluster.local", "  - route",
		"  - match: [{uri: {prefix: /a}}, {headers: {b: {exact: c}}}]\n    route").Replace(plainRoutes)
	other := strings.NewReplacer("name: shop", "name: other", "'*'", "other.example.com", "host: web",
		"host: other").Replace(plainRoutes)
	inside := strings.NewReplacer("name: shop", "name: inside", "  gateways: [istio-system/gateway]\n", "", "'*'",
		"web").Replace(plainRoutes)
	d := map[string]string{"web.yaml": plainService("web", "v1"), "api.yaml": plainService("api", "v1"),
		"routes.yaml": plainRoutes + "---\n" + api + "---\n" + other + "---\n" + inside}
	for _, adoption := range []release.Adoption{{},
		{Routes: []release.EntryRoute{{Name: "api"}, {Name: "shop", Namespace: "default"}}}} {
		steps, err := adoption.Steps(handWritten(t, d))
		require.NoError(t, err)
		require.Len(t, steps, 2)
		var got []string
		for _, o := range steps[1].Edit.After.Kind("VirtualService") {
			to := o.VirtualService().Http[0].Route[0]
			got = append(got, fmt.Sprintf("%s %s %d", o.Ref.Name, to.Destination.Subset, to.Weight))
		}
		require.Equal(t, []string{"shop v1 100", "api v1 100", "other  0", "inside  0"}, got)
	}
}

// If kustomize lists the files, new objects go into one of them.
func TestAdoptionBesideAKustomization(t *testing.T) {
	t.Parallel()
	d := map[string]string{"web.yaml": plainService("web", "v1"), "routes.yaml": plainRoutes,
		"kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n" +
			"resources: [web.yaml, routes.yaml]\n"}
	steps, err := release.Adoption{}.Steps(handWritten(t, d))
	require.NoError(t, err)
	lane, found := steps[0].Edit.After.Get(release.LaneRef("v1"))
	require.True(t, found)
	require.Equal(t, "routes.yaml", lane.File)
}

func TestAdoptionErrorOfNothing(t *testing.T) {
	t.Parallel()
	require.Equal(t, "must be there", (&release.AdoptionError{Detail: "must be there"}).Error())
	require.Equal(t, "VirtualService default/shop: must be there",
		(&release.AdoptionError{Object: manifest.Ref{Kind: "VirtualService", Namespace: "default", Name: "shop"},
			Detail: "must be there"}).Error())
}
