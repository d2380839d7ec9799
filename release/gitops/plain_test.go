package gitops_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release/gitops"
)

// A prepare on plain Istio is refused before anything is written, if a copy would not be what
// the lane needs.
func TestPlainTreesAreRefused(t *testing.T) {
	t.Parallel()
	workload := func(api, kind, more string) string {
		return "---\napiVersion: " + api + "\nkind: " + kind +
			"\nmetadata: {name: store, namespace: books}\nspec:\n" +
			"  selector: {matchLabels: {app: reviews, version: v2}}\n" + more +
			"  template:\n    metadata: {labels: {app: reviews, version: v2}}\n" +
			"    spec: {containers: [{name: store, image: books/store}]}\n"
	}
	for name, test := range map[string]struct {
		layout string
		spoil  func(d directory)
		want   string
	}{
		"StatefulSet with volumes": {"plain entry alone", func(d directory) {
			d["reviews.yaml"] += workload("apps/v1", "StatefulSet",
				"  serviceName: reviews\n"+
					"  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]\n")
		},
			"reviews.yaml:61: StatefulSet books/store: spec.volumeClaimTemplates must not claim volumes: those of a copy would be empty; or write the candidate's StatefulSet by hand and ask again"},
		"StatefulSet of a Service for its version": {"plain entry alone", func(d directory) {
			d["reviews.yaml"] += workload("apps/v1", "StatefulSet", "  serviceName: store\n") +
				"---\napiVersion: v1\nkind: Service\nmetadata: {name: store, namespace: books}\n" +
				"spec: {clusterIP: None, selector: {app: reviews, version: v2}}\n"
		},
			"reviews.yaml:60: StatefulSet books/store: spec.serviceName must name a Service of all versions: Service books/store does not select version v3; or write"},
		"DaemonSet with a port of the node": {"plain entry alone", func(d directory) {
			d["reviews.yaml"] += strings.Replace(workload("apps/v1", "DaemonSet", ""), "image: books/store",
				"image: books/store, ports: [{containerPort: 80, hostPort: 8080}]", 1)
		},
			"reviews.yaml:62: DaemonSet books/store: spec.template.spec.containers[0].ports[0].hostPort must not be set: the pods of both versions would take port 8080 of a node; or write the candidate's DaemonSet by hand"},
		"a volume of one node": {"plain entry alone", func(d directory) {
			d["reviews.yaml"] += strings.Replace(workload("apps/v1", "Deployment", ""), "image: books/store}]",
				"image: books/store}], volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]", 1) +
				"---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: books}\n" +
				"spec: {accessModes: [ReadWriteOnce]}\n"
		},
			"reviews.yaml:62: Deployment books/store: spec.template.spec.volumes[0]: volume claim data must be ReadWriteMany or ReadOnlyMany, for pods of both versions to mount it: it is ReadWriteOnce; or write"},
		"another kind": {"plain entry alone", func(d directory) {
			d["reviews.yaml"] += workload("apps.kruise.io/v1alpha1", "CloneSet", "")
		},
			"CloneSet books/store: must be a Deployment, StatefulSet or DaemonSet to be copied for version v3: it is a CloneSet; or write"},
		"Rollout": {"plain entry alone", func(d directory) {
			d["reviews.yaml"] += "---\napiVersion: argoproj.io/v1alpha1\nkind: Rollout\n" +
				"metadata: {name: reviews, namespace: books}\n" +
				"spec: {workloadRef: {apiVersion: apps/v1, kind: Deployment, name: reviews-v2}}\n"
		},
			"Rollout books/reviews: must be a Deployment, StatefulSet or DaemonSet to be copied for version v3: the controller of a Rollout moves pods and weights by itself; or write the candidate's Rollout by hand"},
		"no Deployment": {"plain entry alone", func(d directory) {
			d.replace(t, "release.yaml", "    from: v2", "    from: v9")
		}, "candidate v3: there must be Deployments, StatefulSets or DaemonSets of version v9 to derive it from"},
		"no subset of the version": {"plain entry alone", func(d directory) {
			d.replace(t, "reviews.yaml", "{labels: {version: v2}, name: 'v2'", "{labels: {version: v1}, name: 'v2'")
		}, "candidate v3: there must be a subset that is a lane of the plan and selects version v2"},
		"a subset of another version": {"plain", func(d directory) {
			d.replace(t, "mesh.yaml", "  - name: v2\n    labels:\n      version: v2\n",
				"  - name: v2\n    labels:\n      version: v1\n")
		},
			`mesh.yaml:12: DestinationRule default/mock.mocka: subset v2 must select version v2 in every DestinationRule: it selects "v1"`},
		"the candidate's subset, of another version": {"plain", func(d directory) {
			d.replace(t, "mesh.yaml", "  - name: v2\n", "  - name: v3\n    labels:\n      version: v1\n  - name: v2\n")
		},
			`mesh.yaml:12: DestinationRule default/mock.mocka: subset v3 must select version v3, as the candidate's pods are: it selects "v1"`},
		"a route for several lanes": {"plain", func(d directory) {
			d.replace(t, "mesh.yaml", "    - sourceLabels:\n        version: v2\n",
				"    - sourceLabels:\n        version: v2\n    - headers:\n        x-try:\n          exact: \"1\"\n")
		},
			"mesh.yaml:64: VirtualService default/mock.mocka: must have a separate route for lane v2, to copy for v3: it is for several lanes"},
		"no subset at all": {"plain entry alone", func(d directory) {
			d.replace(t, "reviews.yaml", "  host: reviews\n", "  host: views\n")
		},
			"candidate v3: there must be a lane of version v2, or a subset of it in a DestinationRule for a service of the routes, to derive its lane from"},
	} {
		t.Run(name, func(t *testing.T) {
			d := maps.Clone(layouts(t)[test.layout])
			test.spoil(d)
			_, err := command(d.open(t), "Prepare")
			require.ErrorContains(t, err, test.want)
		})
	}
}

