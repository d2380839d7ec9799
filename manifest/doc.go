// Package manifest holds the objects of one Git directory as a [Set], and reads and
// writes them as YAML.
//
// There is one printer for everything, [Encode]. It prints apiVersion, kind and metadata
// first and everything else in the order of the Go types; it leaves out what marshalling
// adds (`status: {}`, `strategy: {}`, `resources: {}`), and keeps what marshalling drops
// although it means something (`weight: 0`). The same input gives the same bytes.
//
// What people wrote is not printed again: [Set.Edit] changes its text, so that only what
// must change changes, and [Diff] says what that means. A [Change] is data. They are made
// in order, each in what the last one left; [Changes] returns those that turn one set
// into another, and [SetField] is a change of one's own. An [EditError] says of each
// fault where it is; [EditErrors] finds all of them.
//
// Objects of a Set are shared, not copied: treat them as read-only, and change a deep
// copy.
package manifest
