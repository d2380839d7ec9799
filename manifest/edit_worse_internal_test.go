package manifest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// Everything that an edit makes worse is found. Old faults and improvements do not count.
func TestWorseFindsWhatGetsWorse(t *testing.T) {
	const (
		a, b, typo = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
			"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n",
			"apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: c}\nspec: {host: a}\n"
		broken = "a: [\n"
		or     = "---\n"
	)
	for name, test := range map[string]struct {
		before, after string
		edited        int // the number of the edited document
		want          string
	}{
		"nothing":               {a + or + b, a + or + b, 0, ""},
		"edited":                {a + or + b, "# c\n" + a + or + b, 0, ""},
		"broken":                {broken + or + b, broken + or + "# c\n" + b, 1, ""},
		"broken, at other line": {broken + or + b, "# c\n" + broken + or + b, 1, ""},
		"no longer broken":      {broken + or + b, b, 0, ""},
		"comments before":       {a + or + b, "# of a\n" + b, 0, ""},
		"broken now": {a + or + b, broken + or + b, 0,
			"in.yaml:1: must be YAML: did not find expected node content"},
		"more broken": {broken + or + b, broken + or + broken + or + b, 1,
			"in.yaml:3: must be YAML: did not find expected node content"},
		"broken otherwise": {"a: *x\n" + or + b, broken + or + b, 1,
			"in.yaml:1: must be YAML: did not find expected node content"},
		"faulty now": {a + or + b, typo + or + b, 0,
			"in.yaml:4: must not make the files faulty: must be a key of Istio's VirtualService"},
		"faulty, and more": {typo + or + b, typo + or + typo, 1,
			"in.yaml:9: must not make the files faulty: must be a key of Istio's VirtualService"},
		"another changed": {a + or + b, a + or + b + "data: {a: b}\n", 0,
			"in.yaml:5: the document must stay as it is"},
		"another gone":       {a + or + b, a, 0, "in.yaml:5: the document must stay as it is"},
		"another broken one": {a + or + broken, a + or + "b: [\n", 0, "in.yaml:5: the document must stay as it is"},
		"in another order": {a + or + b + or + broken, broken + or + b + or + a, 0,
			"in.yaml:9: the document must stay as it is"},
		"a twin gone": {a + or + a + "data: {a: b}\n" + or + b, a + or + a + or + b, 0,
			"in.yaml:5: the document must stay as it is"},
	} {
		t.Run(name, func(t *testing.T) {
			read := func(text string) fileReading {
				return Reader{}.withDefaults().file(File{Name: "in.yaml", Data: []byte(text)}, nil)
			}
			before := read(test.before)
			e := &editor{patched: map[*yamltext.Document]bool{before.docs[test.edited].doc: true}}
			err := e.worse(before, read(test.after))
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
		})
	}
}