// Existing parts of the candidate are used, workloads of other kinds too.
func TestPlainCandidateThatIsThere(t *testing.T) {
	t.Parallel()
	d := maps.Clone(layouts(t)["plain entry alone"])
	set := func(version string) string {
		return "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: store-" + version +
			", namespace: books}\nspec:\n  serviceName: reviews\n  selector: {matchLabels: {app: reviews, version: " +
			version + "}}\n" +
			"  template:\n    metadata: {labels: {app: reviews, version: " + version +
			"}}\n    spec: {containers: [{name: store, image: books/store}]}\n"
	}
	d["reviews.yaml"] += set("v2") + set("v3")
	d.replace(t, "reviews.yaml", "  - {labels: {version: v1}, name: 'v1'} # stars\n",
		"  - {labels: {version: v1}, name: 'v1'} # stars\n  - {labels: {version: v3}, name: v3}\n")
	o, err := command(d.open(t), "Prepare")
	require.NoError(t, err)
	require.False(t, o.Again)
	for _, diff := range o.Differences {
		require.NotEqual(t, "DestinationRule", diff.Object.Kind, "%s", diff)
	}
	d.write(o, len(o.Files))
	require.Len(t, d.set(t).Kind("Deployment"), 3)
}

// People write by hand what is not safe to copy, and prepare uses that. It notes a claim that
// nobody knows. A clean-up takes everything out of the lane, of any kind.
func TestWorkloadsByHand(t *testing.T) {
	t.Parallel()
	d := maps.Clone(layouts(t)["plain entry alone"])
	set := func(version string) string {
		return "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: store-" + version +
			"-0, namespace: books}\nspec:\n  serviceName: reviews\n  selector: {matchLabels: {app: reviews, version: " +
			version + "}}\n" +
			"  template:\n    metadata: {labels: {app: reviews, version: " + version +
			"}}\n    spec: {containers: [{name: store, image: books/store}], volumes: [{name: all, persistentVolumeClaim: {claimName: all}}]}\n" +
			"  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]\n" +
			"---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: store-" + version +
			", namespace: books}\n" +
			"spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: store-" + version +
			"-0}}\n"
	}
	d["reviews.yaml"] += set("v2")
	d["hand.yaml"] = strings.TrimPrefix(strings.Split(set("v3"), "---\napiVersion: auto")[0], "---\n")
	d["rollout.yaml"] = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\n" +
		"metadata: {name: reviews-v3, namespace: books}\n" +
		"spec: {selector: {matchLabels: {app: reviews, version: v3}}, template: {metadata: {labels: {app: reviews, version: v3}}, spec: {containers: [{name: r, image: books/r}]}}}\n" +
		"---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n" +
		"metadata: {name: reviews-v3, namespace: books}\n" +
		"spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: reviews-v3}}\n"
	o, err := command(d.open(t), "Prepare")
	require.NoError(t, err)
	require.Contains(t, o.Notes,
		"hand.yaml:9: StatefulSet books/store-v3-0: volume claim all is of pods of other versions too: unless it is ReadWriteMany or ReadOnlyMany, pods on other nodes wait for it")
	d.write(o, len(o.Files))
	require.Len(t, d.set(t).Kind("StatefulSet"), 2)
	scaler, there := d.set(t).Get(manifest.Ref{Group: "autoscaling", Kind: "HorizontalPodAutoscaler",
		Namespace: "books", Name: "store-v3"})
	require.True(t, there)
	require.Equal(t, "store-v3-0", scaler.Autoscaler().Spec.ScaleTargetRef.Name)
	d.do(t, "RollBack", "CleanUp")
	require.Empty(t, d["hand.yaml"])
	require.Empty(t, d["rollout.yaml"], "an autoscaler goes with what it scales")
	require.Len(t, d.set(t).Kind("StatefulSet"), 1)
	require.Len(t, d.set(t).Kind("HorizontalPodAutoscaler"), 1)
}

