package gitops

import (
	"cmp"
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// unready returns a note for every lane that gets requests although nothing may serve them: the
// lane does not exist, or services have no pods in it.
func (t Tree) unready(weights rollout.Weights) []string {
	var out []string
	for _, s := range t.live.Unserved(weights) {
		out = append(out, s.String())
	}
	return out
}

// otherImage is a container of the candidate with another image than the plan's.
type otherImage struct {
	workload               manifest.Object
	field                  string // the path of the image
	container, found, want string
}

// imagesThatDiffer returns the containers with another image, in the order of the workloads.
func (t Tree) imagesThatDiffer() []otherImage {
	var out []otherImage
	images := imagesOf(t.Config.Candidate)
	for _, o := range t.live.Workloads(t.Config.Candidate.Version) {
		wanted := images[o.PodLabels()[lanes.LabelApp]]
		find := func(list string, containers []corev1.Container) {
			for i, c := range containers {
				found := cmp.Or(t.kustomize.images.of[containerOf{o.Ref, c.Name}], c.Image)
				if want, listed := wanted[c.Name]; listed && want != found {
					out = append(out, otherImage{o, fmt.Sprintf("spec.template.spec.%s[%d].image", list, i), c.Name,
						found, want})
				}
			}
		}
		pod := o.PodTemplate().Spec
		find("containers", pod.Containers)
		find("initContainers", pod.InitContainers)
	}
	return out
}

// otherImages returns a note for each container with another image.
func (t Tree) otherImages() []string {
	var out []string
	for _, i := range t.imagesThatDiffer() {
		out = append(out, markup.Line(fmt.Sprintf("%s: container %s runs %s, and the plan says %s", where(i.workload),
			i.container, i.found, i.want)))
	}
	return out
}

// setImages returns the changes that give these containers the images of the plan. If an entry
// of a kustomization changes an image, the change is there.
func (t Tree) setImages() []manifest.Change {
	var out []manifest.Change
	for _, i := range t.imagesThatDiffer() {
		if t.kustomize.images.of[containerOf{i.workload.Ref, i.container}] == "" {
			out = append(out, manifest.SetImage{Object: i.workload.Ref, Container: i.container, Image: i.want})
		}
	}
	return append(out, t.kustomize.images.entries...)
}
