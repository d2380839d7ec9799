package cluster_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/swimlane-go/swimlane/examples/controller/cluster"
	"github.com/swimlane-go/swimlane/lanes"
)

// In a cluster without Istio and ASM only the existing kinds are watched. A cluster that does not
// answer is an error.
func TestWatch(t *testing.T) {
	discovery := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var answer any = metav1.APIGroupList{TypeMeta: metav1.TypeMeta{Kind: "APIGroupList", APIVersion: "v1"}}
		switch r.URL.Path {
		case "/apis":
		default:
			w.WriteHeader(http.StatusNotFound)
			return
		case "/api":
			answer = metav1.APIVersions{TypeMeta: metav1.TypeMeta{Kind: "APIVersions", APIVersion: "v1"}}
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer)
	})
	broken := http.HandlerFunc(func(w http.ResponseWriter,
		_ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
	})
	for name, c := range map[string]struct {
		handler http.Handler
		wrong   bool
	}{
		"bare":   {discovery, false},
		"broken": {broken, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(c.handler)
			defer s.Close()
			m, err := cluster.NewManager(&rest.Config{Host: s.URL}, "swimlane",
				ctrl.Options{Metrics: server.Options{BindAddress: "0"}})
			require.NoError(t, err)
			for _, o := range []client.Object{&appsv1.Deployment{}, &lanes.ASMSwimLane{}} {
				_, err := m.GetClient().GroupVersionKindFor(o)
				require.NoError(t, err)
			}
			r := reconcile.Func(func(context.Context, reconcile.Request) (reconcile.Result,
				error) {
				return reconcile.Result{}, nil
			})
			none := func(context.Context, client.Object) []reconcile.Request { return nil }
			err = cluster.Watch(m, r, none, controller.Options{SkipNameValidation: new(true)})
			require.Equal(t, c.wrong, err != nil, "%v", err)
		})
	}
}
