package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// asked returns the answer of a store to a query at a moment.
func asked(t *testing.T, s *store, query, moment string) (code int, values map[string]string, problem string) {
	t.Helper()
	recorder := httptest.NewRecorder()
	question := url.Values{"query": {query}, "time": {moment}}
	s.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, queryAddress+"?"+question.Encode(), nil))
	var body struct {
		Status, Error string
		Data          struct{ Result []sample }
	}
	require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &body))
	values = map[string]string{}
	for _, s := range body.Data.Result {
		values[s.Metric["destination_canonical_revision"]+" "+s.Metric["response_code"]] = s.Value[1].(string)
	}
	return recorder.Code, values, body.Error
}

// The store returns the counts up to a moment. A series appears with its first count.
func TestStore(t *testing.T) {
	s := &store{service: "mocka"}
	at := func(milliseconds int64) time.Time { return time.UnixMilli(milliseconds) }
	s.add(at(1000), "v1", "200")
	s.add(at(3000), "v1", "200")
	s.add(at(2000), "v1", "200") // another sender was faster
	s.add(at(2500), "v3", "500")
	for moment, want := range map[string]map[string]string{
		"0.999": {},
		"1":     {"v1 200": "1"},
		"2":     {"v1 200": "2"},
		"2.9":   {"v1 200": "2", "v3 500": "1"},
		"3":     {"v1 200": "3", "v3 500": "1"},
	} {
		code, got, _ := asked(t, s, allCounters, moment)
		require.Equal(t, http.StatusOK, code)
		require.Equal(t, want, got, "at %s", moment)
	}
	_, got, _ := asked(t, s, countSeries, "3")
	require.Equal(t, map[string]string{" ": "2"}, got)
	_, got, _ = asked(t, s, countSeries, "0.5")
	require.Empty(t, got)
}

// The store refuses unknown queries: no other query gets a zero for an answer.
func TestStoreRefuses(t *testing.T) {
	for name, c := range map[string]struct{ query, moment, problem string }{
		"query": {`rate(istio_requests_total[1m])`, "1", "this store knows the queries"},
		"time":  {allCounters, "now", `time must be seconds since 1970, not "now"`},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, problem := asked(t, &store{}, c.query, c.moment)
			require.Equal(t, http.StatusBadRequest, code)
			require.Contains(t, problem, c.problem)
		})
	}
}
