package istiospec

import "strconv"

// at is the place of a value, linked to the place of its parent. It lives on the stack: only a
// fault needs the path as text, and most objects have none.
type at struct {
	parent *at
	key    string // of a field, or with isKey of a map
	index  int    // in a list, when key is empty
	isKey  bool
}

// child returns the place of a field of the value.
func (p *at) child(key string) at { return at{parent: p, key: key} }

// item returns the place of an item of the list.
func (p *at) item(i int) at { return at{parent: p, index: i} }

// value returns the place of the value of a key of the map.
func (p *at) value(key string) at { return at{parent: p, key: key, isKey: true} }

// String returns the path as package field spells it: "spec.http[0].headers[x]".
func (p *at) String() string { return string(p.append(nil)) }

// append appends the path to b. Strings for the parents would make every place escape to the heap.
func (p *at) append(b []byte) []byte {
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
