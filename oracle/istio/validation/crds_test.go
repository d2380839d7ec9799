package validation_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	crdvalidation "istio.io/istio/pkg/config/crd"
	"istio.io/istio/pkg/test"
)

// crds validates by Istio's CRDs, which are loaded once.
var crds = sync.OnceValue(func() *crdvalidation.Validator {
	return crdvalidation.NewIstioValidator(loader{})
})

// loader panics instead of failing a test.
type loader struct{ test.Failer }

func (loader) Helper()                   {}
func (loader) Fatal(args ...any)         { panic(fmt.Sprint(args...)) }
func (loader) Fatalf(f string, a ...any) { panic(fmt.Sprintf(f, a...)) }

// offSchema returns why an API server with Istio's CRDs refuses the object in a file.
func offSchema(t testing.TB, data []byte) error {
	t.Helper()
	u := &unstructured.Unstructured{}
	require.NoError(t, u.UnmarshalJSON(data))
	return crds().ValidateCustomResource(u)
}
