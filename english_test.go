package swimlane_test

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/golden"
)

// phrase is a row of the table in CONTRIBUTING.md: words that readers read twice.
type phrase struct {
	words   string
	pattern *regexp.Regexp
	allowed int // in comments, of all files together
}

// phrases returns the table of CONTRIBUTING.md. It is the only list.
func phrases(t *testing.T) []phrase {
	t.Helper()
	row := regexp.MustCompile("(?m)^\\| `([^`]+)` \\| .+ \\| (\\d+) \\|$")
	var out []phrase
	for _, m := range row.FindAllStringSubmatch(readFile(t, "CONTRIBUTING.md"), -1) {
		words := regexp.QuoteMeta(m[1])
		allowed, err := strconv.Atoi(m[2])
		require.NoError(t, err)
		out = append(out, phrase{m[1], regexp.MustCompile(`(?i)\b` + words + `\b`), allowed})
	}
	require.Greater(t, len(out), 10, "CONTRIBUTING.md has the table")
	return out
}

// goFile is a Go file with its syntax.
type goFile struct {
	name string
	data []byte
	fset *token.FileSet
	file *ast.File
}

// goFiles returns all Go files below the root that people write.
func goFiles(t *testing.T) []goFile {
	t.Helper()
	var out []goFile
	require.NoError(t, filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || name == "bin") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasPrefix(d.Name(), "zz_generated") {
			return nil
		}
		f := goFile{name: filepath.ToSlash(name), fset: token.NewFileSet()}
		if f.data, err = os.ReadFile(name); err != nil {
			return err
		}
		f.file, err = parser.ParseFile(f.fset, name, f.data, parser.ParseComments|parser.SkipObjectResolution)
		out = append(out, f)
		return err
	}))
	return out
}

// Comments use plain words: see the table of CONTRIBUTING.md.
func TestCommentsArePlain(t *testing.T) {
	files, faults := goFiles(t), ""
	for _, p := range phrases(t) {
		var found []string
		for _, f := range files {
			for _, group := range f.file.Comments {
				text := strings.Join(strings.Fields(group.Text()), " ")
				for range p.pattern.FindAllString(text, -1) {
					found = append(found, f.fset.Position(group.Pos()).String())
				}
			}
		}
		if len(found) > p.allowed {
			faults += fmt.Sprintf("%q: %d, allowed %d\n%s\n", p.words, len(found), p.allowed, strings.Join(found, "\n"))
		}
	}
	require.Empty(t, faults, "see the table of CONTRIBUTING.md")
}

// isMessage matches the texts that say what must hold.
var isMessage = regexp.MustCompile(`\b(must|should|may (not|only|be)|cannot)\b`)

// messages returns the messages of every package of the library and its programs, each once:
// "…" is a value that only the call knows.
func messages(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, f := range goFiles(t) {
		dir := path.Dir(f.name)
		if strings.HasSuffix(f.name, "_test.go") || dir == "." || dir == "internal/gen" || dir == "internal/messagetest" ||
			strings.HasPrefix(dir, "oracle") || strings.HasPrefix(dir, "tools") || strings.HasPrefix(dir, "bench") {
			continue
		}
		ast.Inspect(f.file, func(n ast.Node) bool {
			if field, is := n.(*ast.Field); is && field.Tag != nil {
				return false
			}
			if key, is := n.(*ast.KeyValueExpr); is {
				name, _ := key.Key.(*ast.Ident) // the rules of findings have a page of their own
				return name == nil || !slices.Contains([]string{"Holds", "Why", "Differs", "Milder"}, name.Name)
			}
			e, is := n.(ast.Expr)
			if !is {
				return true
			}
			text, literal := folded(e)
			if !literal {
				return true
			}
			if isMessage.MatchString(text) && strings.Count(text, "\n") < 2 {
				out[dir] = append(out[dir], strings.TrimSpace(strings.ReplaceAll(text, "\n", `\n`)))
			}
			return false
		})
	}
	for dir := range out {
		slices.Sort(out[dir])
		out[dir] = slices.Compact(out[dir])
	}
	return out
}

// folded returns the text of a string literal, or of a sum with one.
func folded(e ast.Expr) (text string, literal bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, e.Kind == token.STRING && err == nil
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		left, a := folded(e.X)
		right, b := folded(e.Y)
		if !a {
			left = "…"
		}
		if !b {
			right = "…"
		}
		return left + right, a || b
	}
	return "", false
}

// mostMessage is how long a message may be, without its position and its values.
const mostMessage = 160

// testdata/messages has all messages for reading, a file a package. None is long or has a
// word of the table.
func TestMessagesArePlain(t *testing.T) {
	var faults []string
	table := phrases(t)
	for dir, all := range messages(t) {
		var b bytes.Buffer
		for _, text := range all {
			fmt.Fprintln(&b, text)
			if n := utf8.RuneCountInString(text); n > mostMessage {
				faults = append(faults, fmt.Sprintf("%s: %d characters: %s", dir, n, text))
			}
			if strings.Count(text, " that ") > 1 {
				faults = append(faults, fmt.Sprintf("%s: two thats: %s", dir, text))
			}
			for _, p := range table {
				if p.pattern.MatchString(text) {
					faults = append(faults, fmt.Sprintf("%s: %q: %s", dir, p.words, text))
				}
			}
		}
		golden.Equal(t, "messages/"+strings.ReplaceAll(dir, "/", "-")+".txt", b.String())
	}
	require.Empty(t, faults, "%v", errors.New(strings.Join(faults, "\n")))
}
