package release

import (
	"path"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// pods returns the changes that label the pods for the lane. A Deployment without the version
// in its selector gets a replacement.
func (r *adopting) pods() []manifest.Change {
	var out []manifest.Change
	for _, o := range r.deployments {
		if r.exact(o) {
			out = append(out, manifest.SetPodLabel{Object: o.Ref, Key: r.label, Value: r.Version})
			continue
		}
		ref := r.standIn(o)
		if _, there := r.mesh.Set.Get(ref); there {
			continue
		}
		d := o.Deployment().DeepCopy()
		d.Name = ref.Name
		if d.Spec.Selector == nil {
			d.Spec.Selector = &metav1.LabelSelector{}
		}
		d.Spec.Selector.MatchLabels = with(d.Spec.Selector.MatchLabels, r.label, r.Version)
		d.Spec.Template.Labels = with(d.Spec.Template.Labels, r.label, r.Version)
		out = append(out, manifest.AddDocument{File: o.File, Value: d, Like: o.Ref})
	}
	return out
}

func with(labels map[string]string, key, value string) map[string]string {
	if labels == nil {
		labels = map[string]string{}
	}
	labels[key] = value
	return labels
}

// standIn returns the Ref of the Deployment that replaces one without the version in its
// selector.
func (r *adopting) standIn(o manifest.Object) manifest.Ref {
	ref := o.Ref
	ref.Name = lanes.DeploymentName(strings.TrimSuffix(ref.Name, "-"+r.Version), r.Version)
	return ref
}

// lanes returns the changes that add the group, the lane and the missing names of routes.
func (r *adopting) lanes() []manifest.Change {
	var out []manifest.Change
	file := r.file()
	if _, found := r.mesh.Set.Get(LaneGroupRef(r.Group)); !found {
		group, _ := r.laneGroup().Build() // cannot fail: readGroup has built it
		out = append(out, manifest.AddDocument{File: file, Value: group})
	}
	if _, found := r.mesh.Set.Get(LaneRef(r.Lane)); !found {
		lane, _ := r.lane().Build()
		out = append(out, manifest.AddDocument{File: file, Value: lane})
	}
	for _, p := range r.routes {
		if p.unnamed {
			out = append(out, manifest.NameRoute{Object: p.object.Ref, Index: p.http, Name: p.name})
		}
	}
	return out
}

func (r *adopting) laneGroup() lanes.LaneGroupBuilder {
	namespace, name, _ := strings.Cut(r.gateway, "/")
	out := lanes.LaneGroupBuilder{Name: r.Group,
		Gateway: lanes.GatewayRef{Name: name, Namespace: namespace, Type: lanes.IngressASM}}
	for _, s := range r.services {
		out.Services = append(out.Services,
			lanes.ServiceRef{Name: s.Object.Ref.Name, Namespace: s.Object.Ref.Namespace})
	}
	return out
}

func (r *adopting) lane() lanes.LaneBuilder {
	return lanes.LaneBuilder{Name: r.Lane, Group: r.Group, Selector: map[string]string{r.label: r.Version}}
}

// file returns the file of the group and the lane. It is the file of the first route if that
// has all Services and Deployments too, or if the set has a kustomization, which would not list
// a new file. Otherwise, and for a route in JSON, it is lanes.yaml beside the first route.
func (r *adopting) file() string {
	route := r.routes[0].object.File
	elsewhere := func(o manifest.Object) bool { return o.File != route }
	apart := slices.ContainsFunc(r.deployments, elsewhere)
	for _, s := range r.services {
		apart = apart || elsewhere(s.Object)
	}
	if (!apart || slices.ContainsFunc(r.mesh.Set.Sources(), manifest.IsKustomization)) && path.Ext(route) != ".json" {
		return route
	}
	return path.Join(path.Dir(route), "lanes.yaml")
}

// lead returns the changes that lead the routes to the lane.
func (r *adopting) lead() []manifest.Change {
	var out []manifest.Change
	for _, p := range r.routes {
		out = append(out, manifest.SetSubset{Object: p.object.Ref, Route: p.name, Host: p.host, From: p.subset,
			To: r.Lane},
			manifest.WriteWeight{Object: p.object.Ref, Route: p.name})
	}
	return out
}

// remove returns the changes that remove the replaced Deployments.
func (r *adopting) remove() []manifest.Change {
	var out []manifest.Change
	for _, o := range r.deployments {
		if !r.exact(o) {
			out = append(out, manifest.RemoveDocument{Object: o.Ref})
		}
	}
	return out
}
