package validate_test

import (
	"path/filepath"
	"testing"

	"github.com/swimlane-go/swimlane/internal/messagetest"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

// The messages of the package are a page for reading: those of the bad files, and of a good tree
// with each line broken.
func TestMessages(t *testing.T) {
	var p messagetest.Page
	add := func(broken string, findings validate.Findings) {
		for _, f := range findings {
			p.Lines(broken, string(f.Code)+": "+f.Message)
		}
	}
	p.Head("Bad files")
	for _, path := range glob(t, "testdata/bad/*.yaml") {
		add(filepath.Base(path), validate.Check(read(t, path)))
	}
	p.Head("A good tree, broken")
	messagetest.Texts(&p, seed(t), func(text string) error {
		set, _ := manifest.Decode(manifest.File{Name: "a.yaml", Data: []byte(text)})
		add("a line", validate.Check(set))
		return nil
	})
	p.Golden(t)
}
