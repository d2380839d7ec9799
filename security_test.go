package swimlane_test

import (
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
