package preview

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/big"
)

// outcomeJSON and edgeJSON are the JSON of an [Outcome] and an [Edge]: the share as a
// number for programs, and the exact fraction beside it.
type outcomeJSON struct {
	Share float64 `json:"share"`
	// Fraction is the exact share, as "1/3".
	Fraction *big.Rat `json:"fraction"`
	Root     *Node    `json:"root"`
}

type edgeJSON struct {
	From Stop    `json:"from"`
	To   Stop    `json:"to"`
	Rate float64 `json:"rate"`
	// Fraction is the exact rate, as "1/3".
	Fraction *big.Rat `json:"fraction"`
}

// MarshalJSON returns an object with the keys "share", "fraction" and "root".
func (o Outcome) MarshalJSON() ([]byte, error) {
	return encoded(outcomeJSON{Share: number(o.Share), Fraction: o.Share, Root: o.Root})
}

// UnmarshalJSON reads what [Outcome.MarshalJSON] returns.
func (o *Outcome) UnmarshalJSON(data []byte) error {
	var in outcomeJSON
	err := decoded(data, &in, &in.Fraction)
	*o = Outcome{Share: in.Fraction, Root: in.Root}
	return err
}

// MarshalJSON returns an object with the keys "from", "to", "rate" and "fraction".
func (e Edge) MarshalJSON() ([]byte, error) {
	return encoded(edgeJSON{From: e.From, To: e.To, Rate: number(e.Rate), Fraction: e.Rate})
}

// UnmarshalJSON reads what [Edge.MarshalJSON] returns.
func (e *Edge) UnmarshalJSON(data []byte) error {
	var in edgeJSON
	err := decoded(data, &in, &in.Fraction)
	*e = Edge{From: in.From, To: in.To, Rate: in.Fraction}
	return err
}

func number(share *big.Rat) float64 {
	if share == nil {
		return 0
	}
	f, _ := share.Float64()
	return f
}

// encoded leaves the escaping of HTML to the caller's encoder.
func encoded(value any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return b.Bytes(), err
}

func decoded(data []byte, into any, fraction **big.Rat) error {
	err := json.Unmarshal(data, into)
	if err == nil && *fraction == nil {
		err = errors.New("fraction must be set")
	}
	return err
}
