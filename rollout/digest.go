package rollout

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// Digest returns "sha256:" and 64 hex digits over what the plan makes happen:
// candidate, lanes, vectors, stage names, and all that must be known before the release
// goes on. Prose (criteria, reasons of freezes) and annotations are left out, so that
// mending a sentence does not orphan a release. The digest of a given plan is the same in
// every version of the library.
func (p Plan) Digest() string {
	b := make([]byte, 0, 512)
	b = append(b, "swimlane plan 1\n"...)
	b = appendString(b, p.Candidate)
	b = appendWeights(b, p.Before)
	b = binary.AppendUvarint(b, uint64(len(p.Stages)))
	for _, stage := range p.Stages {
		b = appendString(b, stage.Name)
		b = appendWeights(b, stage.Weights)
	}
	b = appendWeights(b, p.Rollback)
	b = p.appendGates(b)
	sum := sha256.Sum256(b)
	const prefix = "sha256:"
	out := make([]byte, len(prefix), len(prefix)+2*sha256.Size)
	copy(out, prefix)
	return string(hex.AppendEncode(out, sum[:]))
}

// Every string and list is preceded by its length, so that no two plans share
// one encoding.

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendWeights(b []byte, w Weights) []byte {
	b = binary.AppendUvarint(b, uint64(len(w)))
	for _, weight := range w {
		b = appendString(b, weight.Lane)
		b = binary.AppendVarint(b, int64(weight.Percent))
	}
	return b
}
