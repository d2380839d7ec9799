package main

import (
	"bytes"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/bench/internal/table"
	"github.com/swimlane-go/swimlane/bench/internal/work"
	"github.com/swimlane-go/swimlane/manifest"
)

// texts has reading and writing of YAML.
func texts() []comparison {
	file, set := work.Long(1000), work.Rendered(3)
	decode := comparison{
		Row: table.Row{Name: "decode", Work: "decode 1,000 documents strictly, with lines",
			Peer: "sigs.k8s.io/yaml, UnmarshalStrict", Goal: 1.4},
		ours: func() { must(manifest.Decode(file)) },
		theirs: func() {
			docs := bytes.Split(file.Data, []byte("\n---\n"))
			for i, doc := range docs {
				if i == len(docs)-1 {
					check(yaml.UnmarshalStrict(doc, new(networkingv1.VirtualService)))
				} else {
					check(yaml.UnmarshalStrict(doc, new(corev1.ConfigMap)))
				}
			}
		},
	}
	onTwo := decode
	onTwo.Name, onTwo.Work, onTwo.Goal, onTwo.processors = "decode-two", "the same on two processors, wall time", 1.2, 2
	return []comparison{
		decode, onTwo,
		{
			Row: table.Row{Name: "encode", Work: "encode the set of three services", Peer: "sigs.k8s.io/yaml",
				Goal: 0.5},
			ours: func() { must(set.YAML()) },
			theirs: func() {
				for _, o := range set.All() {
					must(yaml.Marshal(o.Value))
				}
			},
		},
	}
}
