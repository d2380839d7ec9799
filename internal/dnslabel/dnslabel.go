// Package dnslabel judges DNS-1123 labels as Kubernetes does, without its regular expressions.
package dnslabel

import "k8s.io/apimachinery/pkg/util/validation"

// Is reports whether a name is a DNS-1123 label: a-z, 0-9 and '-', with a letter or digit at both
// ends, and at most 63 characters. It answers as validation.IsDNS1123Label of apimachinery does.
func Is(name string) bool { return len(name) <= validation.DNS1123LabelMaxLength && IsPart(name) }

// IsPart reports whether a name is like a DNS-1123 label, of any length. Such are the parts of a
// DNS-1123 subdomain: Kubernetes bounds the length of the whole alone.
func IsPart(name string) bool {
	if name == "" || name[0] == '-' || name[len(name)-1] == '-' {
		return false
	}
	for i := range len(name) {
		if c := name[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
