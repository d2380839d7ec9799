package swimlane_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every message that the page quotes as a symptom is one that the code prints: the words
// around "…" are.
func TestTroubleshootingQuotesMessages(t *testing.T) {
	sources := goSources(t)
	quoted, unsaid := 0, []string{}
	for line := range strings.Lines(readFile(t, "docs/troubleshooting.md")) {
		cells := strings.Split(line, " | ")
		if !strings.HasPrefix(line, "| ") {
			continue
		}
		for _, message := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[0], -1) {
			if !strings.Contains(message[1], " ") {
				continue // a command or a field
			}
			quoted++
			for _, part := range strings.Split(message[1], "…") {
				part = strings.Trim(part, " ,:")
				if !strings.Contains(sources, part) {
					unsaid = append(unsaid, part)
				}
			}
		}
	}
	require.Empty(t, unsaid, "no program says it: quote what they say now")
	require.Greater(t, quoted, 30)
}
