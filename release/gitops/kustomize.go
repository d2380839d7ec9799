package gitops

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// kustomization is what of a kustomization decides whether the edit of a file reaches
// the cluster. Source: kustomize, api/types/kustomization.go.
type kustomization struct {
	file string

	Resources  []string `json:"resources"`
	Bases      []string `json:"bases"`
	Components []string `json:"components"`
	// Patches hold those of the older fields too.
	Patches               []kustomizePatch  `json:"patches"`
	PatchesStrategicMerge []string          `json:"patchesStrategicMerge"`
	PatchesJSON6902       []kustomizePatch  `json:"patchesJson6902"`
	Replacements          []kustomizeSource `json:"replacements"`
}

// kustomizePatch is a patch, in a file or inline, of what the target selects, or of
// what it names itself.
type kustomizePatch struct {
	Path   string           `json:"path"`
	Patch  string           `json:"patch"`
	Target *kustomizeTarget `json:"target"`
}

// kustomizeSource is a replacement, in a file or inline.
type kustomizeSource struct {
	Path    string `json:"path"`
	Targets []struct {
		Select *kustomizeTarget  `json:"select"`
		Reject []kustomizeTarget `json:"reject"`
	} `json:"targets"`
}

// kustomizeTarget selects objects by anchored regular expressions; empty ones take all.
type kustomizeTarget struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// kustomized is what the kustomizations of a directory mean, and what they mean for a
// release.
type kustomized struct {
	all []kustomization
	// inDir are those of a directory, as positions in all.
	inDir map[string][]int
	// patches are the files that are patches, and no objects.
	patches map[string]bool
	// file is the kustomization that builds a file of the release; empty for none.
	file string
	// err says why an edit of the holders would not reach the cluster.
	err error
}

// kustomizations reads the readable kustomizations of the directory.
func kustomizations(set manifest.Set) kustomized {
	out := kustomized{inDir: map[string][]int{}, patches: map[string]bool{}}
	for _, name := range set.Sources() {
		if !manifest.IsKustomization(name) {
			continue
		}
		k := kustomization{file: name}
		data, _ := set.Source(name)
		_ = yaml.Unmarshal(data, &k) // what cannot be read lists nothing, which is an error
		k.Patches = append(k.Patches, k.PatchesJSON6902...)
		for _, p := range k.PatchesStrategicMerge {
			patch := kustomizePatch{Patch: p}
			if _, isFile := set.Source(k.at(p)); isFile {
				patch = kustomizePatch{Path: p}
			}
			k.Patches = append(k.Patches, patch)
		}
		for _, p := range k.Patches {
			if p.Path != "" {
				out.patches[k.at(p.Path)] = true
			}
		}
		dir := path.Dir(name)
		out.inDir[dir] = append(out.inDir[dir], len(out.all))
		out.all = append(out.all, k)
	}
	return out
}

// readKustomizations says whether kustomize builds files of the release, and whether
// it deploys what is edited in them.
func (t Tree) readKustomizations() kustomized {
	out := kustomizations(t.Set)
	if len(out.all) == 0 {
		return out
	}
	filesOf := map[manifest.Ref][]string{} // but for patches
	for _, o := range t.Set.All() {
		if !out.patches[o.File] {
			filesOf[o.Ref] = append(filesOf[o.Ref], o.File)
		}
	}
	var holders []manifest.Ref
	for _, h := range t.live.Holders {
		holders = append(holders, h.Ref)
	}
	ours := map[string]bool{}
	beside := map[string]bool{".": true}
	own := func(ref manifest.Ref) {
		for _, f := range filesOf[ref] {
			ours[f], beside[path.Dir(f)] = true, true
		}
	}
	for _, ref := range slices.Concat(holders, t.named()) {
		own(ref)
	}
	for _, o := range append(t.live.Members(), release.PlanObjects(t.Set)...) {
		own(o.Ref)
	}
	built := make([]map[string]bool, len(out.all))
	for i, k := range out.all {
		built[i] = out.built(k)
		reads := func(f string) bool { return ours[f] }
		if out.file == "" && (beside[path.Dir(k.file)] || slices.ContainsFunc(slices.Collect(maps.Keys(built[i])), reads)) {
			out.file = k.file
		}
	}
	if out.file == "" {
		return out
	}
	var errs []error
	refuse := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%w: %s", ErrKustomize, markup.Line(fmt.Sprintf(format, args...))))
	}
	listed := map[string]bool{}
	for _, files := range built {
		maps.Copy(listed, files)
	}
	said := map[string]bool{}
	for _, ref := range holders {
		for _, f := range filesOf[ref] {
			if !listed[f] && !said[f] {
				said[f] = true
				refuse("%s: must list %s under resources: else what is edited there is not deployed", out.file, f)
			}
		}
	}
	for _, ref := range holders {
		for i, k := range out.all {
			reads := func(f string) bool { return built[i][f] }
			if !built[i][remote] && !slices.ContainsFunc(filesOf[ref], reads) {
				continue // its patches are for others
			}
			for _, part := range out.withComponents(k) {
				if what := part.touches(t.Set, ref); what != "" && !said[part.file+ref.String()] {
					said[part.file+ref.String()] = true
					refuse("%s: %s changes %s: what is edited in its file is not what is deployed; take it out of the patch, or edit the patch by hand", part.file, what, ref)
				}
			}
		}
	}
	out.err = errors.Join(errs...)
	return out
}

