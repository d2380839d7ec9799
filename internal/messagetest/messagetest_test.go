package messagetest_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/messagetest"
)

type part struct {
	Name  string
	Share float64
	Keys  map[string]string
}

type whole struct {
	Name  string
	Count *int
	On    bool
	Parts []part
}

// Each field of a value is broken, and each message is on the page once.
func TestPage(t *testing.T) {
	var p messagetest.Page
	p.Head("whole")
	messagetest.Break(&p, func() whole {
		return whole{Name: "a", Count: new(1), Parts: []part{{Name: "b", Share: 0.5, Keys: map[string]string{"k": "v"}}}}
	}, func(w whole) error {
		var errs []error
		if w.Name == "" || len(w.Parts) == 0 {
			return errors.New("whole: must have a name and a part")
		}
		if w.Count == nil || *w.Count != 1 {
			errs = append(errs, errors.New("count: must be 1"))
		}
		if w.On {
			errs = append(errs, errors.New("on: must not be set"))
		}
		for i, part := range w.Parts {
			if part.Share != 0.5 {
				errs = append(errs, field.Invalid(field.NewPath("parts").Index(i).Child("share"), part.Share, "must be a half"))
			}
			if _, found := part.Keys[""]; found || part.Keys["k"] == "Bad Value" {
				errs = append(errs, fmt.Errorf("parts[%d].keys: must be good", i))
			}
		}
		return errors.Join(errs...)
	})
	p.Head("texts")
	messagetest.Texts(&p, "name: a\nkind: b\n", func(text string) error {
		if text != "name: a\nkind: b\n" {
			return fmt.Errorf("must not be changed: %q", text)
		}
		return nil
	})
	p.Golden(t)
}

func TestFaults(t *testing.T) {
	for message, want := range map[string]string{
		"a.yaml:3: VirtualService default/a spec.http[0]: must sum to 100, not 110":           "",
		`plan: stages[0].name: Invalid value: "a: b": must be a name that no other stage has`: "",
		"plan: 2 faults:": "",
		"must be set: it is for what was found, if it was":                      "",
		"must be read when it was read, if it was":                              "3 clauses in one part",
		"must be such that it is good: it is one that is bad; or remove it all": "5 clauses",
		"edit: must have a lane of %!s(MISSING)":                                "prints %!",
		"weights: <nil>: must sum to 100":                                       "prints <nil>",
		"must list the lanes of before: v1, , v3":                               `lacks something at ", ,"`,
		"must have a route  in the directory":                                   `lacks something at "  "`,
		"edit: Deployment default/a: must be in the set":                        "",
		"must be one of " + string(make([]byte, 250)):                           "265 characters",
		`name: Invalid value: must be a-z: "` + string(make([]byte, 250)) + `"`: "",
	} {
		got := ""
		if faults := messagetest.Faults(message); len(faults) > 0 {
			got = faults[0]
		}
		require.Equal(t, want, got, message)
	}
}
