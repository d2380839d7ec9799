package gitops

import (
	"errors"
	"fmt"
	"slices"

	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// imageEntry is an entry under images of a kustomization.
type imageEntry struct {
	manifest.KustomizeImage
	file string
}

func (e imageEntry) at() string { return position.At(e.file, e.Line) }

// builtImages says what kustomizations do with the images that the plan gives the candidate.
type builtImages struct {
	// of has the image that a build gives a container of an existing Deployment, if entries
	// change it. If builds differ, it has one that differs from the plan's.
	of map[containerOf]string
	// entries are the changes after which entries give the plan's images.
	entries []manifest.Change
	// err names the entries that cannot give them.
	err error
}

// containerOf is a container of a Deployment.
type containerOf struct {
	deployment manifest.Ref
	container  string
}

// buildImages follows the images of the candidate through the kustomizations. It follows the
// images in existing Deployments, and the plan's images for those that do not exist yet.
func (t Tree) buildImages() builtImages {
	out := builtImages{of: map[containerOf]string{}}
	hasImages := func(k manifest.Kustomization) bool { return len(k.Images) > 0 }
	if t.State.Closed() || !slices.ContainsFunc(t.Set.Kustomizations(), hasImages) {
		return out
	}
	c := t.Config.Candidate
	images := imagesOf(c)
	there := map[manifest.Ref]bool{}
	has := map[string]bool{} // services with pods of the candidate
	deployments, sources := t.live.Workloads(c.Version), t.live.Workloads(c.From)
	for _, d := range deployments {
		there[d.Ref], has[d.PodLabels()[lanes.LabelApp]] = true, true
	}
	for _, d := range sources {
		if !has[d.PodLabels()[lanes.LabelApp]] {
			deployments = append(deployments, d)
		}
	}
	chains := t.imageChains()
	wanted := map[string]string{} // by entry
	var errs []error
	said := map[string]bool{}
	refuse := func(e imageEntry, want, format string, args ...any) {
		if !said[e.at()] {
			said[e.at()] = true
			errs = append(errs, kustomizeError(e.file, e.Line,
				"images must not replace %s, which the plan gives the candidate: %s", want,
				fmt.Sprintf(format, args...)))
		}
	}
	for _, d := range deployments {
		file := d.File
		if len(chains.of(file)) == 0 && len(sources) > 0 { // its file will be listed there
			file = sources[0].File
		}
		pod := d.PodTemplate().Spec
		for _, container := range slices.Concat(pod.InitContainers, pod.Containers) {
			want, listed := images[d.PodLabels()[lanes.LabelApp]][container.Name]
			if !listed {
				continue
			}
			image := container.Image
			if !there[d.Ref] || !chains.takeAll(file, image) { // then its file gets the plan's image
				image = want
			}
			for _, chain := range chains.of(file) {
				by, built := chain.follow(image)
				if len(by) == 0 {
					continue
				}
				e, key := by[len(by)-1], containerOf{d.Ref, container.Name}
				if there[d.Ref] && image == container.Image && (out.of[key] == "" || built != want) {
					out.of[key] = built
				}
				switch other := t.otherTaken(chain, e, there); {
				case other != "":
					refuse(e, want,
						"the entry is of other versions too, such as %s: it cannot tell them apart; take it out, and "+
							"write the images in the Deployments", other)
				case wanted[e.at()] != "" && wanted[e.at()] != want:
					refuse(e, want, "the entry gives %s too: take it out, and write the images in the Deployments",
						wanted[e.at()])
				case built == want:
					wanted[e.at()] = want
				case len(by) > 1:
					refuse(e, want, "the entry comes after that at %s: take one out", by[0].at())
				default:
					if e.become(want).Of(image) != want {
						refuse(e, want, "the entry is the candidate's alone, and cannot give it: take it out")
						continue
					}
					if wanted[e.at()] == "" {
						out.entries = append(out.entries, e.give(want)...)
					}
					wanted[e.at()] = want
				}
			}
		}
	}
	out.err = errors.Join(errs...)
	return out
}

// become returns the entry that gives an image, for any tag in a file.
func (e imageEntry) become(image string) manifest.KustomizeImage {
	out := e.KustomizeImage
	name, tag, digest := manifest.SplitImage(image)
	if out.NewTag, out.Digest = tag, digest; out.NewName != "" || name != out.Name {
		out.NewName = name
	}
	return out
}

// give returns the changes of the kustomization that make the entry give an image. New fields
// come before removed ones, so that the entry is never empty.
func (e imageEntry) give(image string) []manifest.Change {
	to := e.become(image)
	var set, gone []manifest.Change
	for _, f := range []struct{ name, old, now string }{
		{"newName", e.NewName, to.NewName}, {"newTag", e.NewTag, to.NewTag}, {"digest", e.Digest, to.Digest},
	} {
		change := manifest.SetKustomizeField{Kustomization: e.file, Path: e.Field + "." + f.name, Value: f.now}
		switch {
		case f.old == f.now:
		case f.now == "":
			gone = append(gone, change)
		default:
			set = append(set, change)
		}
	}
	return append(set, gone...)
}

// otherTaken returns the name of a workload that an entry of a chain changes too, if it is not
// the candidate's; else "".
func (t Tree) otherTaken(chain imageChain, e imageEntry, candidate map[manifest.Ref]bool) string {
	for _, o := range t.Set.All() {
		if candidate[o.Ref] || !chain.builds(o.Resource().File) {
			continue
		}
		for _, image := range o.Resource().Images() {
			by, _ := chain.within(o.Resource().File).follow(image)
			if slices.ContainsFunc(by, func(b imageEntry) bool { return b.at() == e.at() }) {
				return o.Ref.String()
			}
		}
	}
	return ""
}

// imageChain is what one root's build does with images of a file, in order.
type imageChain struct {
	links []imageLink
	files map[string]bool // all that the root reads
	file  string          // the file of the chain
}

// imageLink is one kustomization of a chain, with the files that it builds.
type imageLink struct {
	entries []imageEntry
	files   map[string]bool
}

type imageChains []imageChain

// imageChains returns a chain for each root, without a file.
func (t Tree) imageChains() imageChains {
	read := func(k manifest.Kustomization) map[string]bool {
		files, _ := t.Set.Reads(k)
		out := map[string]bool{}
		for _, f := range files {
			out[f] = true
		}
		return out
	}
	var out imageChains
	for _, root := range t.Set.Roots() {
		chain := imageChain{files: read(root)}
		for _, k := range t.Set.Kustomizations() {
			if !chain.files[k.File] || k.IsComponent {
				continue
			}
			link := imageLink{files: read(k)}
			parts := t.Set.WithComponents(k)
			slices.Reverse(parts) // those of components come first
			for _, part := range parts {
				for _, i := range part.Images {
					link.entries = append(link.entries, imageEntry{i, part.File})
				}
			}
			chain.links = append(chain.links, link)
		}
		// inner kustomizations come first
		slices.SortStableFunc(chain.links, func(a, b imageLink) int { return len(a.files) - len(b.files) })
		out = append(out, chain)
	}
	return out
}

// of returns the chains that a file goes through.
func (cs imageChains) of(file string) imageChains {
	var out imageChains
	for _, c := range cs {
		if c.builds(file) {
			out = append(out, c.within(file))
		}
	}
	return out
}

// built returns an image of a file as the first build of the file has it.
func (cs imageChains) built(file, image string) string {
	if of := cs.of(file); len(of) > 0 {
		_, image = of[0].follow(image)
	}
	return image
}

// takeAll reports whether every build of a file changes an image in it.
func (cs imageChains) takeAll(file, image string) bool {
	of := cs.of(file)
	return len(of) > 0 && !slices.ContainsFunc(of, func(c imageChain) bool {
		by, _ := c.follow(image)
		return len(by) == 0
	})
}

func (c imageChain) builds(file string) bool { return c.files[file] }

func (c imageChain) within(file string) imageChain {
	c.file = file
	return c
}

// follow returns the entries that change an image, and the image after that.
func (c imageChain) follow(image string) (by []imageEntry, built string) {
	for _, link := range c.links {
		if !link.files[c.file] {
			continue
		}
		for _, e := range link.entries {
			if e.Takes(image) && e.NewName+e.NewTag+e.Digest+e.TagSuffix != "" {
				by, image = append(by, e), e.Of(image)
			}
		}
	}
	return by, image
}
