package reconciler_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/swimlane-go/swimlane/examples/controller/reconciler"
	"github.com/swimlane-go/swimlane/examples/controller/source"
	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/examples/controller/trial"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
)

// git is a checked-out directory, with a bot that makes the proposed moves, and a deployer.
type git struct {
	*world
	dir     string
	commits []string
}

func newGit(w *world) *git {
	g := &git{world: w, dir: w.t.TempDir()}
	var values []runtime.Object
	for _, o := range objectsOf(w.t, w.app, trial.Short()) {
		values = append(values, o)
	}
	text, err := manifest.Encode(values...)
	require.NoError(w.t, err)
	require.NoError(w.t, manifest.WriteFiles(g.dir, []manifest.File{{Name: "shop.yaml", Data: text}}, nil))
	return g
}

// commit changes the directory.
func (g *git) commit(change func(t gitops.Tree) (gitops.Commit, error)) {
	c, err := gitops.Update(g.dir, change)
	require.NoError(g.t, err)
	if len(c.Files) > 0 {
		g.commits = append(g.commits, c.Subject)
	}
}

// bot makes the proposed move, if there is one, as gitops does with a decision.
func (g *git) bot() {
	var d rollout.Decision
	require.NoError(g.t, json.Unmarshal([]byte(g.told(status.AnnotationProposal)), &d))
	var evidence rollout.Evidence
	require.NoError(g.t, json.Unmarshal([]byte(g.told(status.AnnotationEvidence)), &evidence))
	g.commit(func(t gitops.Tree) (gitops.Commit, error) {
		if t.State.Revision != d.Revision {
			return gitops.Commit{}, nil // it is about an older deployment
		}
		e, moves := d.Event(rollout.Facts{State: t.State, Evidence: evidence, Now: g.clock.Now()}, "bot")
		if !moves {
			return gitops.Commit{}, nil
		}
		return t.Apply(e)
	})
}

// deploy writes the routes of the directory into the cluster, as Argo CD does.
func (g *git) deploy(tracked bool) {
	files, _, err := manifest.ReadDir(g.dir)
	require.NoError(g.t, err)
	set, err := manifest.Decode(files...)
	require.NoError(g.t, err)
	for _, o := range set.Kind("VirtualService") {
		vs := g.route(o.Ref.Name)
		wanted := o.Value.(*networkingv1.VirtualService)
		wanted.Spec.DeepCopyInto(&vs.Spec)
		vs.Annotations = wanted.DeepCopy().Annotations
		if tracked {
			if vs.Annotations == nil {
				vs.Annotations = map[string]string{}
			}
			vs.Annotations["argocd.argoproj.io/tracking-id"] = "shop:" + o.Ref.Name
		}
		require.NoError(g.t, g.plain.Update(g.t.Context(), vs, client.FieldOwner("argocd-controller")))
	}
}

// Whole releases by proposals through a Git directory. A bot makes each proposed move with gitops'
// library, and Argo CD deploys it. The controller writes only annotations of the plan.
func TestReleasesThroughGit(t *testing.T) {
	moved := []string{
		"mock: prepare v3",
		"mock: stage 1 of 2, increase-v3-share: v1=40 v2=30 v3=30",
		"mock: stage 2 of 2, shift-majority-to-v3: v1=10 v2=10 v3=80",
		"mock: finished: v1=10 v2=10 v3=80",
	}
	for name, c := range map[string]struct {
		propose, tracked bool
		numbers          source.Source
		commits          []string
	}{
		"by a flag":   {true, false, trial.Counted(0), moved},
		"by Argo CD":  {false, true, trial.Counted(0), moved},
		"bad numbers": {true, true, trial.Counted(400), append(moved[:2:2], "mock: rolled back: v1=50 v2=50 v3=0")},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, trial.Short())
			w.source, w.set = c.numbers, func(r *reconciler.Reconciler) { r.Propose = c.propose }
			w.start()
			g := newGit(w)
			g.commit(func(t gitops.Tree) (gitops.Commit, error) { return t.Prepare(w.clock.Now()) })
			for range 100 {
				g.deploy(c.tracked)
				require.NoError(t, w.reconcile())
				require.Equal(t, status.GitOwns, w.condition())
				w.clock.SetTime(w.clock.Now().Add(time.Second))
				if w.live().State.Closed() {
					break
				}
				g.bot()
			}
			require.Equal(t, c.commits, g.commits)
			require.True(t, w.live().State.Closed())
			require.Zero(t, w.writes)
			for _, name := range []string{"first", "second"} {
				for _, m := range w.route(name).ManagedFields {
					require.NotEqual(t, "swimlane", m.Manager)
				}
			}
			t.Logf("%d commits, %d calls, %d writes of weights by the controller", len(g.commits), w.calls, w.writes)
		})
	}
}
