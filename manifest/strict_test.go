package manifest_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/swimlane-go/swimlane/manifest"
)

// route returns a VirtualService with a body of the route at spec.http[0].
func route(version, body string) string {
	return fmt.Sprintf(`apiVersion: networking.istio.io/%s
kind: VirtualService
metadata: {name: mock}
spec:
  hosts: [mock]
  http:
  - %s
`, version, body)
}

func faultsIn(t *testing.T, text string) []string {
	t.Helper()
	set, err := manifest.Decode(manifest.File{Name: "in.yaml", Data: []byte(text)})
	require.NoError(t, err)
	var out []string
	for _, f := range set.Faults() {
		require.Equal(t, "in.yaml", f.File)
		require.NotEmpty(t, f.Message)
		out = append(out, fmt.Sprintf("%d %s %s", f.Line, f.Kind, f.Field))
	}
	return out
}

// Every form that Istio takes is taken.
func TestDecodeTakesIstiosForms(t *testing.T) {
	for _, version := range []string{"v1", "v1beta1", "v1alpha3"} {
		for _, body := range []string{
			`{timeout: 500ms, route: [{destination: {host: a}}]}`,
			`{timeout: 1m, retries: {}, mirrorPercentage: {}, route: [{destination: {host: a}}]}`,
			`{route: [{destination: {host: a}, weight: "60"}, {destination: {host: b}, weight: 40.0}]}`,
			`{retries: {attempts: 3, per_try_timeout: 2s, retry_on: 5xx}, route: [{destination: {host: a}}]}`,
			`{match: [{uri: {exact: /a}, ignoreUriCase: true, headers: {x-a: {}}, queryParams: {q: {regex: .*}}}], route: []}`,
			`{route: [{destination: {host: a, port: {number: 80}}, headers: {request: {set: {a: b}, remove: [c]}}}]}`,
			`{corsPolicy: {allowOrigins: [{exact: "*"}], allowCredentials: true, maxAge: 24h}, route: null}`,
			`{fault: {abort: {httpStatus: 500, percentage: {value: 0.1}}}}`,
			`{fault: {abort: {httpStatus: "500"}}, mirrorPercentage: {value: "1e1"}, corsPolicy: {unmatchedPreflights: IGNORE}}`,
			`{corsPolicy: {unmatchedPreflights: 2}, match: [{uri: {exact: /a, prefix: null}}]}`,
			`{route: [{destination: {host: a}, fallback: {target: {host: a, subset: v1}}}]}`,
		} {
			require.Empty(t, faultsIn(t, route(version, body)), body)
		}
	}
	require.Empty(t,
		faultsIn(t,
			"apiVersion: networking.istio.io/v1alpha3\nkind: VirtualService\nmetadata: {name: greeter}\n"+
				"spec: {hosts: [greeter], dubbo: [{services: [{prefix: x}]}]}\n"), "ASM's own routes")
	set := decode(t,
		route("v1",
			`{timeout: 500ms, retries: {per_try_timeout: 2s}, route: [{destination: {host: a}, weight: "60"}, {destination: {host: b}, weight: 40.0}]}`))
	require.Equal(t, []string{"spec.http[0].route[0].weight"}, set[0].Quoted())
	vs := set[0].VirtualService().Http[0]
	require.EqualValues(t, 500_000_000, vs.Timeout.Nanos)
	require.EqualValues(t, 2, vs.Retries.PerTryTimeout.Seconds)
	require.EqualValues(t, 60, vs.Route[0].Weight)
	require.EqualValues(t, 40, vs.Route[1].Weight)
}

