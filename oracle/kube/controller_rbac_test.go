package kube_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	authorizationv1 "k8s.io/api/authorization/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/examples/controller/trial"
	kube "github.com/swimlane-go/swimlane/oracle/kube/cluster"
	"github.com/swimlane-go/swimlane/rollout"
)

const serviceAccount = "system:serviceaccount:swimlane:swimlane"

// permissions are the permissions in examples/controller/deploy/rbac.yaml.
type permissions struct {
	cluster *rbacv1.ClusterRole
	own     *rbacv1.Role
}

// applyPermissions applies the manifests unchanged.
func applyPermissions(t *testing.T, c cluster) permissions {
	t.Helper()
	text, err := os.ReadFile("../../examples/controller/deploy/rbac.yaml")
	require.NoError(t, err)
	p := permissions{&rbacv1.ClusterRole{}, &rbacv1.Role{}}
	for _, doc := range kube.Documents(t, text) {
		o, err := c.Apply(t.Context(), "", doc)
		require.NoError(t, err)
		switch o.GetKind() {
		case "ClusterRole":
			require.NoError(t, yaml.UnmarshalStrict(doc, p.cluster))
		case "Role":
			require.NoError(t, yaml.UnmarshalStrict(doc, p.own))
		}
	}
	require.NotEmpty(t, p.cluster.Rules)
	require.NotEmpty(t, p.own.Rules)
	return p
}

// rules returns pointers to all rules: a test can remove verbs.
func (p permissions) rules() []*rbacv1.PolicyRule {
	var out []*rbacv1.PolicyRule
	for i := range p.cluster.Rules {
		out = append(out, &p.cluster.Rules[i])
	}
	for i := range p.own.Rules {
		out = append(out, &p.own.Rules[i])
	}
	return out
}

// put writes the roles, and returns once the server applies them.
func (p permissions) put(t *testing.T, direct client.Client, rule rbacv1.PolicyRule, verb string, allowed bool) {
	t.Helper()
	cluster, own := p.cluster.DeepCopy(), p.own.DeepCopy()
	for _, rules := range []*[]rbacv1.PolicyRule{&cluster.Rules, &own.Rules} {
		*rules = slices.DeleteFunc(*rules, func(r rbacv1.PolicyRule) bool { return len(r.Verbs) == 0 })
	}
	require.NoError(t, direct.Update(t.Context(), cluster))
	require.NoError(t, direct.Update(t.Context(), own))
	asks := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: serviceAccount, Groups: []string{"system:serviceaccounts", "system:authenticated"},
		ResourceAttributes: &authorizationv1.ResourceAttributes{
			Namespace: p.own.Namespace, Verb: verb, Group: rule.APIGroups[0], Resource: rule.Resources[0],
		},
	}}
	if len(rule.ResourceNames) > 0 {
		asks.Spec.ResourceAttributes.Name = rule.ResourceNames[0]
	}
	for deadline := time.Now().Add(time.Minute); ; {
		answer := asks.DeepCopy()
		require.NoError(t, direct.Create(t.Context(), answer))
		if answer.Status.Allowed == allowed {
			return
		}
		require.Less(t, time.Now(), deadline, "the server does not hear of it")
	}
}