// remote stands for all that kustomize reads from elsewhere, which may be a copy of the
// directory.
const remote = "//"

// built returns the files that kustomize reads to build a kustomization.
func (ks kustomized) built(k kustomization) map[string]bool {
	files := map[string]bool{}
	var read func(k kustomization)
	read = func(k kustomization) {
		if files[k.file] {
			return // they may go in a circle
		}
		files[k.file] = true
		for _, name := range slices.Concat(k.Resources, k.Bases, k.Components) {
			at := k.at(name)
			files[at] = true
			if strings.Contains(name, "//") || strings.Contains(name, "?ref=") {
				files[remote] = true
			}
			for _, i := range ks.inDir[at] {
				read(ks.all[i])
			}
		}
	}
	read(k)
	return files
}

// withComponents returns a kustomization and its components, whose patches are for what
// it builds.
func (ks kustomized) withComponents(k kustomization) []kustomization {
	out := []kustomization{k}
	known := map[string]bool{k.file: true}
	for i := 0; i < len(out); i++ {
		for _, name := range out[i].Components {
			for _, other := range ks.inDir[out[i].at(name)] {
				if component := ks.all[other]; !known[component.file] {
					known[component.file] = true
					out = append(out, component)
				}
			}
		}
	}
	return out
}

// at returns the path in the directory of a file that the kustomization names.
func (k kustomization) at(name string) string { return path.Join(path.Dir(k.file), name) }

// touches names the patch or replacement that changes an object; empty for none.
func (k kustomization) touches(set manifest.Set, ref manifest.Ref) string {
	for _, p := range k.Patches {
		text, what := []byte(p.Patch), "an inline patch"
		if p.Path != "" {
			text, _ = set.Source(k.at(p.Path))
			what = "patch " + k.at(p.Path)
		}
		if p.Target != nil && p.Target.selects(ref) || p.Target == nil && namesObject(text, ref) {
			return what
		}
	}
	for _, r := range k.Replacements {
		what, all := "a replacement", []kustomizeSource{r}
		if r.Path != "" { // which holds one or a list
			data, _ := set.Source(k.at(r.Path))
			if what = "replacement " + k.at(r.Path); yaml.Unmarshal(data, &all) != nil {
				_ = yaml.Unmarshal(data, &all[0])
			}
		}
		for _, r := range all {
			for _, t := range r.Targets {
				rejects := func(t kustomizeTarget) bool { return t.selects(ref) }
				if t.Select != nil && t.Select.selects(ref) && !slices.ContainsFunc(t.Reject, rejects) {
					return what
				}
			}
		}
	}
	return ""
}

// selects reports whether the target takes an object. What is no regular expression
// takes all, so that nothing is edited in vain.
func (t kustomizeTarget) selects(ref manifest.Ref) bool {
	matches := func(pattern, s string) bool {
		re, err := regexp.Compile("^(?:" + pattern + ")$")
		return pattern == "" || err != nil || re.MatchString(s)
	}
	return matches(t.Kind, ref.Kind) && matches(t.Name, ref.Name)
}

// namesObject reports whether a patch names an object as the one that it changes.
func namesObject(text []byte, ref manifest.Ref) bool {
	for _, doc := range strings.Split("\n"+string(text), "\n---") {
		var head struct {
			Kind     string `json:"kind"`
			Metadata struct {
				Name string `json:"name"`
			} `json:"metadata"`
		}
		if yaml.Unmarshal([]byte(doc), &head) == nil && head.Kind == ref.Kind && head.Metadata.Name == ref.Name {
			return true
		}
	}
	return false
}

// unbuilt refuses a command that adds or removes files or documents where kustomize
// builds the directory: they would be in no kustomization.
func (t Tree) unbuilt() error {
	if t.kustomize.file == "" {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrKustomize, markup.Line(fmt.Sprintf("%s: kustomize builds this directory, and would not build what is added or removed: do it by hand, or work on the output of kustomize build", t.kustomize.file)))
}

// onlyEdits refuses a commit that adds or removes files where kustomize builds the
// directory.
func (t Tree) onlyEdits(files []manifest.FileChange) error {
	if slices.ContainsFunc(files, func(f manifest.FileChange) bool { return f.Before == nil || f.After == nil }) {
		return t.unbuilt()
	}
	return nil
}

// note says that kustomize builds the directory; nothing where it does not.
func (ks kustomized) note() []string {
	if ks.file == "" {
		return nil
	}
	return []string{markup.Line(ks.file + ": kustomize builds this directory; it lists the files that are edited, and no patch changes them")}
}
