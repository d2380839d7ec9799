package main

import (
	"cmp"
	"errors"
	"strings"

	"github.com/swimlane-go/swimlane/examples/internal/settings"
	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/validate"
)

// configure reads the file of -config, if it is given.
func (o *options) configure() error {
	if o.config == "" {
		return nil
	}
	s, err := settings.Read(o.config)
	if err != nil {
		return err
	}
	o.checker = s.Apply(o.checker)
	o.reading.Namespace = cmp.Or(o.reading.Namespace, s.Namespace)
	o.ignores = append(o.ignores, s.Ignore...)
	return nil
}

// ignored parses a value of -ignore.
func ignored(text string) (validate.Ignore, error) {
	code, object, found := strings.Cut(text, ":")
	out := validate.Ignore{Code: validate.Code(code)}
	if found {
		parts := strings.Split(object, "/")
		if len(parts) != 3 {
			return out, errors.New("must be CODE or CODE:KIND/NAMESPACE/NAME, in which a part may be empty")
		}
		out.Kind, out.Namespace, out.Name = parts[0], parts[1], parts[2]
	}
	return out, fielderr.Join(text, out.Validate())
}
