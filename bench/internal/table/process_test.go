package table_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/bench/internal/table"
)

// A program beside a peer has ratios. One without a peer has what it takes, and a goal in MiB.
func TestProcesses(t *testing.T) {
	p := table.Processes{Machine: "M", Rows: []table.Process{
		{Name: "a", Work: "x", Peer: "P", TimeGoal: 0.4, MemoryGoal: 0.8, OurTime: time.Second, TheirTime: 4 * time.Second,
			OurPeak: 30 << 20, TheirPeak: 40 << 20},
		{Name: "b", Work: "y", MiBGoal: 100, OurTime: time.Second, OurPeak: 90 << 20},
	}}
	require.Equal(t, `Measured on M.

| row | work | beside | time, ours to theirs | goal | peak memory, ours to theirs | goal | time | MiB at the peak |
| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
| a | x | P | 0.25 | 0.40 | 0.75 | 0.80 | 1s / 4s | 30 / 40 |
| b | y |  |  |  |  | 100 MiB | 1s | 90 |
`, p.Markdown())
	require.Equal(t, `| work | beside | processor time, ours to theirs | MiB at the peak |
| --- | --- | ---: | ---: |
| x (`+"`a`"+`) | P | 0.25 | 30 / 40 |
| y (`+"`b`"+`) |  |  | 90 |
`, p.Short())
}
