package counters_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/rollout/counters"
)

// series is one line of Istio's counter of requests.
func series(labels string, value any) string {
	return fmt.Sprintf("istio_requests_total{reporter=\"source\",%s} %v\n", labels, value)
}

func TestParse(t *testing.T) {
	text := `# HELP istio_requests_total requests
# TYPE istio_requests_total counter
istio_build{component="proxy",tag="1.31.4"} 1

  envoy_cluster_upstream_cx_total	{} +Inf 1773216000000
go:ratio NaN
istio_requests_total{reporter="source",destination_canonical_revision="v1",destination_service_name="mocka",response_code="200",response_flags="-"} 117
istio_requests_total { response_code = "503" , destination_service_name = "mocka", destination_canonical_revision="v3",reporter="source",response_flags="a\\b\"c\nd\x", } 1e3 1773216000000
istio_requests_total{reporter="destination",destination_canonical_revision="v1",destination_service_name="mocka",response_code="200"} 1.5
istio_requests_total{reporter="source",response_code="503"} 2`
	got, err := counters.IstioRequests().Parse(t0, "gw", []byte(text+"\n"))
	require.NoError(t, err)
	require.Equal(t, counters.Scrape{At: t0, Pods: []string{"gw"}, Samples: []counters.Sample{
		{Pod: "gw", Lane: "v1", Service: "mocka", Value: 117,
			Series: `destination_canonical_revision="v1",destination_service_name="mocka",reporter="source",response_code="200",response_flags="-"`},
		{Pod: "gw", Lane: "v3", Service: "mocka", Value: 1000, Bad: true,
			Series: `destination_canonical_revision="v3",destination_service_name="mocka",reporter="source",response_code="503",response_flags="a\\b\"c\nd\\x"`},
		{Pod: "gw", Value: 2, Bad: true, Series: `reporter="source",response_code="503"`},
	}}, got)
}

// In a text about several pods each series names its pod.
func TestParseOfSeveralPods(t *testing.T) {
	text := series(`pod="a",response_code="200"`, 1) + series(`pod="b",response_code="200"`, 2) +
		strings.Replace(series(`pod="c",response_code="200"`, 2), "source", "destination", 1) +
		series(`pod="a",response_code="500"`, 3)
	got, err := counters.IstioRequests().Parse(t0, "", []byte(text))
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b", "c"}, got.Pods, "c answered, and has nothing to say")
	require.Len(t, got.Samples, 3)
	require.Equal(t, "b", got.Samples[1].Pod)

	_, err = counters.IstioRequests().Parse(t0, "", []byte(text+series(`response_code="500"`, 3)))
	require.EqualError(t, err, "line 5: must have the label pod: the caller told no pod")
}

func TestParseBuckets(t *testing.T) {
	line := func(name, le string, value int) string {
		return fmt.Sprintf(
			"istio_request_duration_milliseconds_%s{reporter=\"source\",destination_canonical_revision=\"v1\",destination_service_name=\"mocka\",response_code=\"200\"%s} %d\n",
			name, le, value)
	}
	text := line("bucket", `,le="0.5"`, 1) + line("bucket", `,le="250"`, 7) + line("bucket", `,le="+Inf"`, 9) +
		line("sum", "", 100) + line("count", "", 9)
	after, err := counters.IstioDurations().Parse(t1, "gw", []byte(text))
	require.NoError(t, err)
	require.Len(t, after.Samples, 3)
	require.Equal(t, 0.0005, after.Samples[0].Bound)
	require.Equal(t, 0.25, after.Samples[1].Bound)
	require.True(t, math.IsInf(after.Samples[2].Bound, 1))
	require.Equal(t, after.Samples[0].Series, after.Samples[1].Series)

	got, _, err := counters.Delta(plan(), "slow", counters.Scrape{At: t0, Pods: []string{"gw"}}, after)
	require.NoError(t, err)
	require.Equal(t, []rollout.LaneCount{count("v1", 2, 9)}, got[0].Lanes)
}

