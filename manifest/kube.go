package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	kubeyaml "k8s.io/apimachinery/pkg/util/yaml"
)

// readBack reads a file with Kubernetes' own reader, as kubectl and Argo CD do. It
// returns an error unless that reader finds the objects which were read here.
func (f fileReading) readBack() error {
	var ours, theirs []Ref
	for _, d := range f.docs {
		for _, o := range d.objects {
			ours = append(ours, Ref{o.Ref.Group, o.Ref.Kind, o.Meta().GetNamespace(), o.Ref.Name})
		}
	}
	decoder := kubeyaml.NewYAMLOrJSONDecoder(bytes.NewReader(f.Data), 4096)
	for {
		var data json.RawMessage
		err := decoder.Decode(&data)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("%s: must be what Kubernetes' reader takes: %w", f.Name, err)
		}
		theirs = appendRefs(theirs, data)
	}
	if !slices.Equal(ours, theirs) {
		return fmt.Errorf("%s: must hold %v for Kubernetes' reader too, not %v", f.Name, ours, theirs)
	}
	return nil
}

// appendRefs adds what an object, or each item of a list, is called in its text.
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
