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

// readParts reports whether Kubernetes' reader finds the same objects as were read here, in the
// changed part of a file. If so, the whole file passes [editor.readWhole]: the reader reads one
// document after the other, and both texts are the same outside of that part. False means unknown.
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

// withoutSame returns two lists without their common beginning and their common end.
func withoutSame(a, b []Ref) ([]Ref, []Ref) {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return a, b
}

// seenYAML returns the objects that Kubernetes' reader finds in YAML documents, and its errors.
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

// changedParts returns the parts in which two texts differ, in whole documents. ok is false for
// JSON: its reader knows what came before.
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
	// The common end may begin within a line, and that may be another line in the other text.
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[i+1:]
		if end := documentStart(rest, false); end > 0 {
			rest = rest[end:]
			return before[:len(before)-len(rest)], after[:len(after)-len(rest)], true
		}
	}
	return before, after, true
}

// documentStart returns the first or last offset of a text at which Kubernetes' reader begins a
// document and keeps nothing of what came before: behind a line "---" that follows another line. 0
// means none.
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
