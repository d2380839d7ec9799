package validate

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	networking "istio.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/manifest"
)

// regexes checks the regular expressions of a route's matches.
func (c *checker) regexes(o manifest.Object, path *field.Path, matches []*networking.HTTPMatchRequest) {
	for i, m := range matches {
		at := path.Index(i)
		for _, one := range []struct {
			key   string
			match *networking.StringMatch
		}{{"uri", m.GetUri()}, {"scheme", m.GetScheme()}, {"method", m.GetMethod()}, {"authority", m.GetAuthority()}} {
			if expression := one.match.GetRegex(); expression != "" { // most have none
				c.regex(o, at.Child(one.key, "regex"), expression)
			}
		}
		for _, many := range []struct {
			key     string
			matches map[string]*networking.StringMatch
		}{{"headers", m.GetHeaders()}, {"queryParams", m.GetQueryParams()}, {"withoutHeaders", m.GetWithoutHeaders()}} {
			for _, name := range slices.Sorted(maps.Keys(many.matches)) {
				// Istio reads "*" in withoutHeaders as a header that is there.
				if expression := many.matches[name].GetRegex(); expression != "" && (expression != "*" || many.key != "withoutHeaders") {
					c.regex(o, at.Child(many.key).Key(name).Child("regex"), expression)
				}
			}
		}
	}
}

// regex checks one regular expression, which is Go's as it is Envoy's: RE2.
func (c *checker) regex(o manifest.Object, path *field.Path, expression string) {
	if _, err := regexp.Compile(expression); err != nil {
		c.report(BadRegex, o, path, fmt.Sprintf("must be a regular expression of RE2: %v", err))
	}
}
