package manifest_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/messagetest"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// edits breaks a change of a set in every way.
func edits[C manifest.Change](p *messagetest.Page, set manifest.Set, base C) {
	p.Head("Edit by " + reflect.TypeFor[C]().Name())
	messagetest.Break(p, func() C { return base }, func(c C) error { _, err := set.Edit(c); return err })
}

// weightedGroup has two lanes, one of them at 0, and a route with one destination.
const weightedGroup = `apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLane
metadata: {name: v1, labels: {swimlane-group: mock}}
spec:
  labelSelector: {version: v1}
  ingressWeight:
    destination: {host: mocka}
    weight: 0
---
apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLane
metadata: {name: v2, labels: {swimlane-group: mock}}
spec:
  labelSelector: {version: v2}
  ingressWeight:
    destination: {host: mocka}
    weight: 100
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: single, namespace: default}
spec:
  hosts: [mocka]
  http:
  - route:
    - destination: {host: mocka, subset: v1}
`

// The messages of the package are a page for reading.
func TestMessages(t *testing.T) {
	var p messagetest.Page
	text, err := mockSet(t).YAML()
	require.NoError(t, err)
	kustomization := manifest.File{Name: "kustomization.yaml", Data: []byte("resources:\n- all.yaml\nimages:\n" +
		"- name: mock\n  newTag: v1\n")}
	files := []manifest.File{{Name: "all.yaml", Data: text}, kustomization}
	set, err := manifest.Decode(files...)
	require.NoError(t, err)
	faults := func(set manifest.Set, err error) error {
		all := []error{err}
		for _, f := range set.Faults() {
			all = append(all, errors.New(f.Message))
		}
		return errors.Join(all...)
	}
	p.Head("Decode")
	messagetest.Texts(&p, string(text), func(text string) error {
		return faults(manifest.Decode(manifest.File{Name: "all.yaml", Data: []byte(text)}))
	})
	messagetest.Texts(&p, string(kustomization.Data), func(text string) error {
		return faults(manifest.Decode(files[0], manifest.File{Name: "kustomization.yaml", Data: []byte(text)}))
	})
	vs := manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "istio-system", Name: "mock"}
	web := manifest.Ref{Group: "apps", Kind: "Deployment", Namespace: "default", Name: "mocka-v1"}
	lane := manifest.Ref{Group: "istio.alibabacloud.com", Kind: "ASMSwimLane", Name: "v1"}
	edits(&p, set, manifest.SetWeights{Object: vs, Weights: rollout.Weights{rollout.W("v1", 60), rollout.W("v2", 40)}})
	candidate := manifest.AddDestination{Object: vs, Weight: rollout.W("v3", 0)}
	edits(&p, set, candidate)
	edit, err := set.Edit(candidate, manifest.SetAnnotation{Object: vs, Key: "team", Value: "a"})
	require.NoError(t, err)
	edits(&p, edit.After, manifest.RemoveDestination{Object: vs, Lane: "v3"})
	edits(&p, edit.After, manifest.SetSubset{Object: vs, From: "v3", To: "v4"})
	edits(&p, edit.After, manifest.RemoveAnnotations{Object: vs, Keys: []string{"team"}})
	edits(&p, set, manifest.NameRoute{Object: vs, Name: "main"})
	edits(&p, set, manifest.SetIngressWeight{Object: lane, Percent: 100,
		Destination: lanes.RouteDestination{Host: "mocka"}})
	weighted, err := manifest.Decode(manifest.File{Name: "weighted.yaml", Data: []byte(weightedGroup)})
	require.NoError(t, err)
	edits(&p, weighted, manifest.RemoveIngressWeight{Object: lane})
	edits(&p, weighted, manifest.SetIngressWeight{Object: lane, Percent: 0})
	edits(&p, weighted, manifest.WriteWeight{Object: manifest.Ref{Group: vs.Group, Kind: vs.Kind, Namespace: "default",
		Name: "single"}})
	edits(&p, set, manifest.SetPodLabel{Object: web, Key: "team", Value: "a"})
	edits(&p, set, manifest.SetImage{Object: web, Container: "default", Image: "mock:2"})
	edits(&p, set, manifest.SetAnnotation{Object: web, Key: "team", Value: "a"})
	added, found := set.Get(web)
	require.True(t, found)
	value := added.Deployment().DeepCopy()
	value.Name = "new"
	edits(&p, set, manifest.AddDocument{File: "new.yaml", Value: value, Like: web})
	_, err = set.Edit(manifest.AddDocument{File: "all.yaml", Value: added.Value})
	p.Add("an object that the set has", err)
	edits(&p, set, manifest.RemoveDocument{Object: web})
	edits(&p, set, manifest.ListResource{Kustomization: "kustomization.yaml", Path: "more.yaml"})
	edits(&p, set, manifest.UnlistResource{Kustomization: "kustomization.yaml", Path: "all.yaml"})
	edits(&p, set, manifest.SetKustomizeField{Kustomization: "kustomization.yaml", Path: "images[0].newTag", Value: "v2"})
	edits(&p, set, manifest.SetField{Object: web, Path: "spec.replicas", Value: 2})
	edits(&p, set, manifest.CopyItem{Object: vs, Path: "spec.http[0].match[0]",
		Values: []manifest.CopiedValue{{Path: "uri.exact", Text: "/more"}}})
	edits(&p, set, manifest.RemoveField{Object: web, Path: "spec.template.metadata.labels.app"})
	p.Golden(t)
}
