// Package bench measures the library. The program peers compares it with other libraries; processes
// does so with whole programs; growth gives the library inputs of growing size.
//
// It is a separate module, since it depends on the peers. docs/benchmarks.md has the results, and
// says how to run the programs.
package bench
