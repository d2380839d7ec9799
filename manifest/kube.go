package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	kubeyaml "k8s.io/apimachinery/pkg/util/yaml"
)

// readBack reads a changed file with Kubernetes' own reader, as kubectl and Argo CD do. It returns
// an error unless that reader finds the objects that were read here, or misses just those that it
// missed before. It must find all edited objects.
func (e *editor) readBack(before, after fileReading) error {
	if e.readParts(before, after) {
		return nil
	}
	return e.readWhole(before, after)
}

// readWhole is readBack without a short cut.
func (e *editor) readWhole(before, after fileReading) error {
	ours, written := after.written()
	theirs, errs := after.seen()
	if len(errs) == 0 && slices.Equal(ours, theirs) {
		return nil
	}
	oursBefore, _ := before.written()
	theirsBefore, errsBefore := before.seen()
	switch {
	case len(errs) > len(errsBefore):
		return &EditError{Kind: ErrUnsafe, File: after.Name,
			Err: fmt.Errorf("must be what Kubernetes' reader takes: %w", errs[0])}
	case !maps.Equal(missed(ours, theirs), missed(oursBefore, theirsBefore)):
		return &EditError{Kind: ErrUnsafe, File: after.Name,
			Err: fmt.Errorf("must hold %v for Kubernetes' reader too, not %v", ours, theirs)}
	}
	for i, o := range written {
		if (e.parts[o.Ref] != nil || e.docs[o.Ref]) && !slices.Contains(theirs, ours[i]) {
			return o.refuse(ErrUnsafe, "", "must be what Kubernetes' reader finds there")
		}
	}
	return nil
}

// missed returns how many more objects of each Ref ours has than theirs; below 0 when theirs has
// more.
func missed(ours, theirs []Ref) map[Ref]int {
	out := map[Ref]int{}
	for _, ref := range ours {
		out[ref]++
	}
	for _, ref := range theirs {
		out[ref]--
	}
	maps.DeleteFunc(out, func(_ Ref, n int) bool { return n == 0 })
	return out
}

// written returns the objects of a file, and the Ref of each as it is written.
func (f fileReading) written() (refs []Ref, objects []Object) {
	for _, d := range f.docs {
		for _, o := range d.objects {
			refs = append(refs, Ref{o.Ref.Group, o.Ref.Kind, o.Meta().GetNamespace(), o.Ref.Name})
		}
		objects = append(objects, d.objects...)
	}
	return refs, objects
}

// seen returns the objects that Kubernetes' own reader finds in a file, and its errors.
func (f fileReading) seen() (refs []Ref, errs []error) {
	decoder := kubeyaml.NewYAMLOrJSONDecoder(bytes.NewReader(f.Data), 4096)
	for stuck := 0; stuck < 2; { // a broken beginning in JSON fails once, what follows JSON fails for good
		var data json.RawMessage
		var passes kubeyaml.YAMLSyntaxError
		switch err := decoder.Decode(&data); {
		case errors.Is(err, io.EOF):
			return refs, errs
		case errors.As(err, &passes):
			errs = append(errs, err)
		case err != nil:
			errs = append(errs, err)
			stuck++
		default:
			refs = appendRefs(refs, data)
		}
	}
	return refs, errs
}

// appendRefs adds the Ref of an object, or of each item of a list, as it is written.
func appendRefs(refs []Ref, data []byte) []Ref {
	if list, isList := listed(data); isList {
		for _, item := range list {
			refs = appendRefs(refs, item)
		}
		return refs
	}
	if h, ref, err := readHead(data); err == nil && h.isObject() {
		return append(refs, ref)
	}
	return refs
}