// testPermissions releases with exactly the permissions of the manifests. It then removes each verb
// of each rule in turn: the controller asks for it, and the server refuses.
func testPermissions(t *testing.T, c cluster) {
	p := applyPermissions(t, c)
	direct := c.admin(t)
	n := 0
	use := func(t *testing.T) (calls *calls, whole bool) {
		n++
		return usePermissions(t, c, direct, fmt.Sprintf("rbac-%d", n))
	}
	first := p.cluster.Rules[0]
	p.put(t, direct, first, first.Verbs[0], true)
	all, whole := use(t)
	require.Empty(t, all.Denied(), "the manifests lack it")
	require.True(t, whole)
	t.Log(all)
	var table []string
	for _, rule := range p.rules() {
		require.Len(t, rule.Resources, 1)
		require.Len(t, rule.APIGroups, 1)
		for _, verb := range slices.Clone(rule.Verbs) {
			call := callOfRule(*rule, verb)
			t.Run("without "+call, func(t *testing.T) {
				had := slices.Clone(rule.Verbs)
				defer func() { rule.Verbs = had }()
				rule.Verbs = slices.DeleteFunc(slices.Clone(had), func(v string) bool { return v == verb })
				p.put(t, direct, *rule, verb, false)
				denied, whole := use(t)
				rule.Verbs = had
				p.put(t, direct, *rule, verb, true)
				require.Equal(t, []string{call}, denied.Denied(), "what nothing asks for is to be taken out")
				require.False(t, whole)
				table = append(table, call)
			})
		}
	}
	t.Logf("%d verbs are needed, none is too many:\n%s", len(table), strings.Join(table, "\n"))
}

// callOfRule returns the call that a verb of a rule allows; each rule has one resource.
func callOfRule(rule rbacv1.PolicyRule, verb string) string {
	return strings.TrimSuffix(verb+" "+rule.Resources[0]+"."+rule.APIGroups[0], ".")
}

// usePermissions runs the controller with its service account, against a server that does not
// stream lists. In each form a release is edited by hand, restored, and ends; then the controller
// releases its lease. It returns early if the server forbids a call.
func usePermissions(t *testing.T, c cluster, direct client.WithWatch, name string) (seen *calls, whole bool) {
	t.Helper()
	var all []*controlled
	plan := trial.Short()
	plan.Stages[1].Gate = nil // a person must promote
	for _, form := range []trial.Form{trial.Routes, trial.Lanes, trial.Subsets} {
		all = append(all, newControlled(t, direct, form, name+"-"+string(form), plan))
	}
	lease := &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Namespace: "swimlane", Name: controllerName}}
	require.NoError(t, client.IgnoreNotFound(direct.Delete(t.Context(), lease)))
	config := c.asJSON()
	config.Impersonate = rest.ImpersonationConfig{UserName: serviceAccount}
	seen, config = counted(config)
	going, denied := context.WithCancel(t.Context())
	defer denied()
	seen.onDeny, seen.old = denied, true
	run := runController(t, config, trial.Counted(0), ctrl.Options{
		LeaderElection: true, LeaderElectionNamespace: lease.Namespace,
	}, all...)
	for _, r := range all {
		r.until(going, "started", func() bool { return r.live().State.Stage > 0 })
		if going.Err() == nil {
			r.spoil()
		}
		r.until(going, "restored", func() bool {
			behind, drift := r.live().Behind()
			return len(behind)+len(drift) == 0 && strings.HasSuffix(r.plan().Annotations[status.AnnotationWritten],
				"/1")
		})
		r.ask(rollout.Promote)
	}
	for _, r := range all {
		r.until(going, "over", r.over)
	}
	run.stop()
	return seen, going.Err() == nil
}

// spoil edits the weights of a holder by hand.
func (r *controlled) spoil() {
	for {
		l := r.live()
		h := l.Holders[len(l.Holders)-1]
		changed, err := l.With(l.At(rollout.RolledBack, 0, trial.Begins()))
		require.NoError(r.t, err)
		for _, o := range changed {
			if o.GetName() != h.Ref.Name {
				continue
			}
			o.SetAnnotations(h.Object.Meta().GetAnnotations())
			if r.direct.Update(r.t.Context(), o.(client.Object)) == nil {
				return
			}
		}
	}
}

// ask asks for an event as a person does.
func (r *controlled) ask(kind rollout.EventKind) {
	e := rollout.Event{Kind: kind, Revision: r.live().State.Revision, At: trial.Begins(), By: "anna"}
	text, err := json.Marshal(e)
	require.NoError(r.t, err)
	r.say(status.AnnotationAsk, string(text))
}
