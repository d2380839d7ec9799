package validation_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/swimlane-go/swimlane/oracle/istio/validation/corpus"
)

var (
	mutants = flag.Int("mutants", 10_000, "how many objects are changed")
	seed    = flag.Uint64("seed", 1, "of the changes")
)

// TestRefusesMutants changes one field of good objects at random: Istio and the library agree on
// the results.
func TestRefusesMutants(t *testing.T) {
	m := mutator{rand: rand.New(rand.NewPCG(*seed, 0)), parts: map[protoreflect.FullName][]protoreflect.Message{}}
	var good [][]byte
	for _, data := range recorded(t) {
		if refused(t, data) == nil && len(refusals(data)) == 0 {
			good = append(good, data)
			_, spec := parse(t, data)
			m.learn(spec.ProtoReflect())
		}
	}
	classes, all, used := map[string]*tally{}, tally{}, map[string]int{}
	logged := map[string]int{}
	for n := 0; n < *mutants; {
		o, spec := parse(t, good[m.rand.IntN(len(good))])
		m.graft(spec.ProtoReflect())
		before := written(t, o, spec)
		if before == nil || refused(t, before) != nil {
			continue // the graft made it invalid
		}
		path, ok := m.mutate(spec.ProtoReflect())
		data := written(t, o, spec)
		if !ok || data == nil || string(data) == string(before) {
			continue
		}
		n++
		err, found := refused(t, data), refusals(data)
		alarm := len(found) > 0 && (err != nil || !explains(found, used))
		class := o.Kind + " " + path
		if classes[class] == nil {
			classes[class] = &tally{}
		}
		classes[class].add(err != nil, alarm)
		all.add(err != nil, alarm)
		if (err != nil) != alarm && logged[class] < 2 {
			logged[class]++
			t.Logf("%s: Istio: %v; here: %v\n%s", class, err, found, data)
		}
	}
	kinds := map[string]*tally{}
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		c := classes[class]
		t.Logf("%-60s refused %4d, of them missed %3d; accepted %4d, of them alarms %3d", class, c.refused, c.missed,
			c.accepted, c.alarms)
		kind, _, _ := strings.Cut(class, " ")
		if kinds[kind] == nil {
			kinds[kind] = &tally{}
		}
		kinds[kind].join(*c)
		if c.refused >= 10 {
			require.LessOrEqual(t, float64(c.missed), 0.1*float64(c.refused), class)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		c := kinds[kind]
		t.Logf("%-60s refused %4d, of them missed %3d; accepted %4d, of them alarms %3d", kind, c.refused, c.missed,
			c.accepted, c.alarms)
		require.LessOrEqual(t, float64(c.missed), 0.03*float64(c.refused), kind)
	}
	t.Logf("in all refused %d, of them missed %d; accepted %d, of them alarms %d", all.refused, all.missed,
		all.accepted, all.alarms)
	require.GreaterOrEqual(t, 10*all.refused, 3**mutants)
	require.LessOrEqual(t, float64(all.missed), 0.03*float64(all.refused))
	require.Zero(t, all.alarms)
}

// written returns an object as JSON for a file, nil if JSON cannot represent it.
func written(t testing.TB, o object, spec proto.Message) []byte {
	t.Helper()
	text, err := corpus.JSON(spec)
	if err != nil {
		return nil
	}
	o.Spec = text
	data, err := json.Marshal(o)
	require.NoError(t, err)
	return data
}

// mutator changes messages. The parts are messages of good objects, by their type.
type mutator struct {
	rand  *rand.Rand
	parts map[protoreflect.FullName][]protoreflect.Message
}

func (m *mutator) learn(msg protoreflect.Message) {
	name := msg.Descriptor().FullName()
	m.parts[name] = append(m.parts[name], msg)
	for _, sub := range children(msg) {
		m.learn(sub.msg)
	}
}

// child is a message in another one.
type child struct {
	path string
	msg  protoreflect.Message
}

// children returns the messages in a message, in the order of its fields.
func children(msg protoreflect.Message) []child {
	var out []child
	fields := msg.Descriptor().Fields()
	for i := range fields.Len() {
		switch f := fields.Get(i); {
		case !msg.Has(f):
		case f.IsMap():
			if f.MapValue().Message() == nil {
				continue
			}
			byKey := map[string]protoreflect.Message{}
			msg.Get(f).Map().Range(func(k protoreflect.MapKey, v protoreflect.Value) bool {
				byKey[k.String()] = v.Message()
				return true
			})
			for _, k := range slices.Sorted(maps.Keys(byKey)) {
				out = append(out, child{f.JSONName(), byKey[k]})
			}
		case f.Message() == nil:
		case f.IsList():
			for j := range msg.Get(f).List().Len() {
				out = append(out, child{f.JSONName(), msg.Get(f).List().Get(j).Message()})
			}
		default:
			out = append(out, child{f.JSONName(), msg.Get(f).Message()})
		}
	}
	return out
}

// all returns a message and the messages in it, with their paths.
func all(path string, msg protoreflect.Message) []child {
	out := []child{{path, msg}}
	for _, c := range children(msg) {
		out = append(out, all(strings.TrimPrefix(path+"."+c.path, "."), c.msg)...)
	}
	return out
}

