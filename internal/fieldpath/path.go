// Package fieldpath names the fields of objects, without a cost for fields that no one reads about.
package fieldpath

import "strconv"

// Path is the place of a field, linked to the place of its parent. Package field of apimachinery
// spells it the same, but there each place is an allocation. Here it stays on the stack as long as
// nobody keeps it: only a fault needs the text, and most objects have no fault.
type Path struct {
	parent *Path
	key    string // of a field, or with isKey of a map
	index  int    // in a list, when key is empty
	isKey  bool
}

// New returns the place of a field of an object.
func New(key string) *Path { return &Path{key: key} }

// Child returns the place of a field of the value. The key may name a field of a field: "a.b".
func (p *Path) Child(key string) *Path { return &Path{parent: p, key: key} }

// Index returns the place of an item of the list.
func (p *Path) Index(i int) *Path { return &Path{parent: p, index: i} }

// Key returns the place of the value of a key of the map.
func (p *Path) Key(key string) *Path { return &Path{parent: p, key: key, isKey: true} }

// String returns the path as package field spells it: "spec.http[0].headers[x]".
func (p *Path) String() string { return string(p.append(nil)) }

// append appends the path to b. Strings for the parents would make every place escape to the heap.
func (p *Path) append(b []byte) []byte {
	if p.parent != nil {
		b = p.parent.append(b)
	}
	switch {
	case p.isKey:
		b = append(append(append(b, '['), p.key...), ']')
	case p.key == "":
		b = append(strconv.AppendInt(append(b, '['), int64(p.index), 10), ']')
	case p.parent == nil:
		b = append(b, p.key...)
	default:
		b = append(append(b, '.'), p.key...)
	}
	return b
}
