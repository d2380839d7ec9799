package manifest

// Part is the part of a set that one Argo CD Application deploys.
type Part struct {
	// Application deploys it; nil for the files without a known Application.
	Application *Application
	// Set holds the objects and the faults of the part.
	Set Set
}

// Parts returns the parts of a set that different Argo CD Applications deploy, in the order of the
// set. If fewer than two deploy something, the whole set is one part: files without a known
// Application go where the rest goes.
//
// A part may refer to objects of another part. Objects of different parts may have one Ref, as
// those of an app in several clusters do.
func (s Set) Parts() []Part {
	if s.placing == nil {
		return []Part{{Set: s}}
	}
	index := map[*Application]int{}
	var out []Part
	var objects [][]Object
	for _, o := range s.objects {
		app := s.placing.of(o.File).app
		i, known := index[app]
		if !known {
			i, index[app] = len(out), len(out)
			out, objects = append(out, Part{Application: app}), append(objects, nil)
		}
		objects[i] = append(objects[i], o)
	}
	_, some := index[nil]
	if apps := len(out); apps < 2 || apps == 2 && some {
		one := Part{Set: s}
		for _, p := range out {
			if p.Application != nil {
				one.Application = p.Application
			}
		}
		return []Part{one}
	}
	for i := range out {
		part := s
		part.objects, part.faults = nil, nil
		built := NewSet(objects[i]...)
		part.objects, part.byRef, part.byKind, part.byLabel = built.objects, built.byRef, built.byKind, built.byLabel
		for _, f := range s.faults {
			if j, known := index[s.placing.of(f.File).app]; j == i && known || !known && i == 0 {
				part.faults = append(part.faults, f)
			}
		}
		out[i].Set = part
	}
	return out
}
