package table

import (
	"fmt"
	"strings"
	"time"
)

// Processes are the results of one run of processes.
type Processes struct {
	// Machine is as in [Results].
	Machine string    `json:"machine"`
	Rows    []Process `json:"rows"`
}

// Process is what a program of the library takes, and what a peer takes for the same work.
type Process struct {
	// Name, Work and Peer are as in [Row].
	Name string `json:"name"`
	Work string `json:"work"`
	Peer string `json:"peer"`
	// TimeGoal and MemoryGoal are the highest ratios that we aim for; 0 means none.
	TimeGoal   float64 `json:"timeGoal,omitempty"`
	MemoryGoal float64 `json:"memoryGoal,omitempty"`
	// MiBGoal is the highest peak that we aim for, in MiB; 0 means none.
	MiBGoal int `json:"mibGoal,omitempty"`
	// OurTime and TheirTime are the medians of processor time, OurPeak and TheirPeak those of the
	// peak of resident memory in bytes.
	OurTime   time.Duration `json:"ourTime"`
	TheirTime time.Duration `json:"theirTime,omitempty"`
	OurPeak   int64         `json:"ourPeak"`
	TheirPeak int64         `json:"theirPeak,omitempty"`
}

// Markdown returns the results as a table.
func (p Processes) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s.\n\n", p.Machine)
	b.WriteString("| row | work | beside | time, ours to theirs | goal | peak memory, ours to theirs | goal | time | " +
		"MiB at the peak |\n| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, r := range p.Rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", r.Name, r.Work, r.Peer, r.timeRatio(),
			number(r.TimeGoal), r.memoryRatio(), r.memoryGoal(), r.both(Short(r.OurTime), Short(r.TheirTime)), r.peaks())
	}
	return b.String()
}

// Short returns the rows for the README.
func (p Processes) Short() string {
	var b strings.Builder
	b.WriteString("| work | beside | processor time, ours to theirs | MiB at the peak |\n| --- | --- | ---: | ---: |\n")
	for _, r := range p.Rows {
		fmt.Fprintf(&b, "| %s (`%s`) | %s | %s | %s |\n", r.Work, r.Name, r.Peer, r.timeRatio(), r.peaks())
	}
	return b.String()
}

func (r Process) timeRatio() string {
	if r.Peer == "" {
		return ""
	}
	return number(float64(r.OurTime) / float64(r.TheirTime))
}

func (r Process) memoryRatio() string {
	if r.Peer == "" {
		return ""
	}
	return number(float64(r.OurPeak) / float64(r.TheirPeak))
}

func (r Process) memoryGoal() string {
	if r.MiBGoal > 0 {
		return fmt.Sprintf("%d MiB", r.MiBGoal)
	}
	return number(r.MemoryGoal)
}

func (r Process) peaks() string {
	return r.both(fmt.Sprintf("%.0f", mib(r.OurPeak)), fmt.Sprintf("%.0f", mib(r.TheirPeak)))
}

// both returns a value of ours and one of theirs.
func (r Process) both(ours, theirs any) string {
	if r.Peer == "" {
		return fmt.Sprint(ours)
	}
	return fmt.Sprintf("%v / %v", ours, theirs)
}

// number returns a ratio with two digits; empty for 0.
func number(ratio float64) string {
	if ratio == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", ratio)
}