// Until the routes between services exist, status says what comes next, and nothing counts as
// half-written. A start adds them first.
func TestPlainPrepareHasTwoCommits(t *testing.T) {
	t.Parallel()
	d := maps.Clone(layouts(t)["plain"])
	o, err := command(d.open(t), "Prepare")
	require.NoError(t, err)
	require.True(t, o.Again)
	require.Contains(t, strings.Join(o.Notes, "\n"),
		"prepare again to add the routes that keep the calls of v3 in its lane")
	d.write(o, len(o.Files))
	report := d.open(t).Report()
	require.Empty(t, report.Problems)
	require.Equal(t, "prepare", report.Next[0].Command)

	early, err := command(d.open(t), "Start")
	require.NoError(t, err)
	require.True(t, early.Completes, "the routes come first")
	again, err := command(d.open(t), "Prepare")
	require.NoError(t, err)
	require.False(t, again.Completes)
	require.False(t, again.Again)
	require.Equal(t, early.Files, again.Files)
	d.write(again, len(again.Files))
	require.Equal(t, "start", d.open(t).Report().Next[0].Command)
	nothing, err := command(d.open(t), "Prepare")
	require.NoError(t, err)
	require.True(t, nothing.Nothing())
}

// Routes over TCP and TLS are not moved, and a note says so.
func TestOtherProtocolsAreSaid(t *testing.T) {
	t.Parallel()
	d := maps.Clone(layouts(t)["plain entry alone"])
	d["reviews.yaml"] += "  tcp: [{match: [{port: 9090}], route: [{destination: {host: reviews, port: {number: 9080}}}]}]\n  tls: [{match: [{port: 9443, sniHosts: [reviews]}], route: [{destination: {host: reviews, port: {number: 9080}}}]}]\n"
	o, err := command(d.open(t), "Prepare")
	require.NoError(t, err)
	require.Subset(t, o.Notes, []string{
		"reviews.yaml:54: VirtualService books/reviews: its tcp routes stay as they are: a release moves HTTP routes alone",
		"reviews.yaml:55: VirtualService books/reviews: its tls routes stay as they are: a release moves HTTP routes alone",
	})
}

// Init finds the entry of a plain tree, and the services.
func TestInitOfPlainTrees(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"plain":             {"default/mocka", "default/mockb", "default/mockc"},
		"permissive plain":  {"default/mocka", "default/mockb", "default/mockc"},
		"plain in one file": {"default/mocka", "default/mockb", "default/mockc"},
		"plain entry alone": {"books/reviews"},
	} {
		t.Run(name, func(t *testing.T) {
			d := maps.Clone(layouts(t)[name])
			planned := d.open(t).Config
			delete(d, "release.yaml")
			o, err := gitops.Init(d.set(t), "v3")
			require.NoError(t, err)
			d.write(o, len(o.Files))
			d["release.yaml"] = strings.ReplaceAll(d["release.yaml"], "FILL-IN", "2")
			found := d.open(t).Config
			require.Equal(t, planned.Routes, found.Routes)
			require.Equal(t, planned.Plan.Before, found.Plan.Before)
			require.Equal(t, planned.Candidate.From, found.Candidate.From)
			var services []string
			for _, s := range found.Services {
				services = append(services, s.Namespace+"/"+s.Name)
			}
			require.Equal(t, want, services)
			d.do(t, "Prepare", "Start")
		})
	}
}

func TestInitOfPlainTreesIsRefused(t *testing.T) {
	t.Parallel()
	d := maps.Clone(layouts(t)["plain entry alone"])
	delete(d, "release.yaml")
	other := strings.NewReplacer("weight: 50}\n", "weight: 40}\n", "weight: 50} #", "weight: 60} #", "reviews",
		"ratings").Replace(d["reviews.yaml"])
	d["ratings.yaml"] = other
	_, err := gitops.Init(d.set(t), "v3")
	require.ErrorContains(t, err, "weights must be the same in all routes")
	d.replace(t, "ratings.yaml", "  - {labels: {version: v2}, name: 'v2'", "  - {labels: {version: v2}, name: 'v7'")
	d.replace(t, "reviews.yaml", "subset: v2}, weight", "subset: v9}, weight")
	d.replace(t, "ratings.yaml", "subset: v2}, weight", "subset: v9}, weight")
	_, err = gitops.Init(d.set(t), "v3")
	require.ErrorContains(t, err,
		"there must be a lane group, or a route that leads to subsets of a DestinationRule by weights")
}

// The release has the services that a plan lists, and no others.
func TestPlainServicesOfAPlan(t *testing.T) {
	t.Parallel()
	d := maps.Clone(layouts(t)["plain"])
	d["release.yaml"] += "  services: |\n    - {name: mocka}\n    - {name: mockc}\n"
	d.do(t, "Prepare")
	var names []string
	for _, o := range d.set(t).Kind("Deployment") {
		if strings.HasSuffix(o.Ref.Name, "-v3") {
			names = append(names, o.Ref.Name)
		}
	}
	slices.Sort(names)
	require.Equal(t, []string{"mocka-v3", "mockc-v3"}, names)
	require.Equal(t, 2, strings.Count(d["mesh.yaml"], "  - name: v3\n    labels"))
	require.Equal(t, 2, strings.Count(d["mesh.yaml"], "  - name: v3\n    match"))
}
