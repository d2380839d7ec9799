package main

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// maxLine is the most bytes of a line.
const maxLine = 1 << 20

// hop is one service's part of a response.
type hop struct{ service, lane string }

// tally sums up the responses.
type tally struct {
	responses int
	entered   map[string]int // responses by the lane of the first service
	faults    []string       // the first lines that are not responses or cross lanes
	more      int            // the number of further faults
}

// maxFaults is the most faults that are shown.
const maxFaults = 10

// count reads responses, one a line.
func count(in io.Reader) (tally, error) {
	t := tally{entered: map[string]int{}}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	number := 0
	for lines.Scan() {
		number++
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		chain, err := parse(line)
		if err != nil {
			t.fault(number, err.Error())
			continue
		}
		t.responses++
		t.entered[chain[0].lane]++
		for i, h := range chain[1:] {
			if from := chain[i]; h.lane != from.lane {
				t.fault(number, fmt.Sprintf("crosses lanes: %s@%s calls %s@%s", from.service, from.lane, h.service,
					h.lane))
				break
			}
		}
	}
	if err := lines.Err(); err != nil {
		return tally{}, fmt.Errorf("standard input, after line %d: %w", number, err)
	}
	return t, nil
}

func (t *tally) fault(line int, text string) {
	if len(t.faults) == maxFaults {
		t.more++
		return
	}
	t.faults = append(t.faults, fmt.Sprintf("line %d: %s", line, text))
}

// parse parses "-> SERVICE(version: LANE)-> SERVICE(version: LANE, ip: ADDRESS)": one hop or more.
// A cut line of preview -n may end in "-> ...".
func parse(line string) ([]hop, error) {
	var chain []hop
	for rest := line; rest != "" && (rest != "-> ..." || chain == nil); {
		after, arrow := strings.CutPrefix(rest, "->")
		service, after, opened := strings.Cut(after, "(")
		inside, after, closed := strings.Cut(after, ")")
		version, _, _ := strings.Cut(inside, ",")
		lane, labelled := strings.CutPrefix(strings.TrimSpace(version), "version:")
		h := hop{strings.TrimSpace(service), strings.TrimSpace(lane)}
		if !arrow || !opened || !closed || !labelled || !isName(h.service) || !isName(h.lane) {
			return nil, fmt.Errorf("is no response of the app: %.100q", line)
		}
		chain = append(chain, h)
		rest = strings.TrimSpace(after)
	}
	return chain, nil
}

var nameForm = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

// isName reports whether s can be the name of a service or a lane. Output has no other texts as
// names.
func isName(s string) bool {
	return nameForm.MatchString(s)
}
