package main

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/rollout"
)

// judge compares the responses with the wanted weights, a line for each lane.
func judge(want rollout.Weights, seen tally) (report string, good bool) {
	if seen.responses == 0 {
		want = nil // without responses shares mean nothing
	}
	want = want.Clone()
	for _, lane := range slices.Sorted(maps.Keys(seen.entered)) {
		if _, listed := want.Percent(lane); !listed {
			want = append(want, rollout.W(lane, 0))
		}
	}
	var out strings.Builder
	good = seen.responses > 0 && len(seen.faults) == 0
	for _, w := range want {
		k, verdict := seen.entered[w.Lane], "good"
		if !within(k, seen.responses, w.Percent) {
			verdict, good = "bad", false
		}
		fmt.Fprintf(&out, "%s: %d of %d, want %d%%: %s\n", w.Lane, k, seen.responses, w.Percent, verdict)
	}
	for _, fault := range seen.faults {
		fmt.Fprintln(&out, fault)
	}
	if seen.more > 0 {
		fmt.Fprintf(&out, "and %d lines more\n", seen.more)
	}
	switch {
	case seen.responses == 0:
		out.WriteString("bad: no responses\n")
	case good:
		out.WriteString("good\n")
	default:
		out.WriteString("bad\n")
	}
	return out.String(), good
}

// within reports whether k of n is within 4 sigma of percent. It uses integers:
//
//	|k - n·p| ≤ 4·√(n·p·(1-p)), p = percent/100, times 100 and squared
func within(k, n, percent int) bool {
	product := func(factors ...int) *big.Int {
		out := big.NewInt(1)
		for _, f := range factors {
			out.Mul(out, big.NewInt(int64(f)))
		}
		return out
	}
	distance := new(big.Int).Sub(product(100, k), product(n, percent))
	return distance.Mul(distance, distance).Cmp(product(16, n, percent, 100-percent)) <= 0
}