// The order of labels does not distinguish series, and Match compares values as data.
func TestParseByAnyFormat(t *testing.T) {
	f := counters.Format{Name: "http_total", Lane: "lane", Service: "job", Code: "grpc", Bad: []string{"2", "14"},
		Match: map[string]string{"ns": "shop"}, Lanes: map[string]string{"v1": "shop-v1"}}
	text := `http_total{lane="v1",job="cart",grpc="14",ns="shop"} 1
http_total{ns="shop",grpc="14",job="cart",lane="v1"} 1
http_total{grpc="1",ns="shop",job="cart",lane="v1"} 1
http_total{grpc="2",ns="other",job="cart",lane="v1"} 1
http_total{grpc="2",job="cart",lane="v1"} 1
`
	got, err := f.Parse(t0, "p", []byte(text))
	require.NoError(t, err)
	require.Len(t, got.Samples, 3)
	require.Equal(t, got.Samples[0], got.Samples[1])
	require.True(t, got.Samples[0].Bad)
	require.False(t, got.Samples[2].Bad)
	require.Equal(t, "cart", got.Samples[2].Service)
	require.Equal(t, "shop-v1", got.Samples[2].Lane)
}

func TestParseRefuses(t *testing.T) {
	var many strings.Builder
	for i := range 65 {
		fmt.Fprintf(&many, "l%d=\"\",", i)
	}
	for line, reason := range map[string]string{
		"1a 1":                     `must begin with the name of a metric, found "1a 1"`,
		`{"a"} 1`:                  "must begin with the name of a metric",
		"a":                        `must have a number as value, found ""`,
		"a x":                      `must have a number as value, found "x"`,
		"a 0x1p3":                  `must have a number as value, found "0x1p3"`,
		"a 1_0":                    "must have a number as value",
		"a 1\r":                    `must have a number as value, found "1\r"`,
		"a 1 x":                    `must have milliseconds as time, found "x"`,
		"a 1 -5":                   "must have milliseconds as time",
		"a 1 99999999999999999999": "must have milliseconds as time",
		"a 1 5 6":                  `must end after value and time, found "6"`,
		"a{":                       `must have the name of a label or }, found ""`,
		"a{,} 1":                   "must have the name of a label or }",
		`a{b} 1`:                   `must have = after the label b, found "} 1"`,
		`a{b=c} 1`:                 "must have a value in quotes for the label b",
		`a{b="c} 1`:                "must have a value in quotes for the label b",
		`a{b="c\"} 1`:              "must have a value in quotes for the label b",
		`a{b="c"d="e"} 1`:          `must have a comma or } after the label b, found "d=\"e\"} 1"`,
		`a{b="c",,} 1`:             "must have the name of a label or }",
		`istio_requests_total{b="c",a="",b="d"} 1`:              "must have the label b once",
		"a{b=\"\xff\"} 1":                                       "must have a value in UTF-8 for the label b",
		"a{" + many.String() + "} 1":                            "must have at most 64 labels",
		"a\x00 1":                                               "must not hold a zero byte",
		"#" + strings.Repeat("x", 1<<16):                        "must be at most 65536 bytes, found 65537",
		strings.TrimSpace(series(`response_code="200"`, 1.5)):   "must be a whole number between 0 and 2^53, found 1.5",
		strings.TrimSpace(series(`response_code="200"`, "NaN")): "found NaN",
	} {
		_, err := counters.IstioRequests().Parse(t0, "gw", []byte("# a comment\n"+line+"\n"))
		var fault *counters.LineError
		require.True(t, errors.As(err, &fault), line)
		require.Equal(t, 2, fault.Line, line)
		require.Contains(t, fault.Reason, reason)
	}
	for le, reason := range map[string]string{"": `found ""`, "0": `found "0"`, "x": `found "x"`,
		"NaN": `found "NaN"`} {
		text := fmt.Sprintf("istio_request_duration_milliseconds_bucket{reporter=\"source\",le=%q} 1\n", le)
		_, err := counters.IstioDurations().Parse(t0, "gw", []byte(text))
		require.ErrorContains(t, err, "line 1: must have a number above 0 as le, "+reason)
	}

	_, err := counters.IstioRequests().Parse(t0, "gw", []byte("a 1\nb 2"))
	require.EqualError(t, err, "line 2: must end with a line feed: the text is cut off")
	_, err = counters.IstioRequests().Parse(t0, "gw", make([]byte, 64<<20+1))
	require.EqualError(t, err, "text: must be at most 67108864 bytes, found 67108865")
	_, err = counters.IstioRequests().Parse(t0, "gw", []byte("a\nok 1\nb\n"+strings.Repeat("x\n", 100)))
	require.ErrorContains(t, err, "line 1: ")
	require.ErrorContains(t, err, "line 3: ")
	require.ErrorContains(t, err, "and 82 more faults")
}

