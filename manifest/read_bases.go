package manifest

import (
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// bases adds the files outside of the directories that were read, if kustomizations among the files
// build from them, such as the base of an overlay: the kustomizations there, the files that they
// list, and their patches. It reads nothing outside of the repository, and follows no link out of
// it.
func (w *walk) bases() {
	if w.Dir == "" || w.Root == "" || len(w.dirs) == 0 {
		return
	}
	if w.seen == nil {
		w.seen = map[string]bool{}
	}
	var root *os.Root
	defer func() {
		if root != nil {
			root.Close()
		}
	}()
	asked := map[string]bool{}
	named := len(w.files)               // a file that was named alone brings in no other
	for i := 0; i < len(w.files); i++ { // w.files grows
		f := w.files[i]
		if !IsKustomization(f.Name) || i < named && !w.within(f.Name) {
			continue
		}
		for _, k := range w.file(f, nil).docs {
			if k.kustomized == nil {
				continue
			}
			for _, p := range slices.Concat(k.kustomized.Resources, k.kustomized.Components, k.kustomized.others()) {
				at, inside := w.inRepository(p.Path)
				if p.Path == "" || asked[p.Path] || !inside || w.within(p.Path) {
					continue
				}
				asked[p.Path] = true
				if root == nil {
					opened, err := os.OpenRoot(filepath.FromSlash(w.Root))
					if err != nil {
						w.fail(w.Root, err)
						return
					}
					root = opened
				}
				w.base(root, at, p.Path)
			}
			break // kustomize reads the first document
		}
	}
}

// within reports whether a path leads into a directory that was read.
func (w *walk) within(name string) bool {
	return slices.ContainsFunc(w.dirs, func(dir string) bool {
		_, inside := below(w.full(dir), w.full(name))
		return inside
	})
}

// full joins a name with the Dir of the reader, where the names of files begin.
func (w *walk) full(name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(w.Dir, name)
}

// inRepository returns the path of a file from the root of the repository, and whether
// it lies there.
func (w *walk) inRepository(name string) (at string, inside bool) {
	at, inside = below(w.Root, w.full(name))
	return at, inside && !slices.Contains(strings.Split(at, "/"), ".git")
}

// below returns the path of a file from a directory, and whether it lies there.
func below(dir, name string) (at string, inside bool) {
	rel, err := filepath.Rel(filepath.FromSlash(dir), filepath.FromSlash(name))
	at = filepath.ToSlash(rel)
	return at, err == nil && at != ".." && !strings.HasPrefix(at, "../")
}

// base adds the file at a path from a root, or the kustomization of a directory there.
func (w *walk) base(root *os.Root, at, as string) {
	info, err := root.Stat(at)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return // the build says so
	case err != nil:
		w.skip(as, unfollowed(err))
	case info.IsDir():
		for _, name := range []string{"kustomization.yaml", "kustomization.yml", "Kustomization"} {
			if info, err := root.Stat(path.Join(at, name)); err == nil && info.Mode().IsRegular() {
				w.manifest(root, path.Join(at, name), path.Join(as, name))
				return
			}
		}
	case !info.Mode().IsRegular():
		w.skip(as, irregular)
	default:
		w.manifest(root, at, as)
	}
}
