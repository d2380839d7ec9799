// Package mesh says what a set of objects means to Istio and to ASM: which hosts
// there are and what runs behind them, which gateways serve which hosts, which
// routes and subsets a caller sees, what the lanes of a group have.
//
// It holds facts. Where one request goes is concluded from them by package preview,
// what is wrong by package validate.
package mesh
