package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"

	kubeyaml "k8s.io/apimachinery/pkg/util/yaml"
)

// readParts reports whether Kubernetes' reader finds in the part of a file that changes what was
// read there: then the whole file passes [editor.readWhole], since the reader reads one document
// after the other, and the same in both texts outside of that part. False means that it is not
// known.
func (e *editor) readParts(before, after fileReading) bool {
	from, to, ok := changedParts(before.Data, after.Data)
	if !ok {
		return false
	}
	theirsBefore, _ := seenYAML(from)
	theirs, errs := seenYAML(to)
	oursBefore, _ := before.written()
	ours, written := after.written()
	for i, o := range written {
		if (e.parts[o.Ref] != nil || e.docs[o.Ref]) && !slices.Contains(theirs, ours[i]) {
			return false
		}
	}
	oursBefore, ours = withoutSame(oursBefore, ours)
	return len(errs) == 0 && maps.Equal(missed(ours, oursBefore), missed(theirs, theirsBefore))
}

// withoutSame returns two lists without what both begin with, and what both end with.
func withoutSame(a, b []Ref) ([]Ref, []Ref) {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return a, b
}

// seenYAML returns what Kubernetes' reader finds in YAML documents, and what it refuses.
func seenYAML(text []byte) (refs []Ref, errs []error) {
	for decoder := kubeyaml.NewYAMLToJSONDecoder(bytes.NewReader(text)); ; {
		var data json.RawMessage
		switch err := decoder.Decode(&data); {
		case errors.Is(err, io.EOF):
			return refs, errs
		case err != nil:
			errs = append(errs, err)
		default:
			refs = appendRefs(refs, data)
		}
	}
}

// changedParts returns the parts of two texts between which they differ: whole documents. It is
// not ok for JSON, whose reader knows what came before.
func changedParts(before, after []byte) (from, to []byte, ok bool) {
	if kubeyaml.IsJSONBuffer(before) || kubeyaml.IsJSONBuffer(after) {
		return nil, nil, false
	}
	same := 0
	for same < min(len(before), len(after)) && before[same] == after[same] {
		same++
	}
	start := documentStart(before[:same], true)
	before, after = before[start:], after[start:]
	same = 0
	for same < min(len(before), len(after)) && before[len(before)-1-same] == after[len(after)-1-same] {
		same++
	}
	rest := before[len(before)-same:]
	// What begins in the middle of a line may be another line in the other text.
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[i+1:]
		if end := documentStart(rest, false); end > 0 {
			rest = rest[end:]
			return before[:len(before)-len(rest)], after[:len(after)-len(rest)], true
		}
	}
	return before, after, true
}

// documentStart returns the first or last place of a text where Kubernetes' reader begins a
// document with nothing kept of what came before: after a line "---" after a line of another
// kind. 0 means that there is none.
func documentStart(text []byte, last bool) int {
	found := 0
	for at, other := 0, false; at < len(text); {
		end := bytes.IndexByte(text[at:], '\n')
		if end < 0 {
			break
		}
		marker := bytes.HasPrefix(text[at:], []byte("---"))
		at += end + 1
		if marker && other {
			if found = at; !last {
				break
			}
		}
		other = !marker
	}
	return found
}
