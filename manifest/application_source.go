package manifest

import (
	"regexp"
	"strings"
)

// ApplicationSource is a directory that an Argo CD Application deploys, with the rules for its
// files. Source: Argo CD, "Directory", and reposerver/repository/repository.go, findManifests.
type ApplicationSource struct {
	// Path is the slash-separated path from the root of the repository. Empty means the root.
	Path string
	// Recurse says that the Application also deploys the directories below it.
	Recurse bool
	// Include and Exclude are globs for the paths of files from the directory. An empty
	// Include takes all.
	Include, Exclude string
	// Tool says that Helm, kustomize or a plugin makes the objects. Recurse, Include and Exclude
	// then mean nothing.
	Tool bool
}

// leavesOut returns why the source does not deploy a file; empty if it does. name is the path of
// the file from the directory.
func (s ApplicationSource) leavesOut(name string) string {
	switch {
	case s.Tool:
	case !s.Recurse && strings.Contains(name, "/"):
		return "directory.recurse is not set"
	case s.Exclude != "" && globMatches(s.Exclude, name):
		return "directory.exclude names it"
	case s.Include != "" && !globMatches(s.Include, name):
		return "directory.include does not name it"
	}
	return ""
}

// maxGlob bounds the bytes of a glob: it is matched with every file.
const maxGlob = 4096

// globMatches reports whether a glob matches a path as in Argo CD: its stars match slashes too, and
// {a,b} matches either. A faulty glob matches nothing.
func globMatches(glob, name string) bool {
	if len(glob) > maxGlob {
		return false
	}
	re, err := regexp.Compile(globExpression(glob))
	return err == nil && re.MatchString(name)
}

// globExpression returns a glob as a regular expression: package regexp matches in time linear in
// the text. For a faulty glob it returns a text that is no regular expression.
func globExpression(glob string) string {
	const none = "("
	var b strings.Builder
	b.WriteString(`\A(?s:`)
	depth := 0
	for i := 0; i < len(glob); i++ {
		switch c := glob[i]; {
		case c == '*':
			b.WriteString(".*")
		case c == '?':
			b.WriteString(".")
		case c == '{':
			depth++
			b.WriteString("(?:")
		case c == '}' && depth > 0:
			depth--
			b.WriteString(")")
		case c == ',' && depth > 0:
			b.WriteString("|")
		case c == '[':
			end := strings.IndexByte(glob[i:], ']')
			if end < 2 {
				return none
			}
			class, not := glob[i+1:i+end], ""
			if class[0] == '!' {
				class, not = class[1:], "^"
			}
			if class == "" {
				return none
			}
			b.WriteString("[" + not + strings.NewReplacer(`\`, `\\`, `^`, `\^`, `[`, `\[`).Replace(class) + "]")
			i += end
		case c == '\\' && i+1 < len(glob):
			i++
			b.WriteString(regexp.QuoteMeta(glob[i : i+1]))
		default:
			b.WriteString(regexp.QuoteMeta(glob[i : i+1]))
		}
	}
	if depth > 0 {
		return none
	}
	b.WriteString(`)\z`)
	return b.String()
}
