package gitops

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// ErrAmbiguous: weights may be at several places of a directory.
var ErrAmbiguous = errors.New("the weights may be at several places")

// InitValues is [Init] for weights in a file of values, such as a Helm chart's. It finds them
// by their form: see [release.Values]. It looks in the File of at, or else in the files of
// values of the chart in the set. If at has a Path, it looks there alone. The error wraps
// [ErrAmbiguous], with the lines, if there are several places.
func InitValues(set manifest.Set, at release.Values, candidate string) (Commit, error) {
	return initIn(set, ".", &at, candidate)
}

// maxPlaces is how many places an error names.
const maxPlaces = 10

// valuesEntry returns the entry by weights in a file of values without a release under way, and
// the set with its files of values.
func valuesEntry(set manifest.Set, plans planned, dir string, at release.Values) (manifest.Set, entry, error) {
	files, _ := set.ChartValues(dir)
	if at.File != "" {
		files = []string{path.Join(dir, at.File)}
	}
	set = set.WithValues(files...)
	var found []entry
	for _, file := range files {
		o, there := set.Get(manifest.ValuesRef(file))
		if !there && at.File != "" {
			return set, entry{}, fmt.Errorf("%s: must be a file of values in the directory: a mapping in YAML", file)
		}
		if there {
			found = append(found, placesOf(set, o, at.Path)...)
		}
	}
	isNamed := func(e entry) bool { return isWeight(e.values.Path) }
	if slices.ContainsFunc(found, isNamed) { // other numbers may sum to 100 by chance
		found = slices.DeleteFunc(found, func(e entry) bool { return !isNamed(e) })
	}
	if free := slices.DeleteFunc(slices.Clone(found),
		func(e entry) bool { return len(plans.of(e)) > 0 }); len(found) > 1 && len(free) > 0 {
		found = free
	}
	what := cmp.Or(at.Path, "the weights")
	switch {
	case len(files) == 0:
		return set, entry{}, errors.New("there must be a file of values in the chart, such as values.yaml")
	case len(found) == 0:
		return set, entry{}, fmt.Errorf("%s must hold %s of lanes: a mapping of lanes to whole numbers that sum to "+
			"100, or a list of lanes with such", strings.Join(files, ", "), what)
	case len(found) > 1:
		var lines []string
		for _, e := range found[:min(len(found), maxPlaces)] {
			lines = append(lines, fmt.Sprintf("%s: %s", e.at, e.weights.ByLane()))
		}
		if more := len(found) - len(lines); more > 0 {
			lines = append(lines, fmt.Sprintf("and %d more", more))
		}
		return set, entry{}, fmt.Errorf("%w: name the one by its file and path, as %s#%s; found\n%s", ErrAmbiguous,
			found[0].values.File, found[0].values.Path, strings.Join(lines, "\n"))
	}
	out, err := plans.choose(found)
	if err != nil {
		return set, entry{}, err
	}
	out.group = chartName(set, dir)
	if plans.haveState(*out.values) {
		out.values.State = out.values.StatePath() + "-" + out.group + "-" + strconv.Itoa(len(plans)+1)
	}
	if o, _ := set.Get(out.values.Ref()); o.Has(out.values.StatePath()) {
		return set, entry{}, fmt.Errorf("%s:%d: must not bear %s: a release is under way, or was not cleaned up",
			o.File, o.LineOf(out.values.StatePath()), out.values.StatePath())
	}
	return set, out, nil
}

// haveState reports whether a plan has the state of other weights at the state's path of these.
func (p planned) haveState(v release.Values) bool {
	return slices.ContainsFunc(p, func(r plannedRelease) bool {
		other := r.Config.Values
		return other != nil && other.File == v.File && other.Path != v.Path && other.StatePath() == v.StatePath()
	})
}

// fromPlan returns values with a file relative to the plan's.
func fromPlan(v release.Values, plan string) release.Values {
	if from, err := filepath.Rel(filepath.FromSlash(path.Dir(plan)), filepath.FromSlash(v.File)); err == nil {
		v.File = filepath.ToSlash(from)
	}
	return v
}

// isWeight reports whether a path, or a key, has the word weight.
func isWeight(name string) bool { return strings.Contains(strings.ToLower(name), "weight") }

