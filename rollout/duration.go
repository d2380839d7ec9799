package rollout

import (
	"fmt"
	"strings"
	"time"
)

// Duration is a span of time. In JSON and YAML it is text as [time.ParseDuration]
// reads it: "90s", "10m", "1h30m". The zero value means "not set" wherever a plan
// has one.
type Duration time.Duration

// String returns the duration without the units that are zero at its end: "10m", not
// "10m0s".
func (d Duration) String() string {
	text := time.Duration(d).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// MarshalText returns String.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what [time.ParseDuration] reads. On error d is left as it was.
func (d *Duration) UnmarshalText(text []byte) error {
	read, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("must be a duration such as 90s, 10m or 1h30m, not %q", text)
	}
	*d = Duration(read)
	return nil
}
