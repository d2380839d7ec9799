package cli

import (
	"flag"
	"fmt"
	"slices"
	"strings"
)

// Format adds the flag -format: one of several formats, by default the first. What names what is
// printed.
func Format(flags *flag.FlagSet, value *string, what string, formats ...string) {
	*value = formats[0]
	usage := fmt.Sprintf("how %s is printed: `%s` (default %q)", what, strings.Join(formats, "|"), *value)
	flags.Func("format", usage, func(text string) error {
		if !slices.Contains(formats, text) {
			last := len(formats) - 1
			return fmt.Errorf("must be %s or %s", strings.Join(formats[:last], ", "), formats[last])
		}
		*value = text
		return nil
	})
}
