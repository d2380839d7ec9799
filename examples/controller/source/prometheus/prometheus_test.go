package prometheus_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/controller/source"
	"github.com/swimlane-go/swimlane/examples/controller/source/prometheus"
	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/rollout/counters"
)

var from = time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)

func query(m rollout.Metric) source.Query {
	plan := mock.Plan()
	plan.Metrics = []rollout.Metric{m}
	return source.Query{Config: release.Config{Name: "mock", Plan: plan}, Metric: m, From: from,
		To: from.Add(time.Minute)}
}

// series returns one sample as JSON.
func series(lane, code, value string) string {
	return fmt.Sprintf(
		`{"metric":{"__name__":"istio_requests_total","reporter":"source","pod":"gateway-1","destination_canonical_revision":%q,"destination_service_name":"mocka","response_code":%q,"odd":"a\"b\\c\nd"},"value":[%d,%q]}`,
		lane, code, from.Unix(), value)
}

func vector(all ...string) string {
	return `{"status":"success","data":{"resultType":"vector","result":[` + strings.Join(all, ",") + `]}}`
}

// store answers like a recorded Prometheus: by query and moment.
func store(t *testing.T, answer func(query string, at time.Time) (code int, body string)) prometheus.Source {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		var seconds float64
		_, _ = fmt.Sscan(r.Form.Get("time"), &seconds)
		code, body := answer(r.Form.Get("query"), time.Unix(int64(seconds), 0).UTC())
		if code == 0 {
			<-r.Context().Done() // until the caller gives up
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	c, err := api.NewClient(api.Config{Address: server.URL})
	require.NoError(t, err)
	return prometheus.Source{API: v1.NewAPI(c), Timeout: 10 * time.Second, Format: counters.IstioRequests()}
}

func TestCountsByLane(t *testing.T) {
	s := store(t, func(query string, at time.Time) (int, string) {
		require.Equal(t, `istio_requests_total{reporter="source"}`, query)
		if at.Equal(from) {
			return 200, vector(series("v1", "200", "100"), series("v3", "200", "10"))
		}
		return 200, vector(series("v1", "200", "1e+06"), series("v3", "200", "110"), series("v3", "503", "7"))
	})
	out, err := s.Observe(t.Context(), query(rollout.Metric{Name: "errors", Kind: rollout.Counts}))
	require.NoError(t, err)
	require.Equal(t, []rollout.Observation{{Metric: "errors", From: from, To: from.Add(time.Minute),
		Lanes: []rollout.LaneCount{
			{Lane: "v1", Total: 999900}, {Lane: "v3", Bad: 7, Total: 107},
		}}}, out, "the first errors of a series count")
}

// Five faults have five different outcomes.
func TestWhatGoesWrong(t *testing.T) {
	counts := rollout.Metric{Name: "errors", Kind: rollout.Counts}
	observe := func(t *testing.T, s prometheus.Source) (rollout.Observation, error) {
		out, err := s.Observe(t.Context(), query(counts))
		if err != nil {
			require.Empty(t, out)
			return rollout.Observation{}, err
		}
		require.Len(t, out, 1)
		require.Empty(t, out[0].Lanes)
		require.Equal(t, from, out[0].From)
		return out[0], nil
	}
	t.Run("timeout", func(t *testing.T) {
		s := store(t, func(string, time.Time) (int, string) { return 0, "" })
		s.Timeout = 50 * time.Millisecond
		o, err := observe(t, s)
		require.NoError(t, err)
		require.Equal(t, "timeout", o.Err)
	})
	t.Run("500", func(t *testing.T) {
		o, err := observe(t, store(t, func(string, time.Time) (int, string) { return 500, "out of memory" }))
		require.NoError(t, err)
		require.Contains(t, o.Err, "500")
	})
	t.Run("empty", func(t *testing.T) {
		o, err := observe(t, store(t, func(query string, _ time.Time) (int, string) {
			if strings.HasPrefix(query, "count(") {
				return 200, vector(`{"metric":{},"value":[1,"12"]}`)
			}
			return 200, vector()
		}))
		require.NoError(t, err)
		require.Empty(t, o.Err)
		require.NotEmpty(t, o.NoData)
	})
	t.Run("NaN", func(t *testing.T) {
		_, err := observe(t, store(t, func(string, time.Time) (int, string) {
			return 200,
				vector(series("v1", "200", "NaN"))
		}))
		var line *counters.LineError
		require.ErrorAs(t, err, &line)
		require.NotErrorIs(t, err, source.ErrUnknown)
	})
	t.Run("unknown metric", func(t *testing.T) {
		_, err := observe(t, store(t, func(string, time.Time) (int, string) { return 200, vector() }))
		require.ErrorIs(t, err, source.ErrUnknown)
	})
	t.Run("refused query", func(t *testing.T) {
		_, err := observe(t, store(t, func(string, time.Time) (int, string) {
			return 400, `{"status":"error","errorType":"bad_data","error":"parse error"}`
		}))
		require.ErrorContains(t, err, "parse error")
	})
	t.Run("no series but a number", func(t *testing.T) {
		_, err := observe(t, store(t, func(string, time.Time) (int, string) {
			return 200, `{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}`
		}))
		require.ErrorContains(t, err, "scalar")
	})
}

func TestValuesByLane(t *testing.T) {
	m := rollout.Metric{Name: "memory", Kind: rollout.Value}
	values := func(all ...string) (prometheus.Source, source.Query) {
		s := store(t, func(query string, at time.Time) (int, string) {
			require.Equal(t, "sum by (version) (memory)", query)
			require.Equal(t, from.Add(time.Minute), at)
			return 200, vector(all...)
		})
		s.Query, s.Lane = "sum by (version) (memory)", "version"
		return s, query(m)
	}
	s, q := values(`{"metric":{"version":"v3"},"value":[1,"0.5"]}`, `{"metric":{"version":"other"},"value":[1,"9"]}`)
	out, err := s.Observe(t.Context(), q)
	require.NoError(t, err)
	half := 0.5
	require.Equal(t, []rollout.LaneCount{{Lane: "v3", Value: &half}}, out[0].Lanes)
	s, q = values()
	out, err = s.Observe(t.Context(), q)
	require.NoError(t, err)
	require.NotEmpty(t, out[0].NoData)
	s, q = values(`{"metric":{"version":"v3"},"value":[1,"NaN"]}`)
	_, err = s.Observe(t.Context(), q)
	require.ErrorContains(t, err, "NaN")
}
