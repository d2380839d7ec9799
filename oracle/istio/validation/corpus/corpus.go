// Package corpus records the objects that the tests of Istio's validation validate.
package corpus

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"google.golang.org/protobuf/proto"

	"istio.io/istio/pkg/config"
)

// Dir is the environment variable with the directory for recorded objects.
const Dir = "SWIMLANE_CORPUS"

// Record writes an object to the directory that [Dir] names. Equal objects have the same file.
func Record(kind string, c config.Config) {
	spec, ok := c.Spec.(proto.Message)
	if !ok || !spec.ProtoReflect().IsValid() {
		return // no file can contain it
	}
	text, err := JSON(spec)
	if err != nil {
		return // text that is not UTF-8
	}
	meta := map[string]any{"name": c.Name, "namespace": c.Namespace}
	if c.Name == "" {
		meta["name"] = "recorded"
	}
	if len(c.Labels) > 0 {
		meta["labels"] = c.Labels
	}
	if len(c.Annotations) > 0 {
		meta["annotations"] = c.Annotations
	}
	object, err := json.Marshal(map[string]any{"apiVersion": "networking.istio.io/v1", "kind": kind, "metadata": meta,
		"spec": json.RawMessage(text)})
	if err == nil { // the hash makes the name unique, also for parallel tests
		err = os.WriteFile(filepath.Join(os.Getenv(Dir), fmt.Sprintf("%s-%x.json", kind, sha256.Sum256(object))),
			object, 0o600)
	}
	if err != nil {
		panic(err)
	}
}

// Read returns the objects in a directory, in the order of their files.
func Read(dir string) ([][]byte, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	out := make([][]byte, len(files))
	for i, file := range files {
		if out[i], err = os.ReadFile(file); err != nil {
			return nil, err
		}
	}
	return out, nil
}
