package rollout_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/rollout"
)

// complete returns a plan in which every field of gate data is set.
func complete() rollout.Plan {
	p := gated()
	p.Metrics[0].Over = ptr(0.5)
	p.Alpha, p.Settle = 0.02, 5*minute
	p.Guards[0].Clump, p.Guards[0].Errors, p.Guards[0].NoDataAfter, p.Guards[0].OnFail, p.Guards[0].OnNoData = 3,
		ptr(2), 15*minute, rollout.ActStepBack, rollout.ActRollBack
	check := &p.Stages[1].Gate.Checks[0]
	check.Floor, check.Ratio, check.Difference, check.Failures = ptr(0.1), ptr(2.0), ptr(0.25), 1
	p.Stages[2].Gate.Checks[0].Good.Beta = 0.1
	p.Freezes = []rollout.Freeze{{Zone: "Europe/Berlin", Days: []string{"Sat", "Sun"}, From: "18:00", To: "24:00",
		First: "2026-12-20", Last: "2027-01-02", Reason: "a fair"}}
	p.Rails = &rollout.Rails{LargestStep: 50, FinalPercent: 100, Cap: &rollout.Cap{Percent: 10, Metric: "memory"}}
	return p
}

// The digest of a plan with gates stands in the state of releases that are under way: it
// must never change for a given plan.
func TestDigestOfAGatedPlanIsForever(t *testing.T) {
	require.Empty(t, complete().Validate())
	require.Equal(t, "sha256:7ae51c331a7fb3b04af67ecbf138e2d7385807b9c6379419b184538e6e29373a", complete().Digest())
}

// prose are the fields that the digest leaves out, by type and name.
var prose = []string{"Stage.Criteria", "Stage.Annotations", "Plan.Annotations", "Freeze.Reason"}

// TestEveryFieldOfGateDataChangesTheDigest walks over a plan in which everything is set,
// and changes one value after another: a field that somebody adds and forgets is found.
func TestEveryFieldOfGateDataChangesTheDigest(t *testing.T) {
	p := complete()
	seen := map[string]string{p.Digest(): "nothing"}
	met := map[string]bool{}
	distinct := func(path, field string) {
		digest := p.Digest()
		if slices.Contains(prose, field) {
			require.Equal(t, "nothing", seen[digest], "%s is prose", path)
		} else {
			require.NotContains(t, seen, digest, "%s changes the digest as does: %s", path, seen[digest])
			seen[digest] = path
		}
		met[field] = true
	}
	var walk func(v reflect.Value, path, field string)
	walk = func(v reflect.Value, path, field string) {
		old := reflect.New(v.Type()).Elem()
		old.Set(v)
		restore := func() { v.Set(old) }
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				name := v.Type().Field(i).Name
				walk(v.Field(i), path+"."+name, v.Type().Name()+"."+name)
			}
		case reflect.Pointer:
			if v.IsNil() {
				return
			}
			walk(v.Elem(), path, field)
			v.SetZero() // gone is something else than 0
			distinct(path+" gone", field)
			restore()
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i), fmt.Sprintf("%s[%d]", path, i), field)
			}
			if n := v.Len(); n > 0 {
				v.Set(v.Slice(0, n-1))
				distinct(path+" shorter", field)
				restore()
			}
		case reflect.Map:
			for _, key := range v.MapKeys() {
				item := v.MapIndex(key)
				v.SetMapIndex(key, reflect.Value{})
				distinct(path+" without "+key.String(), field)
				v.SetMapIndex(reflect.ValueOf(key.String()+"x"), item)
				distinct(path+" renamed "+key.String(), field)
				v.SetMapIndex(reflect.ValueOf(key.String()+"x"), reflect.Value{})
				list := slices.Clone(item.Interface().([]string))
				list[0] += "x"
				v.SetMapIndex(key, reflect.ValueOf(list))
				distinct(path+" another "+key.String(), field)
				v.SetMapIndex(key, item)
			}
		case reflect.String:
			v.SetString(v.String() + "x")
			distinct(path, field)
			restore()
		case reflect.Float64:
			v.SetFloat(v.Float() + 0.125)
			distinct(path, field)
			restore()
		case reflect.Int, reflect.Int64:
			v.SetInt(v.Int() + 1)
			distinct(path, field)
			restore()
		default:
			t.Fatalf("%s: this test does not know %s", path, v.Kind())
		}
	}
	p.Annotations = map[string]string{}
	walk(reflect.ValueOf(&p).Elem(), "plan", "")
	require.Equal(t, complete().Digest(), p.Digest(), "every change was taken back")
	for _, part := range []any{rollout.Metric{}, rollout.Check{}, rollout.Worse{}, rollout.Good{}, rollout.Gate{},
		rollout.Dwell{}, rollout.Approvals{},
		rollout.Freeze{}, rollout.Rails{}, rollout.Cap{}, rollout.Stage{}, rollout.Plan{}} {
		for i := range reflect.TypeOf(part).NumField() {
			name := reflect.TypeOf(part).Name() + "." + reflect.TypeOf(part).Field(i).Name
			nested := []string{"Gate.Dwell", "Stage.Annotations", "Plan.Annotations", "Plan.Guards"}
			require.True(t, met[name] || slices.Contains(nested, name),
				"%s was never changed: is it set in complete()?", name)
		}
	}
}

