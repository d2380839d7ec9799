package fieldpath_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

func TestPathsAreSpelledAsPackageFieldDoes(t *testing.T) {
	require.Equal(t, field.NewPath("spec").Child("http").Index(0).Child("headers").Key("x.y").String(),
		fieldpath.New("spec").Child("http").Index(0).Child("headers").Key("x.y").String())
	require.Equal(t, field.NewPath("spec", "tls").Key("").String(), fieldpath.New("spec.tls").Key("").String())
}

func TestPathsCostNothingUntilTheyAreSpelled(t *testing.T) {
	var found []string
	add := func(p *fieldpath.Path) { found = append(found, p.String()) }
	walk := func(bad int) {
		http := fieldpath.New("spec").Child("http")
		for i := range 3 {
			headers := http.Index(i).Child("headers")
			if i == bad {
				add(headers.Key("x"))
			}
		}
	}
	require.Zero(t, testing.AllocsPerRun(100, func() { walk(3) }))
	walk(2)
	require.Equal(t, []string{"spec.http[2].headers[x]"}, found)
}
