package kubespec

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// maxData is the most bytes that a ConfigMap can hold.
// Source: Kubernetes, pkg/apis/core, MaxSecretSize.
const maxData = 1 << 20

// ConfigMap returns why the API server refuses a ConfigMap.
// Source: Kubernetes, pkg/apis/core/validation, ValidateConfigMap.
func ConfigMap(c *corev1.ConfigMap) []Fault {
	var f faults
	size := 0
	for key, value := range c.Data {
		at := fieldpath.New("data").Key(key)
		f.dataKey(at, key)
		if _, twice := c.BinaryData[key]; twice {
			f.add(Data, at, "must not be a key of binaryData too")
		}
		size += len(value)
	}
	for key, value := range c.BinaryData {
		f.dataKey(fieldpath.New("binaryData").Key(key), key)
		size += len(value)
	}
	if size > maxData {
		f.add(Data, fieldpath.New("data"), fmt.Sprintf("must not hold more than 1 MiB: %d bytes", size))
	}
	return f.all()
}

func (f *faults) dataKey(p *fieldpath.Path, key string) {
	for _, message := range validation.IsConfigMapKey(key) {
		f.add(Data, p, fmt.Sprintf("must have a key for the name of a file: %q: %s", key, fielderr.Plain(message)))
	}
}
