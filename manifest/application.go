package manifest

import (
	"encoding/json"
	"path"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Application holds what an Argo CD Application says about the directories that it deploys. A field
// of a wrong type counts as missing.
type Application struct {
	// Name is the name of the Application. File and Line say where it is, the line from 1.
	Name string
	File string
	Line int
	// Namespace is the namespace of its destination: objects that name none go there.
	Namespace string
	// Sources are the directories that it deploys, without charts of a Helm repository.
	Sources []ApplicationSource

	set *applicationSet // makes Applications from the directories that are read; nil for most
}

// applicationText is the part of an Application that is read.
type applicationText struct {
	Destination struct {
		Namespace text `json:"namespace"`
	} `json:"destination"`
	Source         *sourceText  `json:"source"`
	Sources        []sourceText `json:"sources"`
	SourceHydrator *struct {
		DrySource  sourceText `json:"drySource"`
		SyncSource sourceText `json:"syncSource"`
	} `json:"sourceHydrator"`
}

type sourceText struct {
	Path      text           `json:"path"`
	Chart     text           `json:"chart"`
	Ref       text           `json:"ref"`
	Helm      any            `json:"helm"`
	Kustomize any            `json:"kustomize"`
	Plugin    any            `json:"plugin"`
	Directory *directoryText `json:"directory"`
}

type directoryText struct {
	Recurse flag `json:"recurse"`
	Include text `json:"include"`
	Exclude text `json:"exclude"`
}

// text and flag are empty for values of other types.
type (
	text string
	flag bool
)

func (t *text) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*t = text(s)
	}
	return nil
}

func (f *flag) UnmarshalJSON(data []byte) error {
	*f = string(data) == "true"
	return nil
}

// Applications returns the Argo CD Applications of the set and those that its ApplicationSets make,
// in the order of the set. For an ApplicationSet that may make more it returns an Application
// without Sources. A [Reader] with that Application makes the others from the directories that it
// reads.
func (s Set) Applications() []Application {
	var out []Application
	for _, o := range s.objects {
		if a, is := applicationOf(o); is {
			out = append(out, a)
		} else if as, is := applicationSetOf(o); is {
			out = append(out, as.made...)
			if len(as.globs)+len(as.unread) > 0 {
				out = append(out, Application{Name: as.name, File: as.file, Line: as.line, set: &as})
			}
		}
	}
	return out
}

// argoSpec returns the spec of an Argo CD object of a kind, as JSON.
func argoSpec(o Object, kind string) (data []byte, is bool) {
	u, unread := o.Value.(*unstructured.Unstructured)
	if !unread || o.Ref.Kind != kind || o.Ref.Group != "argoproj.io" {
		return nil, false
	}
	data, err := json.Marshal(u.Object["spec"])
	return data, err == nil
}

// applicationOf reads an Application.
func applicationOf(o Object) (a Application, is bool) {
	data, is := argoSpec(o, "Application")
	if !is {
		return Application{}, false
	}
	a = Application{Name: o.Ref.Name, File: o.File, Line: o.Line}
	var spec applicationText
	if json.Unmarshal(data, &spec) == nil {
		spec.apply(&a)
	}
	return a, true
}

// apply writes what a spec says into an Application.
func (t applicationText) apply(a *Application) {
	a.Namespace = string(t.Destination.Namespace)
	sources := t.Sources // Argo CD reads source only where sources is empty
	if len(sources) == 0 && t.Source != nil {
		sources = []sourceText{*t.Source}
	}
	if h := t.SourceHydrator; h != nil { // Argo CD then reads no other; it writes the dry one to another branch
		sources = []sourceText{h.DrySource}
		if h.SyncSource.Path != "" && h.SyncSource.Path != h.DrySource.Path {
			sources = append(sources, h.SyncSource)
		}
	}
	for _, s := range sources {
		if s.Chart != "" || s.Path == "" && s.Ref != "" {
			continue
		}
		source := ApplicationSource{Path: strings.TrimPrefix(path.Clean("/"+string(s.Path)), "/")}
		source.Tool = s.Helm != nil || s.Kustomize != nil || s.Plugin != nil
		if d := s.Directory; d != nil {
			source.Recurse, source.Include, source.Exclude = bool(d.Recurse), string(d.Include), string(d.Exclude)
		}
		a.Sources = append(a.Sources, source)
	}
}
