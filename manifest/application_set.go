package manifest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// applicationSet is an Argo CD ApplicationSet: the Applications that it makes from lists, and the
// globs by which it makes one from each directory that they match. Source: Argo CD, "List
// Generator" and "Git Generator".
type applicationSet struct {
	name, file string
	line       int
	made       []Application
	template   applicationText
	title      string // the template of the names
	globs      []directoryGlobs
	unread     []string // why it may make more Applications, in words
}

// directoryGlobs says which directories a Git generator takes.
type directoryGlobs struct {
	take, leave []string
	prefix      string            // of the parameters
	values      map[string]string // further parameters
}

// applicationSetText is the part of an ApplicationSet that is read.
type applicationSetText struct {
	Generators []map[string]json.RawMessage `json:"generators"`
	Template   struct {
		Metadata struct {
			Name text `json:"name"`
		} `json:"metadata"`
		Spec applicationText `json:"spec"`
	} `json:"template"`
	TemplatePatch text `json:"templatePatch"`
}

// Bounds of what an ApplicationSet may ask for.
const (
	maxMade  = 10_000 // Applications
	maxGlobs = 100
	maxText  = 4096 // bytes of a text with parameters
)

// applicationSetOf reads an ApplicationSet.
func applicationSetOf(o Object) (s applicationSet, is bool) {
	spec, is := argoSpec(o, "ApplicationSet")
	if !is {
		return applicationSet{}, false
	}
	s = applicationSet{name: o.Ref.Name, file: o.File, line: o.Line}
	var t applicationSetText
	if json.Unmarshal(spec, &t) != nil {
		s.unread = append(s.unread, "its generators and its template must be of their types")
		return s, true
	}
	s.template, s.title = t.Template.Spec, string(t.Template.Metadata.Name)
	if t.TemplatePatch != "" {
		s.unread = append(s.unread, "a templatePatch is not read")
		return s, true
	}
	for _, g := range t.Generators {
		s.generate(g)
	}
	if len(t.Generators) == 0 {
		s.unread = append(s.unread, "it has no generators")
	}
	s.unread = slices.Compact(slices.Sorted(slices.Values(s.unread)))
	return s, true
}

// generate reads one generator.
func (s *applicationSet) generate(g map[string]json.RawMessage) {
	var list struct {
		Elements     []map[string]any `json:"elements"`
		ElementsYaml text             `json:"elementsYaml"`
		Template     json.RawMessage  `json:"template"`
	}
	var git struct {
		Directories []struct {
			Path    text `json:"path"`
			Exclude flag `json:"exclude"`
		} `json:"directories"`
		Prefix   text            `json:"pathParamPrefix"`
		Values   map[string]text `json:"values"`
		Template json.RawMessage `json:"template"`
	}
	if len(g) == 1 && g["list"] != nil && json.Unmarshal(g["list"], &list) == nil && list.ElementsYaml == "" &&
		!templated(list.Template) {
		for _, element := range list.Elements {
			parameters := map[string]string{}
			flatten(parameters, "", element, 0)
			s.make(parameters)
		}
		return
	}
	if len(g) == 1 && g["git"] != nil && json.Unmarshal(g["git"], &git) == nil && len(git.Directories) > 0 &&
		!templated(git.Template) {
		globs := directoryGlobs{prefix: string(git.Prefix), values: map[string]string{}}
		for name, value := range git.Values {
			globs.values["values."+name] = string(value)
		}
		for _, d := range git.Directories {
			if d.Exclude {
				globs.leave = append(globs.leave, string(d.Path))
			} else {
				globs.take = append(globs.take, string(d.Path))
			}
		}
		if len(globs.take)+len(globs.leave) <= maxGlobs {
			s.globs = append(s.globs, globs)
			return
		}
	}
	s.unread = append(s.unread,
		"of generators, lists of elements and Git directories without a separate template are read, not "+
			strings.Join(slices.Sorted(maps.Keys(g)), ", "))
}

// templated reports whether a generator has a separate template. An empty one does not count: the
// API server writes it.
func templated(template json.RawMessage) bool {
	var t struct {
		Spec struct {
			Source  json.RawMessage `json:"source"`
			Sources json.RawMessage `json:"sources"`
		} `json:"spec"`
	}
	return len(template) > 0 && (json.Unmarshal(template, &t) != nil || len(t.Spec.Source)+len(t.Spec.Sources) > 0)
}

// flatten gathers the texts of an element. Texts in nested maps get names with dots.
func flatten(to map[string]string, prefix string, element map[string]any, depth int) {
	for name, value := range element {
		switch value := value.(type) {
		case string:
			to[prefix+name] = value
		case map[string]any:
			if depth < 10 {
				flatten(to, prefix+name+".", value, depth+1)
			}
		}
	}
}

