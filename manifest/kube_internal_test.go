package manifest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The objects that were read here and those that Kubernetes' own reader finds must be the same.
func TestReadBackFindsWhatIsReadOtherwise(t *testing.T) {
	const a, b = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
		"apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: ns}}]\n"
	read := func(text string) fileReading {
		return Reader{}.withDefaults().file(File{Name: "in.yaml", Data: []byte(text)}, nil)
	}
	f, e := read(a+"---\n"+b), &editor{}
	require.NoError(t, e.readBack(fileReading{}, f))
	for _, other := range []string{a, b, a + "...\n" + b, a + "---\n" + a, ""} {
		f.Data = []byte(other)
		require.ErrorContains(t, e.readBack(fileReading{}, f),
			"in.yaml: must hold [ConfigMap a ConfigMap ns/b] for Kubernetes' reader too, not ", "%q", other)
	}
	f.Data = []byte("...")
	require.ErrorContains(t, e.readBack(fileReading{}, f), "in.yaml: must be what Kubernetes' reader takes")

	// Objects that it missed before it may miss afterwards: as many of each kind, and none that is
	// edited.
	const broken, json = "---\na: [\n", `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "j"}}` + "\n"
	for name, test := range map[string]struct {
		before, after string
		want          string
	}{
		"the same": {a + broken + "---\n" + b, a + broken + "---\n" + b, ""},
		"less":     {a + broken + "---\n" + b, a + "---\n" + b, ""},
		"more": {a + broken + "---\n" + b, a + broken + broken + "---\n" + b,
			"must be what Kubernetes' reader takes"},
		"others":                    {a + "--- " + json + "---\n" + b, "--- " + json + a + "---\n" + b, "must hold"},
		"passed over, and the same": {json + json + "---\n" + b, json + json + "---\n" + b, ""},
		"passed over, and more":     {json + json + "---\n" + b, json + json + "---\n" + b + "---\n" + b, "must hold"},
		"passed over, and edited": {json + json + "---\n" + a, json + json + "---\n" + a,
			"ConfigMap a at in.yaml:4: must be what Kubernetes' reader finds there"},
	} {
		t.Run(name, func(t *testing.T) {
			edited := Ref{Kind: "ConfigMap", Name: "a"}
			err := (&editor{docs: map[Ref]bool{edited: true}}).readBack(read(test.before), read(test.after))
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
		})
	}
}
