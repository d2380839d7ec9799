package cli

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// JSON writes a value as programs print it, indented and with a newline. An @ that would
// notify somebody where the text is shown is written as \u0040, which means the same.
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
