package release

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// valuesEntry is the entry of a lane in a file of values. Weights of the holder has its weight
// at the same position.
type valuesEntry struct {
	path   string // of the entry
	weight string // of its weight
	isText bool   // the weight is written in quotes
	others []string
}

// valuesHolder reads a file of values that holds the weights.
func (l Live) valuesHolder() Holder {
	v := *l.Config.Values
	h := Holder{Ref: v.Ref()}
	o, found := l.Set.Get(h.Ref)
	if !found {
		h.Err = l.absent(h.Ref, "it holds the app's weights")
		return h
	}
	h.Object, h.Field = o, v.Path
	keys, items, found := o.Keys(v.Path)
	if !found {
		h.Err = unreadableValues(o, v.Path, "%s must be a mapping of lanes to weights, or a list of lanes", v.Path)
		return h
	}
	fail := func(err error) {
		if h.Err == nil {
			h.Err = err
		}
	}
	add := func(lane string, e valuesEntry) {
		percent, err := readWeight(o, e.weight)
		if fail(err); err != nil {
			return
		}
		if _, twice := h.Weights.Percent(lane); twice {
			fail(unreadableValues(o, e.path, "%s must list lane %s once", v.Path, lane))
			return
		}
		e.isText = o.IsText(e.weight)
		h.Weights, h.entries = append(h.Weights, rollout.W(lane, percent)), append(h.entries, e)
	}
	for _, key := range keys {
		at := fmt.Sprintf("%s[%s]", v.Path, key)
		add(key, valuesEntry{path: at, weight: at})
	}
	for i := range items {
		at := fmt.Sprintf("%s[%d]", v.Path, i)
		lane, found := o.Written(at + "." + v.laneKey())
		if !found || lane == "" {
			fail(unreadableValues(o, at, "%s must name its lane under the key %s", at, v.laneKey()))
			continue
		}
		written, _, _ := o.Keys(at)
		own := func(key string) bool { return key == v.laneKey() || key == v.weightKey() }
		add(lane, valuesEntry{path: at, weight: at + "." + v.weightKey(), others: slices.DeleteFunc(written, own)})
	}
	return h
}

// readWeight returns the weight at a path: a whole number in plain digits.
func readWeight(o manifest.Object, at string) (int, error) {
	text, found := o.Written(at)
	percent, err := strconv.Atoi(text)
	if !found || err != nil || strconv.Itoa(percent) != text || percent < 0 || percent > 100 {
		what := "a list or nothing"
		if found {
			what = strconv.Quote(text)
		}
		return 0, unreadableValues(o, at, "%s must be a weight, a whole number from 0 to 100, not %s", at, what)
	}
	return percent, nil
}

// unreadableValues returns the error about a place in a file of values.
func unreadableValues(o manifest.Object, at, format string, args ...any) *HolderError {
	out := holderError(ErrUnreadable, o, markup.Line(fmt.Sprintf(format, args...)))
	out.Line = o.LineOf(at)
	return out
}

// valuesState returns the text of the state in a file of values, and whether its path exists.
// The text is empty for a value that is not a text.
func (l Live) valuesState(o manifest.Object) (text string, found bool) {
	return textAt(o, l.Config.Values.StatePath())
}

// textAt returns the text at a path of a file of values, and whether the path exists.
func textAt(o manifest.Object, at string) (text string, found bool) {
	if o.IsText(at) {
		text, _ = o.Written(at)
	}
	return text, o.Has(at)
}

// giveValues returns the changes that give a file of values the weights of a state.
func (l Live) giveValues(h Holder, next rollout.State, exact bool) ([]manifest.Change, error) {
	weights := l.Config.Plan.Weights(next)
	var out []manifest.Change
	for i, has := range h.Weights {
		percent, planned := weights.Percent(has.Lane)
		if planned || exact {
			out = append(out, setValue(h, h.entries[i], percent))
		}
	}
	added := 0
	for _, w := range weights {
		if _, has := h.Weights.Percent(w.Lane); !has && l.joins(w, next) {
			changes, err := l.addValue(h, w, added)
			if err != nil {
				return nil, err
			}
			out, added = append(out, changes...), added+1
		}
	}
	return out, nil
}

// setValue returns the change that gives an entry its weight.
func setValue(h Holder, e valuesEntry, percent int) manifest.Change {
	var value any = percent
	if e.isText {
		value = strconv.Itoa(percent)
	}
	return manifest.SetField{Object: h.Ref, Path: e.weight, Value: value}
}

// addValue returns the changes that add a lane behind all others. added is how many lanes were
// added before it.
func (l Live) addValue(h Holder, w rollout.Weight, added int) ([]manifest.Change, error) {
	v := *l.Config.Values
	if _, items, _ := h.Object.Keys(v.Path); items > 0 {
		last := h.entries[items-1]
		if len(last.others) > 0 {
			return nil, unreadableValues(h.Object, v.Path,
				"%s must list lane %s with a weight of 0: its items have other keys, %s, which only you know", v.Path,
				w.Lane, last.others[0])
		}
		e := valuesEntry{weight: fmt.Sprintf("%s[%d].%s", v.Path, items+added, v.weightKey()), isText: last.isText}
		return []manifest.Change{
			manifest.CopyItem{Object: h.Ref, Path: fmt.Sprintf("%s[%d]", v.Path, items+added-1),
				Values: []manifest.CopiedValue{{Path: v.laneKey(), Text: w.Lane}}},
			setValue(h, e, w.Percent),
		}, nil
	}
	e := valuesEntry{weight: fmt.Sprintf("%s[%s]", v.Path, w.Lane)}
	e.isText = len(h.entries) > 0 && h.entries[len(h.entries)-1].isText
	return []manifest.Change{setValue(h, e, w.Percent)}, nil
}

// takeOutValues returns the changes that take lanes out of a file of values, from the last to
// the first, so that the other paths stay valid.
func takeOutValues(h Holder, names []string) []manifest.Change {
	var out []manifest.Change
	for i, w := range slices.Backward(h.Weights) {
		if slices.Contains(names, w.Lane) {
			out = append(out, manifest.RemoveField{Object: h.Ref, Path: h.entries[i].path})
		}
	}
	return out
}

// AddLane returns the changes that add a lane at weight 0 to the file of values with the
// weights. It returns none if the file lists the lane, or if objects hold the weights.
func (l Live) AddLane(lane string) ([]manifest.Change, error) {
	if l.Config.Values == nil || len(l.Holders) == 0 {
		return nil, nil
	}
	h := l.Holders[0]
	if _, has := h.Weights.Percent(lane); has || h.Err != nil {
		return nil, h.Err
	}
	return l.addValue(h, rollout.W(lane, 0), 0)
}

// RemoveState returns the changes that remove the state, the evidence and the history from the
// file of values. It returns none if an object carries the state.
func (l Live) RemoveState() []manifest.Change {
	if l.Config.Values == nil || len(l.Holders) == 0 {
		return nil
	}
	var out []manifest.Change
	for _, path := range l.Config.Values.StatePaths() {
		if l.Holders[0].Object.Has(path) {
			out = append(out, manifest.RemoveField{Object: l.Carrier(), Path: path})
		}
	}
	return out
}