// make makes the Application for parameters.
func (s *applicationSet) make(parameters map[string]string) {
	if len(s.made) >= maxMade {
		s.unread = append(s.unread, fmt.Sprintf("it makes more than %d Applications", maxMade))
		return
	}
	spec, ok := s.template.filled(parameters)
	if !ok {
		s.unread = append(s.unread,
			"its template has parameters in the source or the destination that no generator gives")
		return
	}
	name, ok := fill(text(s.title), parameters)
	if !ok {
		name = text(s.name)
	}
	a := Application{Name: cmp.Or(string(name), s.name), File: s.file, Line: s.line}
	spec.apply(&a)
	s.made = append(s.made, a)
}

// of returns the set with only the Applications that it makes from directories. A directory is
// given by the elements of its path: from the root of the repository if rooted, else from any
// directory.
func (s applicationSet) of(dirs [][]string, rooted bool) applicationSet {
	s.made, s.unread = nil, slices.Clone(s.unread)
	for _, globs := range s.globs {
		taken := map[string]bool{}
		for _, dir := range dirs {
			if name := globs.match(dir, rooted); name != "" {
				taken[name] = true
			}
		}
		for _, name := range slices.Sorted(maps.Keys(taken)) {
			parameters := maps.Clone(globs.values)
			at := "path"
			if globs.prefix != "" {
				at = globs.prefix + ".path"
			}
			parameters[at], parameters[at+".path"], parameters[at+".basename"] = name, name, path.Base(name)
			for i, element := range strings.Split(name, "/") {
				parameters[fmt.Sprintf("%s[%d]", at, i)] = element
			}
			s.make(parameters)
		}
	}
	s.unread = slices.Compact(slices.Sorted(slices.Values(s.unread)))
	return s
}

// match returns the path of a directory that the globs take, from the root of the repository; empty
// for any other directory.
func (g directoryGlobs) match(dir []string, rooted bool) string {
	name := func(glob string) string {
		n := strings.Count(path.Clean(glob), "/") + 1
		if n > len(dir) || rooted && n != len(dir) {
			return ""
		}
		of := dir[len(dir)-n:]
		if slices.ContainsFunc(of, func(element string) bool { return strings.HasPrefix(element, ".") }) {
			return "" // Argo CD takes no hidden directories
		}
		out := strings.Join(of, "/")
		if is, err := path.Match(path.Clean(glob), out); !is || err != nil {
			return ""
		}
		return out
	}
	out := ""
	for _, glob := range g.take {
		out = cmp.Or(out, name(glob))
	}
	for _, glob := range g.leave {
		if name(glob) != "" {
			return ""
		}
	}
	return out
}

// parameter matches a parameter in a text: {{path}}, or {{ .path.path }} of a Go template.
var parameter = regexp.MustCompile(`\{\{-? *\.?([a-zA-Z0-9_.\-\[\]]+) *-?\}\}`)

// fill puts parameters into a text. ok is false when a parameter stays, or when a text is too long.
func fill(t text, parameters map[string]string) (out text, ok bool) {
	if len(t) > maxText {
		return "", false
	}
	ok = true
	filled := parameter.ReplaceAllStringFunc(string(t), func(found string) string {
		value, known := parameters[parameter.FindStringSubmatch(found)[1]]
		ok = ok && known && len(value) <= maxText
		return value
	})
	return text(filled), ok && !strings.Contains(filled, "{{")
}

// filled returns a spec with parameters put in.
func (t applicationText) filled(parameters map[string]string) (out applicationText, ok bool) {
	ok = true
	put := func(t text) text {
		filled, is := fill(t, parameters)
		ok = ok && is
		return filled
	}
	source := func(s sourceText) sourceText {
		s.Path, s.Chart, s.Ref = put(s.Path), put(s.Chart), put(s.Ref)
		if s.Directory != nil {
			d := *s.Directory
			d.Include, d.Exclude = put(d.Include), put(d.Exclude)
			s.Directory = &d
		}
		return s
	}
	out = t
	out.Destination.Namespace = put(t.Destination.Namespace)
	if t.Source != nil {
		s := source(*t.Source)
		out.Source = &s
	}
	out.Sources = nil
	for _, s := range t.Sources {
		out.Sources = append(out.Sources, source(s))
	}
	return out, ok
}

// skips returns a Skip for each reason why the set may make more Applications.
func (s applicationSet) skips() []Skip {
	var out []Skip
	for _, why := range s.unread {
		out = append(out, Skip{Name: s.file,
			Reason: fmt.Sprintf("ApplicationSet %s at line %d may make more Applications: %s; name a directory, and "+
				"its namespace by -namespace", s.name, s.line, why)})
	}
	return out
}
