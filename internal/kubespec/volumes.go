package kubespec

import (
	"fmt"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// allVolumes checks the volumes of a pod and collects their names.
// Source: Kubernetes, pkg/apis/core/validation, ValidateVolumes.
func (v *pod) allVolumes(p *fieldpath.Path) {
	var own set[string]
	for i := range v.spec.Volumes {
		at, volume := p.Index(i), &v.spec.Volumes[i]
		v.named(Volume, at.Child("name"), volume.Name, validation.IsDNS1123Label)
		if !own.add(volume.Name) && volume.Name != "" {
			v.add(Volume, at.Child("name"), fmt.Sprintf("must differ from that of other volumes: %q", volume.Name))
		}
		v.volumes.add(volume.Name)
		v.volume(at, volume)
	}
}

// volume checks a volume. It knows the sources that are common in manifests.
func (v *pod) volume(p *fieldpath.Path, volume *corev1.Volume) {
	n := 0
	first := func(p *fieldpath.Path, set bool) bool { // whether a source needs a check
		if !set {
			return false
		}
		if n++; n > 1 {
			v.add(Volume, p, "must not be set: the volume has another source")
		}
		return n == 1
	}
	if at := p.Child("emptyDir"); first(at, volume.EmptyDir != nil) {
		if limit := volume.EmptyDir.SizeLimit; limit != nil && limit.Sign() < 0 {
			v.add(Volume, at.Child("sizeLimit"), "must not be negative: "+limit.String())
		}
	}
	if at := p.Child("hostPath"); first(at, volume.HostPath != nil) {
		v.set(Volume, at.Child("path"), volume.HostPath.Path)
		if slices.Contains(strings.Split(volume.HostPath.Path, "/"), "..") {
			v.add(Volume, at.Child("path"), fmt.Sprintf("must not contain ..: %q", volume.HostPath.Path))
		}
	}
	if at := p.Child("secret"); first(at, volume.Secret != nil) {
		v.set(Volume, at.Child("secretName"), volume.Secret.SecretName)
		v.files(at, volume.Secret.DefaultMode, volume.Secret.Items)
	}
	if at := p.Child("persistentVolumeClaim"); first(at, volume.PersistentVolumeClaim != nil) {
		v.set(Volume, at.Child("claimName"), volume.PersistentVolumeClaim.ClaimName)
	}
	if at := p.Child("configMap"); first(at, volume.ConfigMap != nil) {
		v.set(Volume, at.Child("name"), volume.ConfigMap.Name)
		v.files(at, volume.ConfigMap.DefaultMode, volume.ConfigMap.Items)
	}
}

// files checks the files of a volume.
func (v *pod) files(p *fieldpath.Path, mode *int32, items []corev1.KeyToPath) {
	v.mode(p.Child("defaultMode"), mode)
	for i, item := range items {
		at := p.Child("items").Index(i)
		v.set(Volume, at.Child("key"), item.Key)
		if v.set(Volume, at.Child("path"), item.Path) {
			v.within(at.Child("path"), item.Path)
		}
		v.mode(at.Child("mode"), item.Mode)
	}
}

func (v *pod) mode(p *fieldpath.Path, mode *int32) {
	if mode != nil && (*mode < 0 || *mode > 0o777) {
		v.add(Volume, p, fmt.Sprintf("must be between 0 and 0777: %d", *mode))
	}
}

// within checks that a path does not leave the volume.
func (v *pod) within(p *fieldpath.Path, file string) {
	if path.IsAbs(file) {
		v.add(Volume, p, fmt.Sprintf("must be relative: %q", file))
	}
	if slices.Contains(strings.Split(file, "/"), "..") {
		v.add(Volume, p, fmt.Sprintf("must not contain ..: %q", file))
	}
}

// mounts checks the volume mounts of a container.
// Source: Kubernetes, pkg/apis/core/validation, ValidateVolumeMounts.
func (v *pod) mounts(p *fieldpath.Path, mounts []corev1.VolumeMount) {
	var places set[string]
	for i := range mounts {
		at, m := p.Index(i), &mounts[i]
		if v.set(Volume, at.Child("name"), m.Name) && !v.volumes.has(m.Name) {
			v.add(Volume, at.Child("name"), fmt.Sprintf("must be a volume of the pod: %q", m.Name))
		}
		if v.set(Volume, at.Child("mountPath"), m.MountPath) && !places.add(m.MountPath) {
			v.add(Volume, at.Child("mountPath"), fmt.Sprintf("must differ from that of other mounts: %q", m.MountPath))
		}
		if m.SubPath != "" {
			v.within(at.Child("subPath"), m.SubPath)
		}
		if m.SubPath != "" && m.SubPathExpr != "" {
			v.add(Volume, at.Child("subPathExpr"), "must not be set with subPath")
		}
	}
}
