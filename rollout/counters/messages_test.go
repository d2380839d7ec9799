package counters_test

import (
	"strings"
	"testing"
	"time"

	"github.com/swimlane-go/swimlane/internal/messagetest"
	"github.com/swimlane-go/swimlane/rollout/counters"
)

// The messages of the package are a page for reading.
func TestMessages(t *testing.T) {
	var p messagetest.Page
	text := series(`destination_canonical_revision="v1",destination_service_name="mocka",response_code="200"`, 5)
	parse := func(f counters.Format, pod, text string) error {
		_, err := f.Parse(t0, pod, []byte(text))
		return err
	}
	p.Head("Format")
	messagetest.Break(&p, counters.IstioRequests, func(f counters.Format) error { return parse(f, "gw", text) })
	messagetest.Break(&p, counters.IstioDurations, func(f counters.Format) error { return parse(f, "gw", text) })
	p.Head("Text")
	p.Add("no pod", parse(counters.IstioRequests(), "", text))
	messagetest.Texts(&p, text, func(text string) error { return parse(counters.IstioRequests(), "gw", text) })
	for i := range text {
		if i > 0 && strings.ContainsAny(text[i-1:i], "abcdefghijklmnopqrstuvwxyz_") {
			continue
		}
		p.Add("cut off at "+text[:i], parse(counters.IstioRequests(), "gw", text[:i]))
		p.Add("cut off at "+text[:i]+" with a new line", parse(counters.IstioRequests(), "gw", text[:i]+"\n"))
		p.Add("a wrong character after "+text[:i], parse(counters.IstioRequests(), "gw", text[:i]+"!"+text[i:]))
	}
	for _, broken := range []string{"a\x00b 1\n", strings.Repeat("a", 1<<17) + "\n",
		`a{b="` + "\xff" + `"} 1` + "\n", `a{b="1",b="2"} 1` + "\n", "a{" + strings.Repeat(`b="",`, 70) + "} 1\n"} {
		p.Add(broken[:min(len(broken), 20)], parse(counters.IstioRequests(), "gw", broken))
	}
	buckets := counters.IstioDurations()
	for _, le := range []string{"x", "0", "-1"} {
		p.Add("le "+le, parse(buckets, "gw", `istio_request_duration_milliseconds_bucket{reporter="source",le="`+le+`"} 1`+"\n"))
	}
	p.Head("Delta")
	for _, name := range []string{"errors", "slow", "memory", ""} {
		delta := func(after counters.Scrape) error {
			_, notes, err := counters.Delta(plan(), name, scrape(t0, ok("a", "v1", 3), ok("gone", "v1", 3)), after)
			p.Lines("notes", notes...)
			return err
		}
		p.Add("plain counters of "+name, delta(scrape(t1, ok("a", "v1", 5))))
		p.Add("buckets of "+name, delta(scrape(t1, bucket("a", "v1", 0.25, 5), bucket("a", "v1", 0.1, 6))))
		p.Add("a counter twice", delta(scrape(t1, ok("a", "v1", 5), ok("a", "v1", 5))))
		for _, v := range []float64{-1, 0.5, 1 << 54, 1 << 53} {
			p.Add("a broken value", delta(scrape(t1, ok("a", "v1", v), ok("b", "v1", v))))
		}
		p.Add("no pod", delta(scrape(t1, ok("", "v1", 5))))
		p.Add("no lane, a lane outside of the plan, a reset", delta(scrape(t1, ok("a", "", 5), ok("a", "v9", 5),
			ok("a", "v1", 1))))
		p.Add("no time", delta(scrape(t0.Add(time.Millisecond), ok("a", "v1", 5))))
	}
	p.Golden(t)
}