// Each of these alone makes another plan of one that asks for nothing.
func TestASingleWishChangesTheDigest(t *testing.T) {
	seen := map[string]string{seed().Digest(): "nothing"}
	for name, change := range map[string]func(p *rollout.Plan){
		"metric":      func(p *rollout.Plan) { p.Metrics = []rollout.Metric{{}} },
		"guard":       func(p *rollout.Plan) { p.Guards = []rollout.Check{{}} },
		"alpha":       func(p *rollout.Plan) { p.Alpha = 0.01 },
		"settle":      func(p *rollout.Plan) { p.Settle = 1 },
		"finish":      func(p *rollout.Plan) { p.FinishGate = &rollout.Gate{} },
		"first gate":  func(p *rollout.Plan) { p.Stages[0].Gate = &rollout.Gate{} },
		"second gate": func(p *rollout.Plan) { p.Stages[1].Gate = &rollout.Gate{} },
		"approvers":   func(p *rollout.Plan) { p.Approvers = map[string][]string{"a": nil} },
		"freeze":      func(p *rollout.Plan) { p.Freezes = []rollout.Freeze{{}} },
		"no return":   func(p *rollout.Plan) { p.NoReturn = "a" },
		"rails":       func(p *rollout.Plan) { p.Rails = &rollout.Rails{} },
	} {
		p := seed()
		change(&p)
		require.NotContains(t, seen, p.Digest(), "%s and %s", name, seen[p.Digest()])
		seen[p.Digest()] = name
	}
	// What is empty is as what is not there, as in JSON.
	p := seed()
	p.Metrics, p.Guards, p.Approvers, p.Freezes = []rollout.Metric{}, []rollout.Check{}, map[string][]string{},
		[]rollout.Freeze{}
	require.Equal(t, seed().Digest(), p.Digest())
}

// Plans that differ in their JSON differ in their digest, prose aside.
func TestDigestsOfGatedPlansDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := drawGated(t)
		other := base
		other.Stages = slices.Clone(base.Stages)
		i := rapid.IntRange(0, len(other.Stages)-1).Draw(t, "stage")
		other.Stages[i].Criteria += "!"
		require.Equal(t, base.Digest(), other.Digest())
		if other.Stages[i].Gate == nil {
			other.Stages[i].Gate = &rollout.Gate{}
		} else {
			other.Stages[i].Gate = nil
		}
		require.NotEqual(t, base.Digest(), other.Digest())
	})
}
