package messagetest

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Break adds the messages of check for the zero value, and for values of base in which one field is
// broken: each field of the library's types, one after the other. The base must be good.
func Break[T any](p *Page, base func() T, check func(T) error) {
	p.Add("zero value", check(*new(T)))
	if err := check(base()); err != nil {
		p.faults = append(p.faults, "the good value is refused: "+err.Error())
	}
	root := base()
	for _, m := range mutations(reflect.ValueOf(&root).Elem(), "", 0) {
		value := base()
		m.apply(reflect.ValueOf(&value).Elem())
		p.Add(m.name, check(value))
	}
}

// mutation is one way to break a value.
type mutation struct {
	name  string
	apply func(reflect.Value)
}

// badName is no name that Kubernetes accepts.
const badName = "Bad_Name"

// library is how the import paths of the types begin that are broken field by field.
const library = "github.com/swimlane-go/swimlane"

// mutations returns the ways to break v, which is called name.
func mutations(v reflect.Value, name string, depth int) []mutation {
	var out []mutation
	set := func(to reflect.Value, say string) {
		out = append(out, mutation{name + " = " + say, func(v reflect.Value) { v.Set(to) }})
	}
	// inside lets the mutations of a part apply to the whole.
	inside := func(part []mutation, get func(reflect.Value) reflect.Value) {
		for _, m := range part {
			out = append(out, mutation{m.name, func(v reflect.Value) { m.apply(get(v)) }})
		}
	}
	if depth > 0 && !v.IsZero() {
		set(reflect.Zero(v.Type()), "zero")
	}
	t := v.Type()
	if depth > 12 || t == reflect.TypeFor[time.Time]() {
		return out
	}
	switch t.Kind() {
	case reflect.String:
		for _, text := range []string{badName, "a/b", strings.Repeat("x", 300)} {
			set(reflect.ValueOf(text).Convert(t), fmt.Sprintf("%.10q", text))
		}
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint32, reflect.Uint16:
		for _, n := range []int{-1, 7, 101, 70000} {
			if n := reflect.ValueOf(n); n.Int() >= 0 || t.Kind() < reflect.Uint {
				set(n.Convert(t), fmt.Sprint(n))
			}
		}
	case reflect.Float64:
		for _, f := range []float64{-1, 2, math.NaN()} {
			set(reflect.ValueOf(f).Convert(t), fmt.Sprint(f))
		}
	case reflect.Bool:
		set(reflect.ValueOf(!v.Bool()).Convert(t), fmt.Sprint(!v.Bool()))
	case reflect.Pointer:
		if e := t.Elem(); e.Kind() == reflect.Struct && !strings.HasPrefix(e.PkgPath(), library) {
			break
		}
		if v.IsNil() {
			v = reflect.New(t.Elem())
			set(v, "zero of "+t.Elem().Name())
			for _, m := range mutations(v.Elem(), name, depth+1) {
				out = append(out, mutation{m.name, func(at reflect.Value) {
					fresh := reflect.New(t.Elem())
					m.apply(fresh.Elem())
					at.Set(fresh)
				}})
			}
			return out
		}
		inside(mutations(v.Elem(), name, depth+1), reflect.Value.Elem)
	case reflect.Slice:
		out = append(out, mutation{name + " with an empty one", func(v reflect.Value) {
			v.Set(reflect.Append(v, reflect.Zero(t.Elem())))
		}})
		if v.Len() == 0 {
			break
		}
		out = append(out, mutation{name + " with the first twice", func(v reflect.Value) {
			v.Set(reflect.Append(v, v.Index(0)))
		}})
		for i := range v.Len() {
			inside(mutations(v.Index(i), fmt.Sprintf("%s[%d]", name, i), depth+1),
				func(v reflect.Value) reflect.Value { return v.Index(i) })
		}
	case reflect.Map:
		if t.Key().Kind() == reflect.String {
			out = append(out, breakMap(v, name)...)
		}
	case reflect.Struct:
		if !strings.HasPrefix(t.PkgPath(), library) {
			break
		}
		for i := range t.NumField() {
			if !t.Field(i).IsExported() {
				continue
			}
			inside(mutations(v.Field(i), strings.TrimPrefix(name+"."+t.Field(i).Name, "."), depth+1),
				func(v reflect.Value) reflect.Value { return v.Field(i) })
		}
	}
	return out
}

// breakMap returns the ways to break a map with texts as keys.
func breakMap(v reflect.Value, name string) []mutation {
	var out []mutation
	t := v.Type()
	add := func(key string, value reflect.Value) {
		say := "zero"
		if !value.IsZero() {
			say = fmt.Sprintf("%q", value)
		}
		out = append(out, mutation{fmt.Sprintf("%s[%q] = %s", name, key, say), func(v reflect.Value) {
			if v.IsNil() {
				v.Set(reflect.MakeMap(t))
			}
			v.SetMapIndex(reflect.ValueOf(key).Convert(t.Key()), value)
		}})
	}
	for _, key := range []string{"", "Bad Key"} {
		add(key, reflect.Zero(t.Elem()))
	}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	for _, key := range keys {
		add(key.String(), reflect.Zero(t.Elem()))
		if t.Elem().Kind() == reflect.String {
			add(key.String(), reflect.ValueOf("Bad Value").Convert(t.Elem()))
		}
	}
	return out
}
