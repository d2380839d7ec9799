package kubespec

import (
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// Metadata returns why the API server refuses the metadata of an object of any kind.
// Source: apimachinery, pkg/api/validation, ValidateObjectMeta.
func Metadata(group, kind string, m metav1.Object) []Fault {
	var f faults
	p := fieldpath.New("metadata")
	if name := m.GetName(); name != "" {
		f.objectName(group, kind, p.Child("name"), name)
	}
	if ns := m.GetNamespace(); ns != "" {
		f.named(Name, p.Child("namespace"), ns, validation.IsDNS1123Label)
	}
	f.labels(Labels, p.Child("labels"), m.GetLabels())
	f.annotations(p.Child("annotations"), m.GetAnnotations())
	return f.all()
}

// objectName checks the name of an object by the rule of its kind.
func (f *faults) objectName(group, kind string, p *fieldpath.Path, name string) {
	switch nameForm(group, kind) {
	case label:
		f.named(Name, p, name, validation.IsDNS1123Label)
		if group == "" && kind == "Service" && len(f.list) == 0 && name[0] <= '9' {
			f.add(Name, p, fmt.Sprintf("must begin with a letter, for servers of before Kubernetes 1.36: %q", name))
			f.list[len(f.list)-1].Older = true
		}
	case subdomain:
		f.named(Name, p, name, validation.IsDNS1123Subdomain)
	case free:
	}
}

type form int

const (
	free form = iota
	label
	subdomain
)

// nameForm returns which names a kind allows. The names of kinds without a known rule, such as
// Role, are free.
// Source: the validation of each kind of Kubernetes, pkg/apis; for kinds of CRDs, which need a
// subdomain: apiextensions-apiserver, pkg/registry/customresource.
func nameForm(group, kind string) form {
	switch group {
	case "":
		if kind == "Namespace" || kind == "Service" {
			return label
		}
		return subdomain
	case "apps":
		if kind == "StatefulSet" {
			return label
		}
		return subdomain
	case "autoscaling", "batch", "networking.k8s.io", "gateway.networking.k8s.io",
		"networking.istio.io", "security.istio.io", "telemetry.istio.io", "istio.alibabacloud.com", "argoproj.io",
		"cert-manager.io":
		return subdomain
	}
	if strings.HasSuffix(group, ".istio.io") {
		return subdomain
	}
	return free // the group may belong to another API server
}
