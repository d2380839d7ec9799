package cli

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// Failure is what a program prints as JSON when it cannot answer.
type Failure struct {
	// Error says why.
	Error string `json:"error"`
}

// JSON writes a value as indented JSON with a newline at the end. It writes an @ that would notify
// somebody as \u0040, which means the same.
func JSON(w io.Writer, value any) error {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	_, err := io.WriteString(w, markup.Mute(text.String(), `\u0040`))
	return err
}