// placesOf returns the places in a file of values that have the form of lanes with weights, in
// the order of their paths. If at is set, it is the only one.
func placesOf(set manifest.Set, o manifest.Object, at string) []entry {
	var out []entry
	var walk func(value any, where string)
	walk = func(value any, where string) {
		for _, v := range formsOf(value) {
			if at != "" && at != where || where == "" {
				continue
			}
			v.File, v.Path = o.File, where
			h := release.ReadSet(release.Config{Values: &v}, set).Holders[0]
			if h.Err == nil {
				out = append(out, entry{values: &v, weights: h.Weights,
					at: fmt.Sprintf("%s:%d: %s", o.File, o.LineOf(where), where)})
			}
		}
		switch value := value.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(value)) {
				switch {
				case key == "" || strings.ContainsAny(key, "[]"):
					continue // no path leads there
				case where == "" && !strings.Contains(key, "."):
					walk(value[key], key)
				case where != "" && !strings.Contains(key, "."):
					walk(value[key], where+"."+key)
				case where != "":
					walk(value[key], where+"["+key+"]")
				}
			}
		case []any:
			for i, item := range value {
				walk(item, fmt.Sprintf("%s[%d]", where, i))
			}
		}
	}
	walk(o.Value.(interface{ UnstructuredContent() map[string]any }).UnstructuredContent(), "")
	return out
}

// formsOf returns the ways to read a value as weights of lanes that sum to 100. A single lane
// counts only if its key has the word weight: any number may be 100.
func formsOf(value any) []release.Values {
	switch value := value.(type) {
	case map[string]any:
		sum := 0
		for lane, weight := range value {
			percent, ok := percentOf(weight)
			if !ok || len(fieldcheck.Label(nil, lane)) > 0 {
				return nil
			}
			sum += percent
		}
		if sum == 100 && len(value) > 1 {
			return []release.Values{{}}
		}
	case []any:
		lane, weight := laneKey(value), weightKey(value)
		if lane != "" && weight != "" && (len(value) > 1 || isWeight(weight)) {
			return []release.Values{{Lane: lane, Weight: weight}}
		}
	}
	return nil
}

// percentOf returns a weight, a whole number that may be in quotes.
func percentOf(value any) (int, bool) {
	switch value := value.(type) {
	case int64:
		return int(value), value >= 0 && value <= 100
	case string:
		percent, err := strconv.Atoi(value)
		return percent, err == nil && percent >= 0 && percent <= 100
	}
	return 0, false
}

// laneKey returns the key under which each item of a list has a different lane. It prefers the
// usual names.
func laneKey(items []any) string {
	return keyOf(items, []string{"lane", "name", "version", "subset"}, func(values []any) bool {
		seen := map[string]bool{}
		for _, v := range values {
			lane, ok := v.(string)
			if _, number := percentOf(v); !ok || number || seen[lane] || len(fieldcheck.Label(nil, lane)) > 0 {
				return false
			}
			seen[lane] = true
		}
		return true
	})
}

// weightKey returns the key under which all items of a list have a number, if these sum to 100.
// It prefers the usual names.
func weightKey(items []any) string {
	return keyOf(items, []string{"weight", "percent"}, func(values []any) bool {
		sum := 0
		for _, v := range values {
			percent, ok := percentOf(v)
			if !ok {
				return false
			}
			sum += percent
		}
		return sum == 100
	})
}

// keyOf returns the key that all items of a list have with values that fit: the first of names,
// or else the only one.
func keyOf(items []any, names []string, fit func([]any) bool) string {
	if len(items) == 0 {
		return ""
	}
	first, _ := items[0].(map[string]any)
	var found []string
	for _, key := range slices.Sorted(maps.Keys(first)) {
		var values []any
		for _, item := range items {
			item, _ := item.(map[string]any)
			value, there := item[key]
			if !there {
				break
			}
			values = append(values, value)
		}
		if len(values) == len(items) && fit(values) {
			found = append(found, key)
		}
	}
	for _, name := range names {
		if slices.Contains(found, name) {
			return name
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	return ""
}

// chartName returns the name of the chart in a directory, or "release" if no plan may have
// that.
func chartName(set manifest.Set, dir string) string {
	file := path.Join(dir, "Chart.yaml")
	if o, found := set.WithValues(file).Get(manifest.ValuesRef(file)); found {
		if name, _ := o.Written("name"); len(fieldcheck.Label(nil, name)) == 0 {
			return name
		}
	}
	return "release"
}

// valuesCandidate returns the candidate if pods are made from values. From is the last lane
// with weight.
func valuesCandidate(plan rollout.Plan) release.Candidate {
	c := release.Candidate{Version: plan.Candidate}
	for _, w := range plan.Before {
		if w.Percent > 0 {
			c.From = w.Lane
		}
	}
	return c
}
