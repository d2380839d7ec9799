package work

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
)

// Release returns the files of a release at its first stage, and other files with one object each.
func Release(others int) []manifest.File {
	plan, state := Started()
	app := mock.App()
	set := must(release.Render(app, plan, state, release.Options{}))
	config := release.Config{
		Name: "mock-release", Plan: plan, Candidate: release.Candidate{Version: "v3", From: "v2"},
		Routes: []release.EntryRoute{{Namespace: "istio-system", Name: "mock"}},
	}
	files := []manifest.File{
		{Name: "mock.yaml", Data: must(set.YAML())},
		{Name: "plan.yaml", Data: must(manifest.Encode(must(config.ConfigMap())))},
	}
	for i := range others {
		files = append(files, manifest.File{
			Name: fmt.Sprintf("other-%05d.yaml", i),
			Data: fmt.Appendf(nil, `apiVersion: v1
kind: Service
metadata:
  name: other-%[1]d
  namespace: others
spec:
  selector:
    app: other-%[1]d
  ports:
  - name: http
    port: 80
`, i),
		})
	}
	return files
}

// Write writes files to a directory.
func Write(dir string, files []manifest.File) {
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o644); err != nil {
			panic(err)
		}
	}
}

// Promote promotes the release in some files.
func Promote(files []manifest.File) gitops.Commit {
	tree := must(gitops.Open(must(manifest.Decode(files...)), ""))
	return must(tree.Apply(rollout.Event{Kind: rollout.Promote, Revision: tree.Revision(), At: Now}))
}
