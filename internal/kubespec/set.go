package kubespec

// set is a set of values. It holds its first value without a map: most lists have one item.
type set[K comparable] struct {
	first K
	any   bool
	more  map[K]bool
}

// add adds a value and reports whether it is new.
func (s *set[K]) add(value K) bool {
	switch {
	case s.has(value):
		return false
	case !s.any:
		s.first, s.any = value, true
	case s.more == nil:
		s.more = map[K]bool{value: true}
	default:
		s.more[value] = true
	}
	return true
}

func (s *set[K]) has(value K) bool { return s.any && s.first == value || s.more[value] }
