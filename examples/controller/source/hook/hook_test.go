package hook_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/controller/source"
	"github.com/swimlane-go/swimlane/examples/controller/source/hook"
	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

func ask(t *testing.T, code int, timeout time.Duration) ([]rollout.Observation, hook.Body, error) {
	t.Helper()
	var body hook.Body
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewDecoder(r.Body).Decode(&body)
		_, _ = io.Copy(io.Discard, r.Body) // without it the server does not notice that the caller has gone
		if code == 0 {
			<-r.Context().Done()
			return
		}
		w.WriteHeader(code)
	}))
	plan := mock.Plan()
	state, err := plan.Prepare(time.Unix(1, 0))
	require.NoError(t, err)
	s := hook.Source{Client: &http.Client{Timeout: timeout}, URL: server.URL + "?secret=12"}
	out, err := s.Observe(t.Context(), source.Query{
		Config: release.Config{Name: "mock", Plan: plan}, Namespace: "shop", State: state,
		Metric: rollout.Metric{Name: "confirm", Kind: rollout.Value}, From: time.Unix(1, 0), To: time.Unix(61, 0),
	})
	server.Close() // waits for the handler
	return out, body, err
}

func TestHook(t *testing.T) {
	yes := 1.0
	out, body, err := ask(t, 200, time.Minute)
	require.NoError(t, err)
	require.Equal(t, []rollout.LaneCount{{Lane: "v3", Value: &yes}}, out[0].Lanes)
	require.Equal(t, time.Unix(61, 0), out[0].To)
	require.Equal(t, hook.Body{Name: "mock", Namespace: "shop", Metric: "confirm", PlanDigest: mock.Plan().Digest(),
		Revision: 1, Phase: rollout.Prepared}, body)

	out, _, err = ask(t, 403, time.Minute)
	require.NoError(t, err)
	require.Equal(t, "not confirmed: HTTP 403", out[0].NoData)

	out, _, err = ask(t, 500, time.Minute)
	require.NoError(t, err)
	require.Equal(t, "HTTP 500", out[0].Err)

	out, _, err = ask(t, 0, 50*time.Millisecond)
	require.NoError(t, err)
	require.Equal(t, "timeout", out[0].Err)

	_, _, err = ask(t, 404, time.Minute)
	require.ErrorIs(t, err, source.ErrUnknown)
}

func TestAHookThatIsNotThere(t *testing.T) {
	q := source.Query{Config: release.Config{Plan: mock.Plan()}, Metric: rollout.Metric{Name: "confirm"}}
	out, err := hook.Source{Client: &http.Client{}, URL: "http://127.0.0.1:1/?secret=12"}.Observe(t.Context(), q)
	require.NoError(t, err)
	require.NotEmpty(t, out[0].Err)
	require.NotContains(t, out[0].Err, "secret")
	_, err = hook.Source{Client: &http.Client{}, URL: "http://\x00secret"}.Observe(t.Context(), q)
	require.Error(t, err)
	require.NotContains(t, err.Error(), "secret")
}
