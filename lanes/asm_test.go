package lanes_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	strictjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/lanes"
)

// objectOf returns a new object of the kind that a JSON text names.
func objectOf(data []byte) runtime.Object {
	var head struct {
		Kind string `json:"kind"`
	}
	if json.Unmarshal(data, &head) == nil && head.Kind == "ASMSwimLane" {
		return &lanes.ASMSwimLane{}
	}
	return &lanes.ASMSwimLaneGroup{}
}

// Every field that ASM has is read strictly and written back as it was, the false
// and the 0 that mean something included.
func TestObjectsOfASMSurvive(t *testing.T) {
	paths, err := filepath.Glob("testdata/asm/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		data, err := yaml.YAMLToJSONStrict(text)
		require.NoError(t, err)
		o := objectOf(data)
		faults, err := strictjson.UnmarshalStrict(data, o)
		require.NoError(t, err, path)
		require.Empty(t, faults, path)
		again, err := json.Marshal(o)
		require.NoError(t, err)
		require.Equal(t, read(t, data), read(t, again), path)
	}
}

// read returns JSON without nulls, which say what leaving the key out says.
func read(t *testing.T, data []byte) any {
	t.Helper()
	var value any
	require.NoError(t, json.Unmarshal(data, &value))
	var clean func(value any) any
	clean = func(value any) any {
		switch value := value.(type) {
		case map[string]any:
			for key, item := range value {
				if value[key] = clean(item); item == nil {
					delete(value, key)
				}
			}
		case []any:
			for i := range value {
				value[i] = clean(value[i])
			}
		}
		return value
	}
	return clean(value)
}

// FuzzObjectsOfASM holds that what is read is written so that it reads the same.
func FuzzObjectsOfASM(f *testing.F) {
	paths, err := filepath.Glob("testdata/asm/*.yaml")
	require.NoError(f, err)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(f, err)
		data, err := yaml.YAMLToJSON(text)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		first, second := objectOf(data), objectOf(data)
		if json.Unmarshal(data, first) != nil {
			return
		}
		once, err := json.Marshal(first)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(once, second))
		twice, err := json.Marshal(second)
		require.NoError(t, err)
		require.JSONEq(t, string(once), string(twice))
		require.Equal(t, first, first.DeepCopyObject())
	})
}

// fill sets everything that can be set in v, lists and maps to one element.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && v.Field(i).Kind() != reflect.Interface {
				fill(v.Field(i), n)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), n)
	case reflect.Map:
		element := reflect.New(v.Type().Elem()).Elem()
		fill(element, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf(fmt.Sprint("key", *n)).Convert(v.Type().Key()), element)
	case reflect.String:
		v.SetString(fmt.Sprint("text", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(*n % 200))
	}
}

// spoilAll changes everything that is reached from v by a pointer, list or map.
func spoilAll(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			spoilAll(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				spoilAll(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			spoilAll(v.Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			element := reflect.New(v.Type().Elem()).Elem()
			element.Set(v.MapIndex(key))
			spoilAll(element)
			v.SetMapIndex(key, reflect.Zero(v.Type().Elem()))
		}
	default:
		if v.CanSet() {
			v.SetZero()
		}
	}
}

// Deep copies share nothing: with every field filled and everything in a copy
// changed, the original is as it was.
func TestDeepCopiesShareNothing(t *testing.T) {
	for _, o := range []any{&lanes.ASMSwimLane{}, &lanes.ASMSwimLaneGroup{}, &lanes.ASMSwimLaneList{},
		&lanes.ASMSwimLaneGroupList{}, &lanes.Autoscaler{}, &lanes.DisruptionBudget{}, &lanes.ServiceOptions{},
		&lanes.DeploymentOptions{}} {
		n, again := 0, 0
		fill(reflect.ValueOf(o).Elem(), &n)
		requireFilled(t, reflect.ValueOf(o).Elem(), reflect.TypeOf(o).String())
		want := reflect.New(reflect.TypeOf(o).Elem())
		fill(want.Elem(), &again)
		c := reflect.ValueOf(o).MethodByName("DeepCopy").Call(nil)[0]
		require.Equal(t, o, c.Interface())
		spoilAll(c)
		require.NotEqual(t, o, c.Interface())
		require.Equal(t, want.Interface(), o)
	}
}

// requireFilled holds that no field of the library's own types is left as it was,
// so that what is added to them is covered.
func requireFilled(t *testing.T, v reflect.Value, path string) {
	t.Helper()
	switch v.Kind() {
	case reflect.Pointer:
		requireFilled(t, v.Elem(), path)
	case reflect.Slice:
		requireFilled(t, v.Index(0), path+"[]")
	case reflect.Map:
		requireFilled(t, v.MapIndex(v.MapKeys()[0]), path+"[]")
	case reflect.Struct:
		if !strings.HasSuffix(v.Type().PkgPath(), "swimlane/lanes") {
			return
		}
		for i := range v.NumField() {
			at := path + "." + v.Type().Field(i).Name
			require.False(t, v.Field(i).IsZero(), at)
			requireFilled(t, v.Field(i), at)
		}
	}
}

func TestCRDs(t *testing.T) {
	files, err := fs.Glob(lanes.CRDs(), "*.yaml")
	require.NoError(t, err)
	kinds := map[string]bool{}
	for _, name := range files {
		data, err := fs.ReadFile(lanes.CRDs(), name)
		require.NoError(t, err)
		var crd map[string]any
		require.NoError(t, yaml.UnmarshalStrict(data, &crd))
		get := func(path ...string) string {
			s, _, err := unstructured.NestedString(crd, path...)
			require.NoError(t, err)
			return s
		}
		require.Equal(t, "istio.alibabacloud.com", get("spec", "group"))
		require.Equal(t, "Cluster", get("spec", "scope"))
		kinds[get("spec", "names", "kind")] = true
		require.NotContains(t, string(data), "required:", "what ASM does not document is no hard rule")
	}
	require.Equal(t, map[string]bool{"ASMSwimLane": true, "ASMSwimLaneGroup": true}, kinds)
}
