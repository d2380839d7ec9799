package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/swimlane-go/swimlane/rollout/counters"
)

// count is the number of requests of a lane, and how many of them failed.
type count struct{ total, failed int64 }

// counts are the counts by lane.
type counts map[string]count

func (c counts) total() (n int64) {
	for _, of := range c {
		n += of.total
	}
	return n
}

// counted returns the gateway's counts between two moments.
func (d *demo) counted(ctx context.Context, from, to time.Time) (counts, error) {
	out := counts{}
	for sign, at := range map[int64]time.Time{-1: from, 1: to} {
		value, _, err := d.store.Query(ctx, counters.IstioRequests().Name+`{reporter="source"}`, at)
		if err != nil {
			return nil, err
		}
		series, is := value.(model.Vector)
		if !is {
			return nil, fmt.Errorf("the store must return series, not a %s", value.Type())
		}
		for _, s := range series {
			lane, code := string(s.Metric["destination_canonical_revision"]), string(s.Metric["response_code"])
			c := out[lane]
			c.total += sign * int64(s.Value)
			if strings.HasPrefix(code, "5") {
				c.failed += sign * int64(s.Value)
			}
			out[lane] = c
		}
	}
	return out, nil
}
