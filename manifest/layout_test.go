package manifest_test

import (
	"fmt"
	"strconv"
	"strings"

	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/rollout"
)

// layout writes one VirtualService in a random style.
type layout struct {
	t     *rapid.T
	step  int  // of indentation
	flush bool // sequences are at their key's indentation
	lines []string
}

func (l *layout) flip(what string) bool { return rapid.Bool().Draw(l.t, what) }

func (l *layout) line(indent int, text string) {
	if l.flip("comment above") {
		l.lines = append(l.lines, strings.Repeat(" ", indent)+"# about "+strconv.Itoa(len(l.lines)))
	}
	if l.flip("comment beside") {
		text += "  # 60% {weight: 1}"
	}
	l.lines = append(l.lines, strings.Repeat(" ", indent)+text)
}

// text writes a word plain or quoted.
func (l *layout) text(s string) string {
	return rapid.SampledFrom([]string{s, "'" + s + "'", `"` + s + `"`}).Draw(l.t, "form of "+s)
}

func (l *layout) dash(indent int) int {
	if l.flush {
		return indent
	}
	return indent + l.step
}

// drawLayout returns the text of a VirtualService, with "\x00N\x00" for the weight of lane N, and
// the way it writes each.
func drawLayout(t *rapid.T, lanes []string) string {
	l := &layout{t: t, step: rapid.SampledFrom([]int{2, 4}).Draw(t, "step"), flush: rapid.Bool().Draw(t, "flush")}
	l.line(0, l.text("apiVersion")+": networking.istio.io/v1beta1")
	l.line(0, "kind: VirtualService")
	if l.flip("flow metadata") {
		l.line(0, "metadata: { name: mock }")
	} else {
		l.line(0, "metadata:")
		l.line(l.step, "name: "+l.text("mock"))
	}
	l.line(0, "spec:")
	l.line(l.step, "hosts: ['*']")
	l.line(l.step, "gateways: [ gw ]")
	l.line(l.step, l.text("http")+":")
	item := l.dash(l.step)
	l.line(item, "- match: [{uri: {exact: /mock}}]")
	l.line(item+2, "route:")
	switch rapid.SampledFrom([]string{"block", "flow items", "flow"}).Draw(t, "route") {
	case "block":
		for i, lane := range lanes {
			l.blockDestination(l.dash(item+2), i, lane)
		}
	case "flow items":
		for i, lane := range lanes {
			l.line(l.dash(item+2), "- "+l.flowDestination(i, lane))
		}
	case "flow":
		var all []string
		for i, lane := range lanes {
			all = append(all, l.flowDestination(i, lane))
		}
		l.lines[len(l.lines)-1] = strings.Repeat(" ", item+2) + "route: [" +
			strings.Join(all, rapid.SampledFrom([]string{", ", ",", " , ", ",\n" + strings.Repeat(" ", item+6)}).Draw(t,
				"comma")) + "]"
	}
	return strings.Join(l.lines, "\n") + "\n"
}

func (l *layout) weight(i int) string {
	return l.text("weight") + ": " +
		rapid.SampledFrom([]string{"\x00%d\x00", "'\x00%d\x00'", "\"\x00%d\x00\""}).Draw(l.t, "form of weight")
}

func (l *layout) blockDestination(dash, i int, lane string) {
	weight := fmt.Sprintf(l.weight(i), i)
	rows := []string{l.text("destination") + ":", weight}
	if l.flip("weight first") {
		rows[0], rows[1] = rows[1], rows[0]
	}
	lead := "- "
	if l.flip("dash alone") {
		l.line(dash, "-")
		lead = "  "
	}
	for j, row := range rows {
		if j > 0 {
			lead = "  "
		}
		l.line(dash, lead+row)
		if row != weight {
			l.line(dash+2+l.step, "host: mocka.default.svc.cluster.local")
			l.line(dash+2+l.step, "subset: "+l.text(lane))
		}
	}
}

func (l *layout) flowDestination(i int, lane string) string {
	return fmt.Sprintf("{destination: {host: mocka.default.svc.cluster.local, subset: %s}, "+l.weight(i)+
		rapid.SampledFrom([]string{"}", " }"}).Draw(l.t, "end"), l.text(lane), i)
}

// fill puts weights into their places.
func fill(text string, weights rollout.Weights) string {
	for i, w := range weights {
		text = strings.ReplaceAll(text, fmt.Sprintf("\x00%d\x00", i), strconv.Itoa(w.Percent))
	}
	return text
}