// graft replaces a part of the message by one of another good object, or adds one to a list.
func (m *mutator) graft(msg protoreflect.Message) {
	if m.rand.IntN(2) == 0 {
		return
	}
	at := pick(m.rand, all("", msg)).msg
	fields := at.Descriptor().Fields()
	f := fields.Get(m.rand.IntN(fields.Len()))
	if f.Message() == nil || f.IsMap() || len(m.parts[f.Message().FullName()]) == 0 {
		return
	}
	part := protoreflect.ValueOfMessage(
		proto.Clone(pick(m.rand, m.parts[f.Message().FullName()]).Interface()).ProtoReflect())
	if f.IsList() {
		at.Mutable(f).List().Append(part)
		return
	}
	at.Set(f, part)
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// mutate changes one field. class is the path of the field, cut to three names. ok is false if
// there was nothing to change.
func (m *mutator) mutate(msg protoreflect.Message) (class string, ok bool) {
	at := pick(m.rand, all("", msg))
	fields := at.msg.Descriptor().Fields()
	if fields.Len() == 0 {
		return "", false
	}
	f := fields.Get(m.rand.IntN(fields.Len()))
	path := strings.Split(strings.TrimPrefix(at.path+"."+f.JSONName(), "."), ".")
	class = strings.Join(path[:min(3, len(path))], ".")
	switch {
	case at.msg.Has(f) && m.rand.IntN(4) == 0:
		at.msg.Clear(f)
	case f.IsMap():
		if f.MapValue().Message() != nil && f.MapValue().Message().Name() == "Value" {
			return "", false
		}
		into := at.msg.Mutable(f).Map()
		into.Set(m.scalar(f.MapKey()).MapKey(), m.value(f.MapValue(), into.NewValue))
	case f.IsList():
		list := at.msg.Mutable(f).List()
		switch n := list.Len(); {
		case n > 0 && m.rand.IntN(3) == 0:
			list.Append(clone(list.Get(m.rand.IntN(n)), f)) // twice
		case n > 0 && m.rand.IntN(2) == 0:
			list.Set(m.rand.IntN(n), m.value(f, list.NewElement))
		default:
			list.Append(m.value(f, list.NewElement))
		}
	default:
		at.msg.Set(f, m.value(f, func() protoreflect.Value { return at.msg.NewField(f) }))
	}
	return class, true
}

func clone(v protoreflect.Value, f protoreflect.FieldDescriptor) protoreflect.Value {
	if f.Message() == nil {
		return v
	}
	return protoreflect.ValueOfMessage(proto.Clone(v.Message().Interface()).ProtoReflect())
}

// value returns a value for a field. For a message it is empty, or a part of a good object.
func (m *mutator) value(f protoreflect.FieldDescriptor, empty func() protoreflect.Value) protoreflect.Value {
	msg := f.Message()
	switch {
	case msg == nil:
		return m.scalar(f)
	case msg.FullName() == "google.protobuf.Duration":
		v := empty()
		nanos := pick(m.rand, []int64{0, 1, 1_000_000, 1_500_000, 1_000_000_000, 1_500_000_000, -1_000_000_000})
		v.Message().Set(msg.Fields().ByName("seconds"), protoreflect.ValueOfInt64(nanos/1_000_000_000))
		v.Message().Set(msg.Fields().ByName("nanos"), protoreflect.ValueOfInt32(int32(nanos%1_000_000_000)))
		return v
	case len(m.parts[msg.FullName()]) > 0 && m.rand.IntN(2) == 0:
		return protoreflect.ValueOfMessage(
			proto.Clone(pick(m.rand, m.parts[msg.FullName()]).Interface()).ProtoReflect())
	}
	return empty()
}

var (
	texts = []string{"", "a", "*", "a.b", "*.b", "*a", "A_b", "-a", "a b", "a/b", "a/b/c", "./a", "mesh", "192.0.2.1",
		"192.0.2.0/33", "192.0.2.0/24",
		":authority", "host", "@request.auth.claims.a", "5%", "%A%", "(", ".*", "1.0", "v1", strings.Repeat("a", 64),
		strings.Repeat("a.", 130), "GET", "get", "http",
		"HTTPS", "TLS", "TCP", "5xx", "5xx, reset", "NOT_FOUND", "~", ".", "unix:///a", "unix://a", "configmap://a/b",
		"http2", "ü"}
	numbers = []int64{-1, 0, 1, 79, 99, 100, 101, 200, 399, 600, 601, 65535, 65536, 2147483647}
	shares  = []float64{-1, 0, 0.00001, 0.5, 100, 100.5}
)

// scalar returns a value for a field that is not a message.
func (m *mutator) scalar(f protoreflect.FieldDescriptor) protoreflect.Value {
	n := pick(m.rand, numbers)
	switch f.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(pick(m.rand, texts))
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes([]byte(pick(m.rand, texts)))
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(m.rand.IntN(2) == 0)
	case protoreflect.EnumKind:
		values := f.Enum().Values()
		return protoreflect.ValueOfEnum(values.Get(m.rand.IntN(values.Len())).Number())
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(int32(n))
	case protoreflect.Int64Kind:
		return protoreflect.ValueOfInt64(n)
	case protoreflect.Uint32Kind:
		return protoreflect.ValueOfUint32(uint32(max(n, 0)))
	case protoreflect.Uint64Kind:
		return protoreflect.ValueOfUint64(uint64(max(n, 0)))
	case protoreflect.DoubleKind:
		return protoreflect.ValueOfFloat64(pick(m.rand, shares))
	case protoreflect.FloatKind:
		return protoreflect.ValueOfFloat32(float32(pick(m.rand, shares)))
	}
	panic(fmt.Sprintf("no value for %s", f.FullName()))
}
