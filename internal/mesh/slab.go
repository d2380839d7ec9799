package mesh

// slab holds values, many to an allocation. The values stay where they are.
type slab[T any] []T

// add adds a value and returns where it is.
func (s *slab[T]) add(value T) *T {
	if len(*s) == cap(*s) {
		*s = make([]T, 0, max(1, 2*cap(*s))) // the pointers keep the full one
	}
	*s = append(*s, value)
	return &(*s)[len(*s)-1]
}
