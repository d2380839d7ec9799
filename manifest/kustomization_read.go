package manifest

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// kustomizationText is the text of a kustomization. Fields of the type any are not looked into.
type kustomizationText struct {
	APIVersion            string                `json:"apiVersion"`
	Kind                  string                `json:"kind"`
	Metadata              any                   `json:"metadata"`
	OpenAPI               any                   `json:"openapi"`
	NamePrefix            string                `json:"namePrefix"`
	NameSuffix            string                `json:"nameSuffix"`
	Namespace             string                `json:"namespace"`
	CommonLabels          any                   `json:"commonLabels"`
	Labels                any                   `json:"labels"`
	CommonAnnotations     any                   `json:"commonAnnotations"`
	PatchesStrategicMerge []string              `json:"patchesStrategicMerge"`
	PatchesJSON6902       []kustomizePatchText  `json:"patchesJson6902"`
	Patches               []kustomizePatchText  `json:"patches"`
	Images                []KustomizeImage      `json:"images"`
	ImageTags             []KustomizeImage      `json:"imageTags"`
	Replacements          []kustomizeSourceText `json:"replacements"`
	Replicas              []kustomizeReplicas   `json:"replicas"`
	Vars                  any                   `json:"vars"`
	SortOptions           any                   `json:"sortOptions"`
	Resources             []string              `json:"resources"`
	Components            []string              `json:"components"`
	CRDs                  []string              `json:"crds"`
	Bases                 []string              `json:"bases"`
	ConfigMapGenerator    any                   `json:"configMapGenerator"`
	SecretGenerator       any                   `json:"secretGenerator"`
	HelmGlobals           any                   `json:"helmGlobals"`
	HelmCharts            any                   `json:"helmCharts"`
	HelmChartInflation    any                   `json:"helmChartInflationGenerator"`
	GeneratorOptions      any                   `json:"generatorOptions"`
	Configurations        []string              `json:"configurations"`
	Generators            []string              `json:"generators"`
	Transformers          []string              `json:"transformers"`
	Validators            []string              `json:"validators"`
	BuildMetadata         []string              `json:"buildMetadata"`
}

type kustomizeReplicas struct {
	Name  string `json:"name"`
	Count any    `json:"count"`
}

type kustomizePatchText struct {
	Path    string               `json:"path"`
	Patch   string               `json:"patch"`
	Target  *kustomizeTargetText `json:"target"`
	Options any                  `json:"options"`
}

// kustomizeSourceText is a replacement, in a file or inline.
type kustomizeSourceText struct {
	Path        string                 `json:"path"`
	Source      any                    `json:"source"`
	SourceValue any                    `json:"sourceValue"`
	Targets     []kustomizeTargetsText `json:"targets"`
}

type kustomizeTargetsText struct {
	Select     *kustomizeTargetText  `json:"select"`
	Reject     []kustomizeTargetText `json:"reject"`
	FieldPaths []string              `json:"fieldPaths"`
	Options    any                   `json:"options"`
}

type kustomizeTargetText struct {
	KustomizeTarget    `json:",inline"`
	Version            string `json:"version"`
	LabelSelector      string `json:"labelSelector"`
	AnnotationSelector string `json:"annotationSelector"`
}

// unchanging are the fields of a kustomization that change no object.
var unchanging = [...]string{"apiVersion", "kind", "metadata", "openapi", "crds", "sortOptions", "resources", "bases",
	"components", "buildMetadata", "validators", "configurations", "generatorOptions", "helmGlobals"}

// kustomization reads the document of a kustomization. Its faults become faults of the document.
func (d *documentReading) kustomization(data []byte) {
	var text kustomizationText
	faults := decodeGo(data, &text, nil)
	at := source{doc: d.doc}
	for i := range faults.list {
		f := &faults.list[i]
		f.File, f.Line = d.doc.File, at.line(f.Field)
	}
	d.faults.join(faults)
	k := Kustomization{File: d.doc.File, source: at, Unreadable: slices.ContainsFunc(faults.list, isWrongType)}
	if !k.Unreadable {
		k.read(text)
	}
	d.kustomized = &k
}

