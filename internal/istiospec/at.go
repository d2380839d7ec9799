package istiospec

import "strconv"

// at is where a value is, linked to where its parent is. It lives on the stack: a path is
// spelled out for a fault alone, and most objects have none.
type at struct {
	parent *at
	key    string // of a field; with isKey of a map
	index  int    // in a list, when key is empty
	isKey  bool
}

// child returns where a field of the value is.
func (p *at) child(key string) at { return at{parent: p, key: key} }

// item returns where an item of the list is.
func (p *at) item(i int) at { return at{parent: p, index: i} }

// value returns where the value of a key of the map is.
func (p *at) value(key string) at { return at{parent: p, key: key, isKey: true} }

// String returns the path as package field spells it: "spec.http[0].headers[x]".
func (p *at) String() string { return string(p.append(nil)) }

// append copies the path to b: a string of its own would make every place escape.
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
