package messagetest

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// most is how many characters a printed message may have, without its position and the values in
// quotes. Names without quotes count here: the template of a message has at most 160.
const most = 200

var (
	// values are what a message quotes: texts, verbs of templates and numbers.
	values = regexp.MustCompile("sha256:[0-9a-f]+|\\{[^ ]*\\}|" +
		"\"(\\\\.|[^\"\\\\])*\"|`[^`]*`|'[^' ]*'|%[-+.#0-9]*[a-z]|…|" +
		"-?\\b[0-9][-+0-9.:/%eTZ]*\\b%?|\\bNaN\\b")
	// kinds are what apimachinery writes before the detail of an error.
	kinds = regexp.MustCompile(`^.*?\b(Invalid value|Required value|Duplicate value|Forbidden|Not found|` +
		`Unsupported value|Too long|Too many|Internal error)(: …)?(: |$)`) // or the detail comes at once
	// position is what a message begins with: a path, a field, a file with its line.
	position = regexp.MustCompile(`^(…|[^ ]*[^ a-z:][^ ]*|[a-z]+|(error|warning|info) SL[0-9]+ [^:]*|` +
		`[A-Z][A-Za-z]+ [^ :]+( at [^ ]+)?( [^ :]+)?|the directory would not be good afterwards|` +
		`(approval|state|plan|promote|start|finish|prepare|(roll|step) back|clean up|edit|lane group|` +
		`run pods that bear their version|` +
		`kustomize must build what is edited|must be editable in its text)( (at|from|of) [^:]*| [^ :]+)?): `)
	// choice is a list of what a value may be.
	choice = regexp.MustCompile(`one of [A-Z][^:]*`)
	// parts are parted by these.
	parting = regexp.MustCompile(`[:;] `)
	// joints are the words that begin a further clause.
	joints = regexp.MustCompile(`\b(that|which|who|whose|when|where|while|if|unless|since|because|until|` +
		`although|so|else)\b`)
	// careless is what careless formats print.
	careless = regexp.MustCompile(`%!|\(MISSING\)|\(EXTRA|<nil>|\b(map\[|&?[a-z0-9]+\.[A-Z]\w*\{|0x[0-9a-f]+)`)
	// heading is the line above several faults.
	heading = regexp.MustCompile(`^.*[^ ]: [0-9]+ faults:$`)
	// hollow is a place without its value.
	hollow = regexp.MustCompile(`  +|[a-z]: *$|, *$|: ,|, ,|: :| [,:;]|\( *\)`)
)

// Sentence returns the message without its position, with … for each value.
func Sentence(message string) string {
	s := values.ReplaceAllString(message, "…")
	s = choice.ReplaceAllString(kinds.ReplaceAllString(s, ""), "one of …")
	for {
		rest := position.ReplaceAllString(s, "")
		if rest == s {
			return s
		}
		s = rest
	}
}

// Faults returns what is wrong with a message as CONTRIBUTING has it: what must hold has at most two
// clauses, and what was found at most two; together they have at most three.
func Faults(message string) []string {
	if heading.MatchString(message) {
		return nil
	}
	var faults []string
	s := Sentence(message)
	if n := utf8.RuneCountInString(s); n > most {
		faults = append(faults, fmt.Sprintf("%d characters", n))
	}
	all := -1
	for _, part := range parting.Split(s, -1) {
		n := len(joints.FindAllString(part, -1))
		if n > 1 {
			faults = append(faults, fmt.Sprintf("%d clauses in one part", n+1))
		}
		all += n
		if words(part) >= 3 {
			all++
		}
	}
	if all > 2 {
		faults = append(faults, fmt.Sprintf("%d clauses", all+1))
	}
	if found := careless.FindString(values.ReplaceAllString(message, "…")); found != "" {
		faults = append(faults, "prints "+found)
	}
	if found := hollow.FindString(s); found != "" {
		faults = append(faults, fmt.Sprintf("lacks something at %q", found))
	}
	return faults
}

// words counts the words of a part that are no values.
func words(part string) (n int) {
	for w := range strings.FieldsSeq(part) {
		if strings.ContainsAny(w, "abcdefghijklmnopqrstuvwxyz") && !strings.ContainsAny(w, "…./_=") {
			n++
		}
	}
	return n
}
