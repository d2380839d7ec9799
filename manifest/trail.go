package manifest

import "strconv"

// trail is a path during a walk. It becomes text only for a fault: a document has more places than
// faults. nil is the root.
type trail struct {
	up     *trail
	key    string
	index  int // of an item
	isItem bool
}

func (t *trail) at(key string) *trail { return &trail{up: t, key: key} }

func (t *trail) item(index int) *trail { return &trail{up: t, index: index, isItem: true} }

// String returns the path as [join] writes it.
func (t *trail) String() string {
	switch {
	case t == nil:
		return ""
	case t.isItem:
		return t.up.String() + "[" + strconv.Itoa(t.index) + "]"
	}
	return join(t.up.String(), t.key)
}
