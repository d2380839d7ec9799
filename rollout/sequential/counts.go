package sequential

// Counts are the requests of one window, and how many of them were bad.
type Counts struct {
	Bad   int64 `json:"bad"`
	Total int64 `json:"total"`
}

// most is the largest count that a float64 tells apart from its neighbours.
const most = 1 << 53

// Valid reports whether requests can have these counts: none negative, none above 2^53,
// no more bad ones than there are. Evidence ignores counts that are not valid.
func (c Counts) Valid() bool { return 0 <= c.Bad && c.Bad <= c.Total && c.Total <= most }
