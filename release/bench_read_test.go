package release_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/release"
)

// A reconcile reads the objects of a release as a cluster returned them, unstructured.
func BenchmarkReadUnstructured(b *testing.B) {
	set, err := release.Render(mock.App(), mock.Plan(), drive(b), release.Options{})
	require.NoError(b, err)
	var objects []runtime.Object
	for _, o := range set.All() {
		fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o.Value)
		require.NoError(b, err)
		objects = append(objects, &unstructured.Unstructured{Object: fields})
	}
	config := release.Config{Plan: mock.Plan()}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := release.Read(config, objects...); err != nil {
			b.Fatal(err)
		}
	}
}
