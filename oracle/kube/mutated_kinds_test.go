package kube_test

const (
	mutatedService = `{apiVersion: v1, kind: Service, metadata: {name: cart, annotations: {example.com/a: b}}, spec: {type: NodePort, selector: {app: cart},
  sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 60}}, internalTrafficPolicy: Cluster, externalTrafficPolicy: Cluster,
  ports: [{name: http, port: 80, targetPort: 8080}, {name: grpc, port: 81, protocol: TCP, targetPort: web, appProtocol: grpc, nodePort: 30081}]}}`
	mutatedHeadless = `{apiVersion: v1, kind: Service, metadata: {name: cart-pods}, spec: {type: ClusterIP, clusterIP: None, selector: {app: cart}, ports: [{port: 80}]}}`
	mutatedExternal = `{apiVersion: v1, kind: Service, metadata: {name: elsewhere}, spec: {type: ExternalName, externalName: pay.example.com}}`
	mutatedMap      = `{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, labels: {a: b}}, data: {key: text}, binaryData: {bin: AAAA}, immutable: false}`
	mutatedAccount  = `{apiVersion: v1, kind: ServiceAccount, metadata: {name: cart, labels: {a: b}}, automountServiceAccountToken: true, imagePullSecrets: [{name: pull}]}`
	mutatedBudget   = `{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: cart}, spec: {minAvailable: 50%, unhealthyPodEvictionPolicy: AlwaysAllow,
  selector: {matchLabels: {app: cart}, matchExpressions: [{key: version, operator: In, values: [v1]}]}}}`
	mutatedRoute = `{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: cart}, spec: {hosts: [cart.example.com], gateways: [shop],
  http: [{retries: {attempts: 2}, fault: {abort: {httpStatus: 503, percentage: {value: 1.5}}}, match: [{port: 443}],
    route: [{destination: {host: cart, port: {number: 80}}, weight: 90}, {destination: {host: cart, subset: v2}, weight: 10}]}]}}`
	mutatedScaler = `{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: cart}, spec: {
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: target}, minReplicas: 2, maxReplicas: 5,
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}},
    {type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: 10}}},
    {type: External, external: {metric: {name: queue}, target: {type: Value, value: 30}}},
    {type: ContainerResource, containerResource: {name: memory, container: main, target: {type: Utilization, averageUtilization: 80}}},
    {type: Object, object: {describedObject: {apiVersion: v1, kind: Service, name: described}, metric: {name: hits}, target: {type: Value, value: 40}}}],
  behavior: {scaleUp: {stabilizationWindowSeconds: 0, selectPolicy: Max, policies: [{type: Pods, value: 4, periodSeconds: 60}]}, scaleDown: {stabilizationWindowSeconds: 300}}}}`
)

// mutatedKinds returns what runs no pods.
func mutatedKinds() []mutated {
	return []mutated{
		{"Service", mutatedService, lines(serviceMutations)},
		{"headless Service", mutatedHeadless, []string{"type: ClusterIP => type: LoadBalancer", "clusterIP: None => clusterIP: some", "port: 80 => port: -1", ", ports: [{port: 80}] => "}},
		{"external Service", mutatedExternal, []string{"externalName: pay.example.com => externalName: Pay_", ", externalName: pay.example.com => ", "externalName: pay.example.com => externalName: pay.example.com, clusterIP: None"}},
		{"ConfigMap", mutatedMap, []string{"name: settings => name: Settings", "a: b => a: 1", "key: text => a/b: text", "key: text => key: 1", "key: text => bin: text", "bin: AAAA => bin: A", "bin: AAAA => ..: AAAA", "immutable: false => immutable: never", "immutable: false => other: a", "data: {key: text} => data: [text]"}},
		{"ServiceAccount", mutatedAccount, []string{"name: cart => name: cart_a", "a: b => a: b-", "automountServiceAccountToken: true => automountServiceAccountToken: yes please", "automountServiceAccountToken: true => automount: true", "imagePullSecrets: [{name: pull}] => imagePullSecrets: [pull]"}},
		{"VirtualService", mutatedRoute, []string{`weight: 90 => weight: "90"`, `number: 80 => number: "80"`, `attempts: 2 => attempts: "2"`, `httpStatus: 503 => httpStatus: "503"`, `value: 1.5 => value: "1.5"`, `port: 443 => port: "443"`}},
		{"PodDisruptionBudget", mutatedBudget, lines(budgetMutations)},
		{"HorizontalPodAutoscaler", mutatedScaler, lines(scalerMutations)},
	}
}