func TestFormatRefuses(t *testing.T) {
	_, err := counters.Format{Unit: -time.Second}.Parse(t0, "", nil)
	require.ErrorIs(t, err, counters.ErrFormat)
	for _, text := range []string{"Name must be set", "Unit must not be negative", "Pod must name",
		"Lane and Service must name labels"} {
		require.ErrorContains(t, err, text)
	}
	f := counters.IstioRequests()
	f.Code = ""
	_, err = f.Parse(t0, "gw", nil)
	require.ErrorContains(t, err, "Code must name a label")
	f = counters.IstioRequests()
	f.Bad = append(f.Bad, "")
	_, err = f.Parse(t0, "gw", nil)
	require.ErrorContains(t, err, "Bad must not hold an empty text")
	f = counters.IstioDurations()
	f.Pod = ""
	_, err = f.Parse(t0, "gw", nil)
	require.NoError(t, err)
}

// No text makes Parse or Delta panic; parsed samples are distinct and have counts, and
// none is of an unknown lane.
func FuzzParse(f *testing.F) {
	f.Add([]byte(series(`destination_canonical_revision="v1",destination_service_name="mocka",response_code="200"`, 7)),
		[]byte("a{b=\"c\\n\"} 1 2\n"))
	f.Add(
		[]byte(
			"istio_request_duration_milliseconds_bucket{reporter=\"source\",le=\"250\",destination_service_name=\"mocka\"} 1\n"),
		[]byte("# x\n\n"))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		for metric, format := range map[string]counters.Format{"errors": counters.IstioRequests(),
			"slow": counters.IstioDurations()} {
			before, err := format.Parse(t0, "gw", first)
			after, err2 := format.Parse(t1, "gw", second)
			if err != nil || err2 != nil {
				continue
			}
			got, _, err := counters.Delta(plan(), metric, before, after)
			if err != nil {
				continue
			}
			for _, o := range got {
				require.True(t, o.NoData == "" || o.Lanes == nil)
				for _, l := range o.Lanes {
					require.True(t, 0 <= l.Bad && l.Bad <= l.Total && l.Total <= 1<<53, "%+v", l)
				}
			}
		}
	})
}

// page is what a proxy serves: n counters of requests, and as many other lines.
func page(n int) []byte {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b,
			`istio_requests_total{reporter="source",source_workload="istio-ingressgateway",source_canonical_service="istio-ingressgateway",source_canonical_revision="latest",source_workload_namespace="istio-system",source_principal="unknown",source_app="istio-ingressgateway",source_version="unknown",source_cluster="Kubernetes",destination_workload="mocka-v1",destination_workload_namespace="default",destination_principal="spiffe://cluster.local/ns/default/sa/default",destination_app="mocka",destination_version="v1",destination_service="mocka.default.svc.cluster.local",destination_canonical_service="mocka",destination_canonical_revision="v1",destination_service_name="mocka",destination_service_namespace="default",destination_cluster="Kubernetes",request_protocol="http",response_code="%d",grpc_response_status="",response_flags="-",connection_security_policy="unknown"} %d`+"\n",
			i, 10*i)
		fmt.Fprintf(&b, "envoy_cluster_upstream_cx_total{cluster_name=\"xds-grpc-%d\"} 2\n", i)
	}
	return []byte(b.String())
}

func BenchmarkParse(b *testing.B) {
	const n = 1000
	text := page(n)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := counters.IstioRequests().Parse(t0, "gw", text); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/counter")
}

// Reading allocates a few times a counter, and not for other lines.
func TestParseAllocates(t *testing.T) {
	text := page(1000)
	require.Less(t, testing.AllocsPerRun(1, func() { _, _ = counters.IstioRequests().Parse(t0, "gw", text) }), 3500.0)
}
