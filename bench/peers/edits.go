package main

import (
	"bytes"
	"strings"

	"github.com/mikefarah/yq/v4/pkg/yqlib"
	logging "gopkg.in/op/go-logging.v1"
	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/swimlane-go/swimlane/bench/internal/table"
	"github.com/swimlane-go/swimlane/bench/internal/work"
	"github.com/swimlane-go/swimlane/manifest"
)

// edits has changes of two weights in a file of 2,000 lines.
func edits() []comparison {
	file := work.Long(250)
	ours := func() {
		edit := must(must(manifest.Decode(file)).Edit(work.Shift()))
		if len(edit.Files) != 1 {
			panic("not edited")
		}
	}
	return []comparison{
		{Row: table.Row{Name: "edit-yq", Work: "read 2,000 lines and edit two weights", Peer: "yq as a library",
			Goal: 0.5}, ours: ours, theirs: yq(string(file.Data))},
		{Row: table.Row{Name: "edit-kyaml", Work: "read 2,000 lines and edit two weights", Peer: "kyaml", Goal: 0.5},
			ours: ours, theirs: kyaml(file.Data)},
	}
}

func yq(text string) func() {
	logging.SetLevel(logging.ERROR, "")
	yqlib.InitExpressionParser()
	preferences := yqlib.NewDefaultYamlPreferences()
	const expression = `(select(.kind == "VirtualService") | .spec.http[0].route[0].weight) = 30 | (select(.kind == "VirtualService") | .spec.http[0].route[1].weight) = 70`
	return func() {
		out := must(yqlib.NewStringEvaluator().EvaluateAll(expression, text, yqlib.NewYamlEncoder(preferences),
			yqlib.NewYamlDecoder(preferences)))
		if !strings.Contains(out, "weight: 70") {
			panic(out)
		}
	}
}

func kyaml(text []byte) func() {
	set := yaml.FilterFunc(func(o *yaml.RNode) (*yaml.RNode, error) {
		for i, weight := range []string{"30", "70"} {
			route := must(o.Pipe(yaml.Lookup("spec", "http", "[name=mock]", "route")))
			must(must(route.Elements())[i].Pipe(yaml.SetField("weight", yaml.NewScalarRNode(weight))))
		}
		return o, nil
	})
	return func() {
		var out bytes.Buffer
		check(kio.Pipeline{
			Inputs: []kio.Reader{&kio.ByteReader{Reader: bytes.NewReader(text), OmitReaderAnnotations: true}},
			Filters: []kio.Filter{kio.FilterFunc(func(all []*yaml.RNode) ([]*yaml.RNode, error) {
				for _, o := range all {
					if o.GetKind() == "VirtualService" {
						must(o.Pipe(set))
					}
				}
				return all, nil
			})},
			Outputs: []kio.Writer{kio.ByteWriter{Writer: &out}},
		}.Execute())
		if !strings.Contains(out.String(), "weight: 70") {
			panic(out.String())
		}
	}
}
