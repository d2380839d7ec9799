package rollout

import (
	"encoding/binary"
	"math"
)

// appendGates appends what must be known before the release goes on. For a plan without
// gates it appends nothing, so such a plan keeps the digest that it had before gates
// existed.
func (p *Plan) appendGates(b []byte) []byte {
	if !p.Gated() && len(p.Metrics) == 0 && len(p.Approvers) == 0 && p.Alpha == 0 && p.Settle == 0 && p.NoReturn == "" {
		return b
	}
	b = append(b, "gates 1\n"...)
	b = binary.AppendUvarint(b, uint64(len(p.Metrics)))
	for i := range p.Metrics {
		m := &p.Metrics[i]
		b = appendString(appendString(b, m.Name), string(m.Kind))
		b = appendStrings(appendFloat(b, m.Over), m.Services)
	}
	b = appendChecks(b, p.Guards)
	b = appendFloat(b, &p.Alpha)
	b = binary.AppendVarint(b, int64(p.Settle))
	for target := range p.gates() {
		b = appendGate(b, p.gate(target))
	}
	b = binary.AppendUvarint(b, uint64(len(p.Approvers)))
	var buffer [8]string
	for _, role := range p.roles(buffer[:0]) {
		b = appendStrings(appendString(b, role), p.Approvers[role])
	}
	b = binary.AppendUvarint(b, uint64(len(p.Freezes)))
	for i := range p.Freezes {
		f := &p.Freezes[i]
		b = appendStrings(appendString(b, f.Zone), f.Days)
		for _, text := range [...]string{f.From, f.To, f.First, f.Last} {
			b = appendString(b, text)
		}
	}
	b = appendString(b, p.NoReturn)
	if p.Rails == nil {
		return append(b, 0)
	}
	b = binary.AppendVarint(append(b, 1), int64(p.Rails.LargestStep))
	b = binary.AppendVarint(b, int64(p.Rails.FinalPercent))
	if p.Rails.Cap == nil {
		return append(b, 0)
	}
	return appendString(binary.AppendVarint(append(b, 1), int64(p.Rails.Cap.Percent)), p.Rails.Cap.Metric)
}

func appendGate(b []byte, g *Gate) []byte {
	if g == nil {
		return append(b, 0)
	}
	b = binary.AppendVarint(append(b, 1), int64(g.Dwell.Min))
	b = appendString(binary.AppendVarint(b, int64(g.Dwell.Max)), string(g.Dwell.Then))
	b = binary.AppendUvarint(b, uint64(len(g.Approvals)))
	for _, a := range g.Approvals {
		b = binary.AppendVarint(appendString(b, a.Role), int64(a.Count))
	}
	return appendChecks(b, g.Checks)
}

func appendChecks(b []byte, checks []Check) []byte {
	b = binary.AppendUvarint(b, uint64(len(checks)))
	for i := range checks {
		c := &checks[i]
		b = appendString(b, c.Metric)
		if c.Worse == nil {
			b = append(b, 0)
		} else {
			b = appendFloat(appendFloat(append(b, 1), c.Worse.Ratio), c.Worse.Ceiling)
		}
		if c.Good == nil {
			b = append(b, 0)
		} else {
			b = appendFloat(appendFloat(appendFloat(append(b, 1), c.Good.Ratio), c.Good.Ceiling), &c.Good.Beta)
		}
		for _, x := range [...]*float64{c.Ceiling, c.Floor, c.Ratio, c.Difference} {
			b = appendFloat(b, x)
		}
		for _, n := range [...]int{c.Clump, c.Passes, c.Failures} {
			b = binary.AppendVarint(b, int64(n))
		}
		if c.Errors == nil {
			b = append(b, 0)
		} else {
			b = binary.AppendVarint(append(b, 1), int64(*c.Errors))
		}
		b = appendString(appendString(b, string(c.OnFail)), string(c.OnNoData))
		b = binary.AppendVarint(b, int64(c.NoDataAfter))
	}
	return b
}

// appendFloat appends a number, or a mark for a missing one.
func appendFloat(b []byte, x *float64) []byte {
	if x == nil {
		return append(b, 0)
	}
	return binary.BigEndian.AppendUint64(append(b, 1), math.Float64bits(*x))
}

func appendStrings(b []byte, list []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		b = appendString(b, s)
	}
	return b
}
