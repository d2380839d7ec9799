package kubespec

import (
	"fmt"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// allVolumes checks the volumes of a pod and collects their names.
// Source: Kubernetes, pkg/apis/core/validation, ValidateVolumes.
func (v pod) allVolumes(p *field.Path) {
	own := map[string]bool{}
	for i := range v.spec.Volumes {
		at, volume := p.Index(i), &v.spec.Volumes[i]
		v.named(Volume, at.Child("name"), volume.Name, validation.IsDNS1123Label)
		if own[volume.Name] && volume.Name != "" {
			v.add(Volume, at.Child("name"), fmt.Sprintf("must differ from that of other volumes: %q", volume.Name))
		}
		own[volume.Name], v.volumes[volume.Name] = true, true
		v.volume(at, volume)
	}
}

// volume checks a volume. It knows the sources that are common in manifests.
func (v pod) volume(p *field.Path, volume *corev1.Volume) {
	n := 0
	one := func(key string, set bool) *field.Path { // nil if it needs no check
		if !set {
			return nil
		}
		if n++; n > 1 {
			v.add(Volume, p.Child(key), "must not be set: the volume has another source")
			return nil
		}
		return p.Child(key)
	}
	if at := one("emptyDir", volume.EmptyDir != nil); at != nil {
		if limit := volume.EmptyDir.SizeLimit; limit != nil && limit.Sign() < 0 {
			v.add(Volume, at.Child("sizeLimit"), "must not be negative: "+limit.String())
		}
	}
	if at := one("hostPath", volume.HostPath != nil); at != nil {
		v.set(Volume, at.Child("path"), volume.HostPath.Path)
		if slices.Contains(strings.Split(volume.HostPath.Path, "/"), "..") {
			v.add(Volume, at.Child("path"), fmt.Sprintf("must not contain ..: %q", volume.HostPath.Path))
		}
	}
	if at := one("secret", volume.Secret != nil); at != nil {
		v.set(Volume, at.Child("secretName"), volume.Secret.SecretName)
		v.files(at, volume.Secret.DefaultMode, volume.Secret.Items)
	}
	if at := one("persistentVolumeClaim", volume.PersistentVolumeClaim != nil); at != nil {
		v.set(Volume, at.Child("claimName"), volume.PersistentVolumeClaim.ClaimName)
	}
	if at := one("configMap", volume.ConfigMap != nil); at != nil {
		v.set(Volume, at.Child("name"), volume.ConfigMap.Name)
		v.files(at, volume.ConfigMap.DefaultMode, volume.ConfigMap.Items)
	}
}

// files checks the files of a volume.
func (v pod) files(p *field.Path, mode *int32, items []corev1.KeyToPath) {
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

func (v pod) mode(p *field.Path, mode *int32) {
	if mode != nil && (*mode < 0 || *mode > 0o777) {
		v.add(Volume, p, fmt.Sprintf("must be between 0 and 0777: %d", *mode))
	}
}

// within checks that a path does not leave the volume.
func (v pod) within(p *field.Path, file string) {
	if path.IsAbs(file) {
		v.add(Volume, p, fmt.Sprintf("must be relative: %q", file))
	}
	if slices.Contains(strings.Split(file, "/"), "..") {
		v.add(Volume, p, fmt.Sprintf("must not contain ..: %q", file))
	}
}

// mounts checks the volume mounts of a container.
// Source: Kubernetes, pkg/apis/core/validation, ValidateVolumeMounts.
func (v pod) mounts(p *field.Path, mounts []corev1.VolumeMount) {
	places := map[string]bool{}
	for i := range mounts {
		at, m := p.Index(i), &mounts[i]
		if v.set(Volume, at.Child("name"), m.Name) && !v.volumes[m.Name] {
			v.add(Volume, at.Child("name"), fmt.Sprintf("must be a volume of the pod: %q", m.Name))
		}
		if v.set(Volume, at.Child("mountPath"), m.MountPath) && places[m.MountPath] {
			v.add(Volume, at.Child("mountPath"), fmt.Sprintf("must differ from that of other mounts: %q", m.MountPath))
		}
		places[m.MountPath] = true
		if m.SubPath != "" {
			v.within(at.Child("subPath"), m.SubPath)
		}
		if m.SubPath != "" && m.SubPathExpr != "" {
			v.add(Volume, at.Child("subPathExpr"), "must not be set with subPath")
		}
	}
}
