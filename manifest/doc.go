// Package manifest holds the objects of one Git directory as a [Set], and reads and
// writes them as YAML.
//
// There is one printer for everything, [Encode]. It prints apiVersion, kind and metadata first and
// everything else in the order of the Go types. It leaves out what marshalling adds (`status: {}`,
// `strategy: {}`, `resources: {}`), and keeps what marshalling drops although it has a meaning
// (`weight: 0`). The same input gives the same bytes.
//
// Files that people wrote are not printed again. [Set.Edit] changes their text, and only where it
// must; [Diff] says what an edit means. A [Change] is data. Changes are made in order, each in the
// result of the one before. [Changes] returns the changes that turn one set into another, and
// [SetField] sets any field. An [EditError] says where a fault is; [EditErrors] finds all of them.
//
// Objects of a Set are shared, not copied: treat them as read-only, and change a deep
// copy.
package manifest
