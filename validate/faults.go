package validate

import (
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// checkFaults reports the faults that the reader of the files found.
func (c *checker) checkFaults() {
	for _, f := range c.Set.Faults() {
		code := faultCode(f)
		c.findings = append(c.findings, Finding{
			Code: code, Severity: c.rules[code].Severity, Object: f.Object,
			Field: f.Field, File: f.File, Line: max(f.Line, 1), Message: f.Message,
		})
	}
	for i := range c.Objects {
		o := &c.Objects[i]
		for _, path := range o.Quoted() {
			c.reportAs(c.rules[WrongType].Severity, WrongType, o, path,
				"must be a number without quotes, as the CRD requires")
		}
	}
}

func faultCode(f manifest.Fault) Code {
	switch f.Kind {
	case manifest.UnknownKey:
		if f.Object.Group == lanes.GroupVersion().Group {
			return UnknownLaneKey
		}
		return UnknownKey
	case manifest.DuplicateKey:
		return DuplicateKey
	case manifest.WrongType:
		return WrongType
	case manifest.Misread:
		return Misread
	case manifest.Unreadable:
		return Unreadable
	case manifest.TooMany:
		return TooManyFaults
	default:
		return NotAnObject
	}
}
