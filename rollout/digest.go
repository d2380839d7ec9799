package rollout

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// Digest returns "sha256:" and 64 hex digits over all that the plan makes happen:
// candidate, lanes, vectors, stage names, and all that must be known before the release
// goes on. It leaves out prose (criteria, reasons of freezes) and annotations, so an
// edited sentence does not orphan a release. A given plan has the same digest in every
// version of the library.
func (p Plan) Digest() string {
	digest := p.digest()
	return string(digest[:])
}

// digestPrefix says how a digest was made.
const digestPrefix = "sha256:"

// digest is the text of a digest.
type digest [len(digestPrefix) + 2*sha256.Size]byte

// digest returns what Digest does, without an allocation for most plans: every event asks
// for it (BenchmarkDigest, TestDecisionsAllocateLittle).
func (p *Plan) digest() digest {
	var buffer [2048]byte
	b := append(buffer[:0], "swimlane plan 1\n"...)
	b = appendString(b, p.Candidate)
	b = appendWeights(b, p.Before)
	b = binary.AppendUvarint(b, uint64(len(p.Stages)))
	for i := range p.Stages {
		b = appendString(b, p.Stages[i].Name)
		b = appendWeights(b, p.Stages[i].Weights)
	}
	b = appendWeights(b, p.Rollback)
	b = p.appendGates(b)
	sum := sha256.Sum256(b)
	var out digest
	copy(out[:], digestPrefix)
	hex.Encode(out[len(digestPrefix):], sum[:])
	return out
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
