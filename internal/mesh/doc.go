// Package mesh says what a set of objects means to Istio and to ASM: which hosts exist and which
// pods serve them, which gateways serve which hosts, which routes and subsets a caller sees, and
// which services the lanes of a group have.
//
// It holds facts. Package preview concludes where a request goes; package validate concludes what
// is wrong.
package mesh
