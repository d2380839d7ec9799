// Package bench measures the library: the peers' program beside what people would use
// instead, the growth program with inputs of growing size.
//
// It is a module of its own: its dependencies are the peers. docs/benchmarks.md shows what
// the programs found, and says how to run them again.
package bench
