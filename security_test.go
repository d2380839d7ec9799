package swimlane_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// bound is a row of the table of SECURITY.md: what is bounded, the figure, and the name
// of the code with the comment that decides it.
var bound = regexp.MustCompile("(?m)^\\| ([^|]+) \\| ([0-9][^|]*) \\| `([^`]+?)\\.([A-Z][A-Za-z.]*)` \\|$")

func TestSecurityQuotesBounds(t *testing.T) {
	rows := bound.FindAllStringSubmatch(readFile(t, "SECURITY.md"), -1)
	require.Len(t, rows, 10)
	for _, row := range rows {
		comment := strings.Join(strings.Fields(goOutput(t, "doc", "./"+row[3], row[4])), " ")
		require.Regexp(t, `\b`+regexp.QuoteMeta(row[2])+`\b`, comment, "%s by %s.%s", row[1], row[3], row[4])
	}
}

// reaches is what starts a process or opens a connection.
var reaches = regexp.MustCompile(`(?m)^\s*(?:import )?"(os/exec|plugin|net/rpc|net/smtp|crypto/tls)"$|\bos\.StartProcess\(|` +
	`\bnet\.(Dial|Listen|Lookup|Resolve)|\bhttp\.(Get|Post|Head|New|Client|Default|Server|Listen|Serve)`)

// No code of the library or of its programs starts a process or opens a connection.
func TestNothingRuns(t *testing.T) {
	root := goOutput(t, "list", "-m", "-f", "{{.Dir}}")
	files := 0
	for _, line := range strings.Fields(goOutput(t, "list", "-f",
		`{{$dir := .Dir}}{{range .GoFiles}}{{$dir}}/{{.}} {{end}}{{range .IgnoredGoFiles}}{{$dir}}/{{.}} {{end}}`, "./...")) {
		path, err := filepath.Rel(strings.TrimSpace(root), line)
		require.NoError(t, err)
		if strings.HasPrefix(path, "internal/transcript") || strings.HasSuffix(path, "_test.go") {
			continue // test helpers
		}
		files++
		require.Empty(t, reaches.FindString(readFile(t, path)), path)
	}
	require.Greater(t, files, 200)
	for _, wrong := range []string{`import "os/exec"`, "net.Dial(", "http.Get(url)", "http.DefaultClient"} {
		require.Regexp(t, reaches, wrong)
	}
}
