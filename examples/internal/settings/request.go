package settings

import (
	"errors"
	"strings"

	"github.com/swimlane-go/swimlane/preview"
)

// ParseRequest parses a request of the form [HOST]/PATH.
func ParseRequest(text string) (preview.Request, error) {
	host, path, found := strings.Cut(text, "/")
	if !found {
		return preview.Request{}, errors.New("must be [HOST]/PATH")
	}
	return preview.Request{Host: host, Path: "/" + path}, nil
}