func TestDecodeFindsFaultsInsideIstioSpecs(t *testing.T) {
	for body, want := range map[string][]string{
		`{rout: []}`: {"7 UnknownKey spec.http[0].rout"},
		"match:\n    - url: {exact: /a}\n      uri: {exakt: /a}": {"8 UnknownKey spec.http[0].match[0].url",
			"9 UnknownKey spec.http[0].match[0].uri.exakt"},
		`{headers: {request: {set: {a: 1}}}}`: {
			"7 WrongType spec.http[0].headers.request.set.a"},
		`{route: {destination: {host: a}}}`: {"7 WrongType spec.http[0].route"},
		`{route: [a]}`:                      {"7 WrongType spec.http[0].route[0]"},
		`{route: [{destination: {host: 80}}]}`: {
			"7 WrongType spec.http[0].route[0].destination.host"},
		`{match: [{ignoreUriCase: "true"}]}`: {
			"7 WrongType spec.http[0].match[0].ignoreUriCase"},
		`{route: [{weight: {}}]}`: {
			"7 WrongType spec.http[0].route[0].weight"},
		`{timeout: soon}`: {"7 WrongType spec.http[0].timeout"},
		`{retries: {perTryTimeout: 2}}`: {
			"7 WrongType spec.http[0].retries.perTryTimeout"},
		`{route: [{weight: 1.5}]}`: {
			"7 WrongType spec.http[0].route[0].weight"},
		`{route: [{weight: sixty}]}`: {
			"7 WrongType spec.http[0].route[0].weight"},
		`{route: [{weight: 3000000000}]}`: {
			"7 WrongType spec.http[0].route[0].weight"},
		`{redirect: {redirectCode: -1}}`: {
			"7 WrongType spec.http[0].redirect.redirectCode"},
		`{mirrorPercentage: {value: half}}`: {
			"7 WrongType spec.http[0].mirrorPercentage.value"},
		`{corsPolicy: {unmatchedPreflights: SOME}}`: {
			"7 WrongType spec.http[0].corsPolicy.unmatchedPreflights"},
		`{match: [{uri: {exact: /a, prefix: /a}}]}`: {"7 WrongType spec.http[0].match[0].uri"},
		`{corsPolicy: {allowCredentials: maybe}}`:   {"6 WrongType spec"},
		`{retries: {attempts: 1, attempts: 2}}`: {
			"7 DuplicateKey spec.http[0].retries.attempts"},
		`{fallback: {}, route: [{destination: {host: a, fallback: {}}}]}`: {"7 UnknownKey spec.http[0].fallback",
			"7 UnknownKey spec.http[0].route[0].destination.fallback"},
		`{match: [{headers: {"a.b": {exact: [], prefix: a, nonsense: 1}}}]}`: {
			"7 WrongType spec.http[0].match[0].headers[a.b]", "7 WrongType spec.http[0].match[0].headers[a.b].exact",
			"7 UnknownKey spec.http[0].match[0].headers[a.b].nonsense"},
	} {
		if want[0][0] == '6' { // the reader of the message says only that the spec is wrong
			want = []string{"4 WrongType spec"}
		}
		require.Equal(t, want, faultsIn(t, route("v1beta1", body)), body)
	}
	require.Equal(t, []string{"3 UnknownKey extra", "4 UnknownKey metadata.lables"},
		faultsIn(t, `apiVersion: networking.istio.io/v1
kind: Gateway
extra: 1
metadata: {name: a, lables: {}}
`))
	require.Equal(t, []string{"3 WrongType metadata.labels"}, faultsIn(t, `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, labels: [x]}
`))
}

// A value of a wrong type is named with the index of every list and the key of
// every mapping that it is in.
func TestDecodeSaysWhichValueIsOfAWrongType(t *testing.T) {
	for text, want := range map[string]string{
		"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n" +
			"      containers:\n      - {name: a}\n      - name: b\n        env:\n        - {name: A, value: x}\n" +
			"        - {name: B, value: 1}\n": "12 WrongType spec.template.spec.containers[1].env[1].value",
		"apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: {b.c/d: x, e.f/g: 1}}\n":                           "3 WrongType metadata.labels[e.f/g]",
		"apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports:\n  - port: 1\n  - port: {}\n":             "7 WrongType spec.ports[1].port",
		"apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports: [{port: 1}, {port: 2, targetPort: []}]\n": "5 WrongType spec.ports[1].targetPort",
		"apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: []\n":                                               "4 WrongType spec",
		"apiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLane\nmetadata: {name: a}\nspec:\n  labelSelector:\n" +
			"    version: 1\n": "6 WrongType spec.labelSelector.version",
		"apiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLane\nmetadata: {name: a}\nspec:\n  ingressRules:\n" +
			"  - {}\n  - match: {headers: {x-a: {exact: [a]}}}\n": "7 WrongType spec.ingressRules[1].match.headers.x-a.exact",
	} {
		require.Equal(t, []string{want}, faultsIn(t, text), text)
	}
}

func TestDecodeFindsFaultsInKubernetesObjects(t *testing.T) {
	text := `apiVersion: apps/v1
kind: Deployment
metadata:
  name: a
spec:
  replica: 1
  template:
    spec:
      containers:
      - name: a
        image: b
        imagepullPolicy: Always
        ports:
        - {containerPort: 80, containerPort: 81}
`
	require.Equal(t, []string{
		"6 UnknownKey spec.replica",
		"12 UnknownKey spec.template.spec.containers[0].imagepullPolicy",
		"14 DuplicateKey spec.template.spec.containers[0].ports[0].containerPort",
	}, faultsIn(t, text))

	// An object with a value of a wrong type has no typed view, and is in the set all the same.
	set, err := manifest.Decode(manifest.File{Name: "in.yaml",
		Data: []byte("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: many}\n")})
	require.NoError(t, err)
	require.Equal(t, 1, set.Len())
	require.IsType(t, &unstructured.Unstructured{}, set.All()[0].Value)
	require.Equal(t, "Deployment default/a", set.All()[0].Ref.String())
	require.Equal(t, "spec.replicas", set.Faults()[0].Field)
}

