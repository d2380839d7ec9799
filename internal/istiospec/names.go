package istiospec

import (
	"net/netip"
	"strconv"
	"strings"
)

// isLabel reports whether a name is a DNS label by Istio's rule: letters of both cases are valid.
// Source: Istio, pkg/config/labels, IsDNS1123Label.
func isLabel(name string) bool {
	if name == "" || len(name) > 63 || name[0] == '-' || name[len(name)-1] == '-' {
		return false
	}
	for i := range len(name) {
		if !isAlphanumeric(name[i]) && name[i] != '-' {
			return false
		}
	}
	return true
}

func isAlphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// isDomain reports whether a name is a host without a wildcard.
// Source: Istio, pkg/config/validation/agent, ValidateFQDN.
func isDomain(name string) bool { return name != "" && len(name) <= 255 && areLabels(name) }

// areLabels reports whether a name consists of labels. The last one may be empty and must not be a
// number.
func areLabels(name string) bool {
	if isNumber(name[strings.LastIndexByte(name, '.')+1:]) {
		return false
	}
	for {
		label, rest, more := strings.Cut(name, ".")
		if !more {
			return label == "" || isLabel(label)
		}
		if !isLabel(label) {
			return false
		}
		name = rest
	}
}

// isNumber reports whether Istio reads a label as a number: it must fit into 64 bits.
func isNumber(label string) bool {
	if label == "" || strings.Trim(label, "0123456789") != "" {
		return false
	}
	_, err := strconv.Atoi(label)
	return err == nil
}

// isHost reports whether a name is a host, with or without a wildcard: "*", "*.example.com",
// "*-eu.example.com", "*eu.example.com".
// Source: Istio, pkg/config/validation/agent, ValidateWildcardDomain.
func isHost(name string) bool {
	first, rest, _ := strings.Cut(name, ".")
	if len(first) > 63 || len(name) > 255 {
		return false
	}
	if first != "*" {
		label, wild := strings.CutPrefix(first, "*")
		if wild {
			label = strings.TrimPrefix(label, "-")
		}
		if !isLabel(label) {
			return false
		}
	}
	return areLabels(rest)
}

// isHostOrSNI reports whether a name is a host, or an SNI that gateways use among themselves:
// "outbound_.PORT_.SUBSET_.HOST".
// Source: Istio, pkg/config/validation/agent,
// ValidateWildcardDomainForVirtualServiceBoundToGateway.
func isHostOrSNI(name string) bool {
	rest, outbound := strings.CutPrefix(name, "outbound_")
	if !outbound {
		return isHost(name)
	}
	port, rest, _ := strings.Cut(rest, "_")
	_, rest, more := strings.Cut(rest, "_")
	host, _, _ := strings.Cut(rest, "_")
	return more && len(name) <= 255 && strings.ContainsAny(port, "0123456789") && strings.ContainsFunc(host, isLetter)
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

// isAddress reports whether a host is an IP address.
func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// isSubnet reports whether a text is an IP address or a CIDR block.
// Source: Istio, pkg/config/validation/agent, ValidateIPSubnet.
func isSubnet(text string) bool {
	if strings.Count(text, "/") != 1 {
		return isAddress(text)
	}
	_, err := netip.ParsePrefix(text)
	return err == nil
}

// isLabelKey reports whether a text is a valid key of a label of pods: a name; a domain and a slash
// may come before.
// Source: Istio, pkg/config/labels, validateTagKey.
func isLabelKey(key string) bool {
	domain, name, found := strings.Cut(key, "/")
	if !found {
		name = key
	} else if len(domain) > 253 || !isLabelDomain(domain) {
		return false
	}
	return name != "" && len(name) <= 63 && isLabelValue(name)
}

// isLabelDomain reports whether a domain may come before the key of a label. Its parts may have any
// length.
func isLabelDomain(domain string) bool {
	for {
		label, rest, more := strings.Cut(domain, ".")
		if label == "" || !isLabelValue(label) || strings.Contains(label, "_") {
			return false
		}
		if !more {
			return true
		}
		domain = rest
	}
}

// isLabelValue reports whether a text is a valid value of a label of pods. Istio does not limit its
// length.
// Source: Istio, pkg/config/labels, labelValueRegexp.
func isLabelValue(value string) bool {
	if value == "" {
		return true
	}
	if !isAlphanumeric(value[0]) || !isAlphanumeric(value[len(value)-1]) {
		return false
	}
	for i := range len(value) {
		if c := value[i]; !isAlphanumeric(c) && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}
