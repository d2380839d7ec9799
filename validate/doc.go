// Package validate checks a set of objects against each other and finds what no
// check of a single object can: a route to a lane that is not there, a lane
// without pods, weights that do not add up. It works on built objects and on
// hand-written YAML alike.
//
// Every finding has a code, which is never reused. [Rules] lists them; so does
// docs/findings.md.
package validate
