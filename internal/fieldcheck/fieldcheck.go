// Package fieldcheck checks values that several builders share. Every function
// returns nil for a good value, else field errors at path.
package fieldcheck

import (
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// Label checks a DNS-1123 label: a name that also serves as a label value, a subset name or a part
// of other names.
func Label(path *field.Path, name string) field.ErrorList {
	return named(path, name, validation.IsDNS1123Label, "format=dns-label")
}

// Namespace checks the namespace of an object, which may be empty.
func Namespace(path *field.Path, namespace string) field.ErrorList {
	if namespace == "" {
		return nil
	}
	return Label(path, namespace)
}

// Subdomain checks a DNS-1123 subdomain: the name of most objects.
func Subdomain(path *field.Path, name string) field.ErrorList {
	return named(path, name, validation.IsDNS1123Subdomain, "format=dns-subdomain")
}

// Host checks the name of a host: a DNS-1123 subdomain with labels of the length that DNS allows.
// The last label must not be a number: Istio refuses it.
func Host(path *field.Path, host string) field.ErrorList {
	errs := Subdomain(path, host)
	if len(errs) > 0 {
		return errs
	}
	last := ""
	long := false
	for label := range strings.SplitSeq(host, ".") {
		last, long = label, long || len(label) > validation.DNS1123LabelMaxLength
	}
	if long {
		errs = append(errs, field.Invalid(path, host,
			"must have no part of more than 63 characters between dots").WithOrigin("format=host"))
	}
	if strings.Trim(last, "0123456789") == "" {
		errs = append(errs, field.Invalid(path, host, "must not end in a number").WithOrigin("format=host"))
	}
	return errs
}

// ServiceName checks a DNS-1035 label: the name of a Service.
func ServiceName(path *field.Path, name string) field.ErrorList {
	return named(path, name, validation.IsDNS1035Label, "format=dns-1035-label")
}

func named(path *field.Path, name string, check func(string) []string, origin string) field.ErrorList {
	if name == "" {
		return field.ErrorList{field.Required(path, "must not be empty")}
	}
	var errs field.ErrorList
	for _, msg := range check(name) {
		errs = append(errs, field.Invalid(path, name, fielderr.Plain(msg)).WithOrigin(origin))
	}
	return errs
}

// Labels checks the keys and values of labels, in the order of the keys.
func Labels(path *field.Path, labels map[string]string) field.ErrorList {
	var errs field.ErrorList
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		for _, msg := range validation.IsQualifiedName(key) {
			errs = append(errs, field.Invalid(path, key, fielderr.Plain(msg)).WithOrigin("format=label-key"))
		}
		for _, msg := range validation.IsValidLabelValue(labels[key]) {
			errs = append(errs, field.Invalid(path.Key(key), labels[key],
				fielderr.Plain(msg)).WithOrigin("format=label-value"))
		}
	}
	return errs
}

// Annotations checks the keys of annotations, in their order.
func Annotations(path *field.Path, annotations map[string]string) field.ErrorList {
	var errs field.ErrorList
	for _, key := range slices.Sorted(maps.Keys(annotations)) {
		for _, msg := range validation.IsQualifiedName(strings.ToLower(key)) {
			errs = append(errs, field.Invalid(path, key, fielderr.Plain(msg)).WithOrigin("format=annotation-key"))
		}
	}
	return errs
}

// Hosts checks the hosts of a Gateway or a VirtualService. Each is a name, a name with a wildcard
// as first label, or "*". None may occur twice or be covered by another one: Istio refuses both.
func Hosts(path *field.Path, hosts []string) field.ErrorList {
	var errs field.ErrorList
	seen := make(map[string]bool, len(hosts))
	for i, host := range hosts {
		if host != "*" {
			errs = append(errs, Host(path.Index(i), strings.TrimPrefix(host, "*."))...)
		}
		if seen[host] {
			errs = append(errs, field.Duplicate(path.Index(i), host))
		}
		seen[host] = true
	}
	for i, host := range hosts {
		if by := covering(seen, host); by != "" {
			errs = append(errs, field.Invalid(path.Index(i), host, "must not be covered by another host: "+
				by).WithOrigin("overlap"))
		}
	}
	return errs
}

// covering returns the narrowest wildcard among hosts that covers host too, or "".
func covering(hosts map[string]bool, host string) string {
	for rest := strings.TrimPrefix(host, "*."); ; {
		var more bool
		if _, rest, more = strings.Cut(rest, "."); !more {
			break
		}
		if hosts["*."+rest] {
			return "*." + rest
		}
	}
	if host != "*" && hosts["*"] {
		return "*"
	}
	return ""
}

// NoShortHosts refuses hosts without a dot: Istio's gateways do not accept them.
func NoShortHosts(path *field.Path, hosts []string) field.ErrorList {
	var errs field.ErrorList
	for i, host := range hosts {
		if host != "" && host != "*" && !strings.Contains(host, ".") {
			errs = append(errs, field.Invalid(path.Index(i), host,
				`must be a full name or "*": gateways accept no short ones`).WithOrigin("format=fqdn"))
		}
	}
	return errs
}

// Port checks a port number, 1 to 65535.
func Port(path *field.Path, port int64) field.ErrorList {
	if port >= 1 && port <= 65535 {
		return nil
	}
	return field.ErrorList{field.Invalid(path, port, "must be between 1 and 65535").WithOrigin("port")}
}

// HeaderName checks the name of a header in a match or a header operation; Istio accepts lower case
// only.
func HeaderName(path *field.Path, name string) field.ErrorList {
	if len(validation.IsHTTPHeaderName(name)) == 0 && name == strings.ToLower(name) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, name,
		"must be the name of a header in lower case").WithOrigin("format=header")}
}

// IsTraceHeader reports whether a header has one of the well-known names for a trace id or the
// baggage of a trace.
func IsTraceHeader(name string) bool {
	return slices.Contains([]string{
		"baggage", "x-request-id", "traceparent", "tracestate", "b3", "x-b3-traceid", "x-b3-spanid",
		"uber-trace-id", "sw8", "x-datadog-trace-id", "x-cloud-trace-context", "x-ot-span-context", "eagleeye-traceid",
	}, strings.ToLower(name))
}
