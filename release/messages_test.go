package release_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/internal/messagetest"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// The messages of the package are a page for reading.
func TestMessages(t *testing.T) {
	t.Parallel()
	var p messagetest.Page
	p.Head("The plan's ConfigMap")
	config := func(text string) error {
		set, err := manifest.Decode(manifest.File{Name: "release.yaml", Data: []byte(text)})
		if err != nil {
			return nil // a message of manifest
		}
		_, err = release.ReadConfig(set, "")
		return err
	}
	messagetest.Texts(&p, configText(t), config)
	p.Add("another name", func() error { _, err := release.ReadConfig(decoded(t, configText(t)), "other"); return err }())
	p.Head("Demand")
	messagetest.Break(&p, func() release.Demand {
		return release.Demand{Requests: []release.Requests{{Host: "shop.example.com", Path: "/mock", Method: "GET",
			Headers: map[string]string{"x-user": "a"}, Rate: 10}}, PerPod: map[string]float64{"mocka": 5}, Errors: 0.01}
	}, func(d release.Demand) error { return fielderr.Join("demand", d.Validate(field.NewPath("demand"))) })
	p.Head("Live")
	live := func(l release.Live) error {
		state, err := l.Config.Plan.Prepare(t0)
		if err != nil {
			return err
		}
		_, err = l.With(state)
		return errors.Join(append(l.Missing(l.Config.Plan.Before), l.Err(), err)...)
	}
	all := objects(t, "mock")
	messagetest.Break(&p, func() release.Config { return mockConfig("mock") }, func(c release.Config) error {
		l, err := release.Read(c, all...)
		return errors.Join(err, live(l))
	})
	for i := range all {
		l, err := release.Read(mockConfig("mock"), slices.Delete(slices.Clone(all), i, i+1)...)
		p.Add("without an object", errors.Join(err, live(l)))
	}
	p.Head("Lanes that are subsets")
	messagetest.Texts(&p, strings.TrimPrefix(plainShop+shopOf("web")+shopOf("cart")+shopOf("ads"), "\n"),
		func(text string) error {
			set, err := manifest.Decode(manifest.File{Name: "shop.yaml", Data: []byte(text)})
			if err != nil {
				return nil
			}
			return live(release.ReadSet(plainConfig(t), set))
		})
	p.Head("Weights in a file of values")
	for _, values := range []string{"weights:\n  v1: 50\n  v2: 50\n",
		"weights:\n- lane: v1\n  weight: 50\n- lane: v2\n  weight: 50\n"} {
		messagetest.Texts(&p, values, func(text string) error {
			set, err := manifest.Decode(manifest.File{Name: "values.yaml", Data: []byte(text)})
			if err != nil {
				return nil
			}
			l := release.ReadSet(valuesConfig(), set)
			return errors.Join(append(l.Missing(l.Config.Plan.Before), l.Err())...)
		})
	}
	p.Head("Adoption")
	text := plainService("web", "v1") + "---\n" + plainRoutes
	adopt := func(a release.Adoption, text string) error {
		set, err := manifest.Decode(manifest.File{Name: "all.yaml", Data: []byte(text)})
		if err != nil {
			return nil
		}
		_, err = a.Steps(set)
		return err
	}
	messagetest.Texts(&p, text, func(text string) error { return adopt(release.Adoption{}, text) })
	messagetest.Break(&p, func() release.Adoption {
		return release.Adoption{Routes: []release.EntryRoute{{Namespace: "default", Name: "shop"}}, Group: "shop", Lane: "v1",
			Version: "v1", Services: []lanes.ServiceRef{{Name: "web", Namespace: "default"}}}
	}, func(a release.Adoption) error { return adopt(a, text) })
	p.Golden(t)
}
