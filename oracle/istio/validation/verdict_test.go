package validation_test

import (
	"cmp"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	networking "istio.io/api/networking/v1alpha3"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/validation"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

// object is an object of Istio in a file.
type object struct {
	Kind       string            `json:"kind"`
	APIVersion string            `json:"apiVersion"`
	Metadata   metav1.ObjectMeta `json:"metadata"`
	Spec       json.RawMessage   `json:"spec"`
}

// parse returns an object and its spec.
func parse(t testing.TB, data []byte) (object, proto.Message) {
	t.Helper()
	var o object
	require.NoError(t, json.Unmarshal(data, &o))
	spec := map[string]proto.Message{
		"VirtualService": &networking.VirtualService{}, "Gateway": &networking.Gateway{},
		"DestinationRule": &networking.DestinationRule{}, "ServiceEntry": &networking.ServiceEntry{},
	}[o.Kind]
	require.NoError(t, protojson.Unmarshal(o.Spec, spec), "%s", data)
	return o, spec
}

// refused returns why a cluster refuses the object in a file: by Istio's validation, which its
// webhook calls, or by Istio's CRDs.
func refused(t testing.TB, data []byte) error {
	t.Helper()
	o, spec := parse(t, data)
	validate := map[string]validation.ValidateFunc{
		"VirtualService": validation.ValidateVirtualService, "Gateway": validation.ValidateGateway,
		"DestinationRule": validation.ValidateDestinationRule, "ServiceEntry": validation.ValidateServiceEntry,
	}[o.Kind]
	_, err := validate(config.Config{Spec: spec, Meta: config.Meta{
		Name: o.Metadata.Name, Namespace: cmp.Or(o.Metadata.Namespace, "default"), // always set in a cluster
		Labels: o.Metadata.Labels, Annotations: o.Metadata.Annotations,
	}})
	if err != nil {
		return err
	}
	return offSchema(t, data)
}

// refusals returns the errors of an object alone: the objects that it refers to may exist
// elsewhere.
func refusals(data []byte) validate.Findings {
	set, _ := manifest.Decode(manifest.File{Name: "object.json", Data: data}) // its errors are findings too
	var out validate.Findings
	for _, f := range (validate.Checker{Partial: true}).Check(set) {
		if f.Severity == validate.Error {
			out = append(out, f)
		}
	}
	return out
}
