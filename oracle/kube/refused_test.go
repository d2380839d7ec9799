package kube_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

// broken is a good object with one defect.
type broken struct {
	// name describes the defect.
	name string
	// good is the object. old occurs once in it, and is replaced by new.
	good, old, new string
	// at is the field with the defect.
	at string
	// own is the builder of the object. If it is nil, the findings of validate in the text are our
	// verdict.
	own interface{ Validate() field.ErrorList }
}

// The server and the library refuse each broken object, at the same field: they refuse the defect,
// not the rest of the object.
func testRefused(t *testing.T, c cluster) {
	c.Namespace(t.Context(), t, "refused")
	for _, b := range slices.Concat(brokenLanes(), brokenKubernetes(), brokenOptions(), brokenIstio()) {
		t.Run(b.name, func(t *testing.T) {
			require.Equal(t, 1, strings.Count(b.good, b.old), "it is clear what is replaced")
			_, err := c.Apply(t.Context(), "refused", []byte(b.good), metav1.DryRunAll)
			require.NoError(t, err)
			text := []byte(strings.Replace(b.good, b.old, b.new, 1))
			_, err = c.Apply(t.Context(), "refused", text, metav1.DryRunAll)
			require.Error(t, err)
			theirs := refusedAt(err)
			require.True(t, slices.ContainsFunc(theirs, func(at string) bool { return sameField(at, b.at) }),
				"%s: %s: %s", b.at, theirs, err)
			require.Contains(t, ownRefusal(t, b, text), b.at)
		})
	}
}

// ownRefusal returns the fields that the library refuses.
func ownRefusal(t *testing.T, b broken, text []byte) []string {
	t.Helper()
	var out []string
	if b.own != nil {
		for _, err := range b.own.Validate() {
			out = append(out, err.Field)
		}
		return out
	}
	set, err := manifest.Decode(manifest.File{Name: "broken.yaml", Data: text})
	require.NoError(t, err)
	for _, finding := range (validate.Checker{Partial: true}).Check(set) {
		if finding.Severity == validate.Error {
			out = append(out, finding.Field)
		}
	}
	return out
}

// refusedAt returns the fields in a refusal of the API server: its causes, or names in the text if
// the server cannot decode the object.
func refusedAt(err error) []string {
	var out []string
	var status apierrors.APIStatus
	if errors.As(err, &status) && status.Status().Details != nil {
		for _, cause := range status.Status().Details.Causes {
			out = append(out, cause.Field)
		}
	}
	for _, match := range regexp.MustCompile(`: \.(\S+): |"(\S+)" must validate`).FindAllStringSubmatch(err.Error(),
		-1) {
		out = append(out, match[1]+match[2])
	}
	return out
}

// sameField reports whether a field of the server is ours, or the mapping that has our field as
// key. It ignores indices: the server names items of some lists by their keys.
func sameField(theirs, ours string) bool {
	theirs, ours = plain(theirs), plain(ours)
	return theirs == ours || strings.HasPrefix(ours, theirs+".") && !strings.Contains(ours[len(theirs)+1:], ".")
}

// plain returns a path without indices, with keys after dots.
func plain(path string) string {
	path = regexp.MustCompile(`\[([0-9]+|[^\]]*=[^\]]*)\]`).ReplaceAllString(path, "")
	return strings.NewReplacer("[", ".", "]", "").Replace(path)
}
