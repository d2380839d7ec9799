package messagetest

import (
	"fmt"
	"regexp"
	"strings"
)

// scalar is a line of YAML or JSON with a value: what is before it, the value, what is after it.
var scalar = regexp.MustCompile(`^(.*?(?:[:=] |- ))([^\s\[{|>&].*?)(,?)$`)

// Texts adds the messages of check for texts in which one line is broken: left out, repeated, with
// or with another value: each line that the part of the page has not broken yet. The text must be
// good.
func Texts(p *Page, text string, check func(string) error) {
	texts(p, text, check, `""`, "-1", "101", badName, "{{ .x }}", "[]", "&a x", "null")
}

// SomeTexts does as Texts in fewer ways: for checks that take long.
func SomeTexts(p *Page, text string, check func(string) error) { texts(p, text, check, badName) }

func texts(p *Page, text string, check func(string) error, values ...string) {
	p.Add("empty", check(""))
	if err := check(text); err != nil {
		p.faults = append(p.faults, "the good text is refused: "+err.Error())
	}
	lines := strings.SplitAfter(text, "\n")
	if p.lines == nil {
		p.lines = map[string]bool{"": true}
	}
	for i, line := range lines {
		bare := strings.TrimRight(line, "\n")
		at := strings.TrimSpace(bare)
		if p.lines[at] {
			continue
		}
		p.lines[at] = true
		with := func(what string, broken ...string) {
			all := append(append(append([]string(nil), lines[:i]...), broken...), lines[i+1:]...)
			p.Add(fmt.Sprintf("%s: %s", what, at), check(strings.Join(all, "")))
		}
		with("without")
		if len(values) > 1 {
			with("twice", line, line)
		}
		if m := scalar.FindStringSubmatch(bare); m != nil {
			for _, v := range values {
				with("as "+v, m[1]+v+m[3]+"\n")
			}
		}
	}
}