const serviceMutations = `
name: cart, => name: Cart,
name: cart, => name: cart.a,
example.com/a: b => a b: c
type: NodePort => type: Node
type: NodePort => type: ClusterIP
selector: {app: cart} => selector: {app: cart-}
selector: {app: cart} => selector: {matchLabels: {app: cart}}
sessionAffinity: ClientIP => sessionAffinity: Cookie
sessionAffinity: ClientIP => sessionAffinity: None
timeoutSeconds: 60 => timeoutSeconds: 0
timeoutSeconds: 60 => timeoutSeconds: 100000
internalTrafficPolicy: Cluster => internalTrafficPolicy: Here
externalTrafficPolicy: Cluster => externalTrafficPolicy: Here
internalTrafficPolicy: Cluster => trafficDistribution: Far
name: http, port => name: http_a, port
name: http, port => port
name: http, port => name: grpc, port
port: 80, => port: 0,
port: 80, => port: 81,
port: 80, => port: "80",
targetPort: 8080 => targetPort: 80800
targetPort: web => targetPort: w_b
protocol: TCP => protocol: HTTP
appProtocol: grpc => appProtocol: g rpc
appProtocol: grpc => appProtocoll: grpc
nodePort: 30081 => nodePort: 80
nodePort: 30081 => nodePort: 300810
`

const budgetMutations = `
name: cart => name: cart_a
minAvailable: 50% => minAvailable: 150%
minAvailable: 50% => minAvailable: half
minAvailable: 50% => minAvailable: -1
minAvailable: 50% => minAvailable: 1, maxUnavailable: 1
minAvailable: 50% => maxUnavailable: 150%
minAvailable: 50% => minimum: 1
AlwaysAllow => Never
matchLabels: {app: cart} => matchLabels: {app: cart-}
operator: In => operator: Is
values: [v1] => values: []
key: version => key: ver sion
`

const scalerMutations = `
name: cart} => name: cart_a}
kind: Deployment => kind: ''
kind: Deployment => kind: a/b
name: target => name: ''
name: target => name: a/b
minReplicas: 2 => minReplicas: -1
minReplicas: 2 => minReplicas: 0
minReplicas: 2 => minReplicas: two
maxReplicas: 5 => maxReplicas: 0
maxReplicas: 5 => maxReplicas: 1
maxReplicas: 5 => maxReplicas: -1
type: Resource, => type: Thing,
type: Resource, => type: Pods,
name: cpu => name: ''
averageUtilization: 70 => averageUtilization: 0
averageUtilization: 70 => averageUtilization: 70, averageValue: 1
, averageUtilization: 70 => 
type: Utilization, averageUtilization: 70 => type: Share, averageUtilization: 70
metric: {name: rps} => metric: {name: ''}
averageValue: 10 => averageValue: 0
averageValue: 10 => value: 10
averageValue: 10 => averageValue: ten
metric: {name: queue} => metric: {name: a/b}
value: 30 => value: 30, averageValue: 30
value: 30 => value: -30
container: main => container: ''
name: described => name: ''
metric: {name: hits} => metric: {}
, value: 40 => 
stabilizationWindowSeconds: 0 => stabilizationWindowSeconds: -1
stabilizationWindowSeconds: 300 => stabilizationWindowSeconds: 4000
selectPolicy: Max => selectPolicy: Most
type: Pods, value: 4 => type: Share, value: 4
value: 4, => value: 0,
periodSeconds: 60 => periodSeconds: 0
periodSeconds: 60 => periodSeconds: 2000
policies: [{type: Pods, value: 4, periodSeconds: 60}] => policies: []
`