func (k *Kustomization) read(text kustomizationText) {
	k.IsComponent = text.Kind == "Component"
	k.Namespace, k.NamePrefix, k.NameSuffix = text.Namespace, text.NamePrefix, text.NameSuffix
	k.Resources = append(k.paths("resources", text.Resources), k.paths("bases", text.Bases)...)
	k.Components = k.paths("components", text.Components)
	for i, p := range text.Patches {
		k.patch(fmt.Sprintf("patches[%d]", i), ".patch", p)
		k.Patches[i].annotated = true
	}
	for i, p := range text.PatchesJSON6902 {
		k.patch(fmt.Sprintf("patchesJson6902[%d]", i), ".patch", p)
	}
	for i, p := range text.PatchesStrategicMerge {
		at := fmt.Sprintf("patchesStrategicMerge[%d]", i)
		if strings.Contains(p, "\n") || strings.Contains(p, ": ") { // so kustomize tells an object from a file
			k.patch(at, "", kustomizePatchText{Patch: p})
		} else {
			k.patch(at, "", kustomizePatchText{Path: p})
		}
	}
	for field, images := range map[string][]KustomizeImage{"images": text.Images, "imageTags": text.ImageTags} {
		for i, image := range images {
			image.Field = fmt.Sprintf("%s[%d]", field, i)
			image.Line = k.LineOf(image.Field)
			k.Images = append(k.Images, image)
		}
	}
	slices.SortFunc(k.Images, func(a, b KustomizeImage) int { return a.Line - b.Line })
	for i, r := range text.Replicas {
		k.Replicas = append(k.Replicas, KustomizePath{Name: r.Name, Line: k.LineOf(fmt.Sprintf("replicas[%d]", i))})
	}
	for i, r := range text.Replacements {
		out := KustomizeReplacement{From: k.path(r.Path, fmt.Sprintf("replacements[%d].path", i)),
			Targets: targetsOf(r.Targets)}
		out.Line = k.LineOf(fmt.Sprintf("replacements[%d]", i))
		k.Replacements = append(k.Replacements, out)
	}
	for field, names := range map[string][]string{"crds": text.CRDs, "configurations": text.Configurations,
		"generators": text.Generators, "transformers": text.Transformers, "validators": text.Validators} {
		k.Others = append(k.Others, k.paths(field, names)...)
	}
	slices.SortFunc(k.Others, func(a, b KustomizePath) int { return strings.Compare(a.Path, b.Path) })
	for i := 0; i+1 < len(k.source.node().Content); i += 2 {
		key, value := k.source.node().Content[i].Value, k.source.node().Content[i+1]
		if !slices.Contains(unchanging[:], key) && !isNothing(value) {
			k.Changes = append(k.Changes, key)
		}
	}
}

// isNothing reports whether a value is empty.
func isNothing(node *yaml.Node) bool {
	return node.Kind != yaml.AliasNode && len(node.Content) == 0 && node.Value == ""
}

// paths returns what a list of a kustomization names.
func (k *Kustomization) paths(field string, names []string) []KustomizePath {
	var out []KustomizePath
	for i, name := range names {
		out = append(out, k.path(name, fmt.Sprintf("%s[%d]", field, i)))
	}
	return out
}

func (k *Kustomization) path(name, field string) KustomizePath {
	out := KustomizePath{Name: name, Line: k.LineOf(field)}
	if name != "" && !isRemote(name) && !path.IsAbs(name) {
		out.Path = path.Join(k.Dir(), name)
	}
	return out
}

func (k *Kustomization) patch(at, text string, p kustomizePatchText) {
	out := KustomizePatch{From: k.path(p.Path, at), Text: []byte(p.Patch), Line: k.LineOf(at),
		options: p.Options != nil, at: at + text}
	if p.Target != nil {
		out.version, out.selects = p.Target.Version, p.Target.LabelSelector+p.Target.AnnotationSelector != ""
		target := p.Target.KustomizeTarget
		out.Target = &target
	}
	k.Patches = append(k.Patches, out)
}

func targetsOf(texts []kustomizeTargetsText) []KustomizeTargets {
	var out []KustomizeTargets
	for _, t := range texts {
		to := KustomizeTargets{FieldPaths: t.FieldPaths}
		if t.Select != nil {
			to.Select = &t.Select.KustomizeTarget
		}
		for _, r := range t.Reject {
			to.Reject = append(to.Reject, r.KustomizeTarget)
		}
		out = append(out, to)
	}
	return out
}

// fill reads the texts of patches and replacements from their files.
func (k *Kustomization) fill(files map[string]*fileReading) {
	for i := range k.Patches {
		if p := &k.Patches[i]; files[p.From.Path] != nil {
			p.Text = files[p.From.Path].Data
		}
	}
	for i := range k.Replacements {
		r := &k.Replacements[i]
		f := files[r.From.Path]
		if f == nil || len(f.docs) == 0 || f.docs[0].doc.Root() == nil {
			continue
		}
		data, err := f.docs[0].doc.JSON()
		all := []kustomizeSourceText{{}} // the file holds one or a list
		if err != nil || json.Unmarshal(data, &all) != nil {
			all = all[:1]
			_ = json.Unmarshal(data, &all[0]) // what cannot be read changes nothing, and kustomize refuses it
		}
		for _, one := range all {
			r.Targets = append(r.Targets, targetsOf(one.Targets)...)
		}
	}
}
