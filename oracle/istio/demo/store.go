package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sort"
	"strconv"
	"sync"
	"time"
)

// The queries for Istio's counters: see examples/controller/source.
const (
	counterName  = "istio_requests_total"
	allCounters  = counterName + `{reporter="source"}`
	countSeries  = "count(" + counterName + ")"
	queryAddress = "/api/v1/query"
)

// store counts requests as a gateway with Istio's telemetry does, and keeps the time of each. It
// answers two instant queries.
type store struct {
	service string

	mu    sync.Mutex
	times map[counter][]time.Time // sorted
}

// counter is one series of the store.
type counter struct{ lane, code string }

func (s *store) add(at time.Time, lane, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.times == nil {
		s.times = map[counter][]time.Time{}
	}
	c := counter{lane, code}
	all := append(s.times[c], at)
	for i := len(all) - 1; i > 0 && all[i].Before(all[i-1]); i-- { // another sender was faster
		all[i], all[i-1] = all[i-1], all[i]
	}
	s.times[c] = all
}

// sample is one series of an answer.
type sample struct {
	Metric map[string]string `json:"metric"`
	Value  [2]any            `json:"value"`
}

// at returns the series at a moment, without those that have counted nothing.
func (s *store) at(moment time.Time) []sample {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []sample{}
	order := func(a, b counter) int { return slices.Compare([]string{a.lane, a.code}, []string{b.lane, b.code}) }
	for _, c := range slices.SortedFunc(maps.Keys(s.times), order) {
		all := s.times[c]
		n := sort.Search(len(all), func(i int) bool { return all[i].After(moment) })
		if n == 0 {
			continue
		}
		out = append(out, sample{
			Metric: map[string]string{
				"__name__": counterName, "reporter": "source", "pod": "gateway", "destination_service_name": s.service,
				"destination_canonical_revision": c.lane, "response_code": c.code,
			},
			Value: [2]any{seconds(moment), strconv.Itoa(n)},
		})
	}
	return out
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// ServeHTTP answers like Prometheus' HTTP API.
func (s *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked, err := strconv.ParseFloat(r.FormValue("time"), 64)
	query := r.FormValue("query")
	switch {
	case r.URL.Path != queryAddress:
		http.NotFound(w, r)
		return
	case err != nil:
		refuse(w, fmt.Sprintf("time must be seconds since 1970, not %q", r.FormValue("time")))
		return
	case query != allCounters && query != countSeries:
		refuse(w, fmt.Sprintf("this store knows the queries %s and %s, not %q", allCounters, countSeries, query))
		return
	}
	moment := time.UnixMilli(int64(asked * 1000))
	series := s.at(moment)
	if query == countSeries && len(series) > 0 {
		series = []sample{{Metric: map[string]string{}, Value: [2]any{seconds(moment), strconv.Itoa(len(series))}}}
	}
	answer(w, http.StatusOK, map[string]any{
		"status": "success", "data": map[string]any{"resultType": "vector", "result": series},
	})
}

func refuse(w http.ResponseWriter, why string) {
	answer(w, http.StatusBadRequest, map[string]any{"status": "error", "errorType": "bad_data", "error": why})
}

func answer(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body)
}