// All faults of an object are found at once, each at its line and list item, in the kinds of
// Kubernetes and of ASM as in Istio's.
func TestDecodeFindsEveryFaultOfAnObject(t *testing.T) {
	set, err := manifest.Decode(manifest.File{Name: "in.yaml", Data: []byte(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: x
  labels: [a]
  creationTimestamp: yesterday
spec:
  replica: 3
  replicas: "3"
  template:
    spec:
      containers:
      - name: a
        imag: x
      - name: b
        image: [1]
        resources: {limits: {cpu: [x], memory: 1Gi}}
        ports:
        - containerPort: 3.5
        tty: "yes"
      tolerations: {}
      volumes:
      - emptyDirectory: {}
---
apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLane
metadata: {name: v1}
spec:
  labelSelector: {version: 1, tag: v1}
  ingressRules:
  - {}
  - onlin: true
    hosts: mock
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: a
  annotations: {a: 1}
  lables: {}
`)})
	require.NoError(t, err)
	var got []string
	for _, f := range set.Faults() {
		got = append(got, fmt.Sprintf("%d %s %s: %s", f.Line, f.Kind, f.Field, f.Message))
	}
	require.Equal(t, []string{
		"5 WrongType metadata.labels: must be a mapping, not a list",
		`6 WrongType metadata.creationTimestamp: must be of type Time, not the string "yesterday"`,
		"8 UnknownKey spec.replica: must be a key of the kind",
		`9 WrongType spec.replicas: must be a whole number, not the string "3"`,
		"14 UnknownKey spec.template.spec.containers[0].imag: must be a key of the kind",
		"16 WrongType spec.template.spec.containers[1].image: must be a string, not a list",
		"17 WrongType spec.template.spec.containers[1].resources.limits.cpu: must be of type Quantity, not a list",
		"19 WrongType spec.template.spec.containers[1].ports[0].containerPort: must be a whole number, not the number 3.5",
		`20 WrongType spec.template.spec.containers[1].tty: must be true or false, not the string "yes"`,
		"21 WrongType spec.template.spec.tolerations: must be a list, not a mapping",
		"23 UnknownKey spec.template.spec.volumes[0].emptyDirectory: must be a key of the kind",
		"29 WrongType spec.labelSelector.version: must be a string, not the number 1",
		"32 UnknownKey spec.ingressRules[1].onlin: must be a key of the kind",
		`33 WrongType spec.ingressRules[1].hosts: must be a list, not the string "mock"`,
		"39 WrongType metadata.annotations.a: must be a string, not the number 1",
		"40 UnknownKey metadata.lables: must be a key of the kind",
	}, got)
	require.Equal(t, 3, set.Len(), "each is kept without a typed view")
}

func TestDecodeSaysWhatIsNoObject(t *testing.T) {
	for text, want := range map[string]string{
		"- a\n":   "must be a mapping, not a list",
		"hello\n": "must be a mapping, not a string",
		"apiVersion: v1\nkind: Service\nmetadata: {name: yes}\n":  "metadata.name: must be a string, not true or false",
		"apiVersion: v1\nkind: Service\nmetadata: []\n":           "metadata: must be a mapping, not a list",
		"apiVersion: a/b/c\nkind: Service\nmetadata: {name: a}\n": "unexpected GroupVersion string: a/b/c",
		"apiVersion: v1\nmetadata: {name: a}\n":                   "",
	} {
		set, err := manifest.Decode(manifest.File{Name: "in.yaml", Data: []byte(text)})
		require.NoError(t, err)
		require.Len(t, set.Faults(), 1)
		require.Equal(t, manifest.NotAnObject, set.Faults()[0].Kind)
		require.Equal(t, 1, set.Faults()[0].Line)
		require.Regexp(t, `^must be a Kubernetes object, with apiVersion, kind and metadata\.name.*`+want+`$`,
			set.Faults()[0].Message)
	}
}

// A number is no label, in kinds that the library does not know either. Other fields of such a kind
// are not checked.
func TestDecodeChecksTheMetadataOfEveryKind(t *testing.T) {
	set, err := manifest.Decode(manifest.File{Name: "in.yaml",
		Data: []byte("apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  labels:\n    plan: 1\n  other: 1\n" +
			"data: {a: 1}\n")})
	require.NoError(t, err)
	require.Equal(t, 1, set.Len())
	require.Len(t, set.Faults(), 1)
	fault := set.Faults()[0]
	require.Equal(t, "WrongType 6 metadata.labels.plan: must be a string, not the number 1",
		fmt.Sprintf("%s %d %s: %s", fault.Kind, fault.Line, fault.Field, fault.Message))
}

// A strict kind has its keys and types checked, and stays as written.
func TestDecodeChecksTheKeysAndTypesOfStrictKinds(t *testing.T) {
	for kind, want := range map[string]string{
		"v1\nkind: ConfigMap":      "data.a must be a string, not the number 1",
		"v1\nkind: ServiceAccount": "data must be a key of the kind",
	} {
		set, err := manifest.Decode(manifest.File{Name: "in.yaml",
			Data: []byte("apiVersion: " + kind + "\nmetadata: {name: a}\ndata: {a: 1}\n")})
		require.NoError(t, err)
		require.Len(t, set.Faults(), 1, kind)
		require.Equal(t, want, set.Faults()[0].Field+" "+set.Faults()[0].Message)
		require.IsType(t, &unstructured.Unstructured{}, set.All()[0].Value)
	}
}
