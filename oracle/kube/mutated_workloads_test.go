package kube_test

// The pod template of the mutated workloads, with what they are beside.
const (
	podText = `template: {metadata: {labels: {app: cart}, annotations: {example.com/a: b}}, spec: {
    restartPolicy: Always, dnsPolicy: ClusterFirst, terminationGracePeriodSeconds: 30, serviceAccountName: cart-account, nodeSelector: {disk: ssd},
    tolerations: [{key: taint, operator: Exists, effect: NoExecute, tolerationSeconds: 5}],
    topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {spread: cart}}}],
    volumes: [{name: settings, configMap: {name: map, defaultMode: 420, items: [{key: k, path: file}]}}, {name: secrets, secret: {secretName: secret}},
      {name: scratch, emptyDir: {sizeLimit: 1Gi}}, {name: claim, persistentVolumeClaim: {claimName: disk}}, {name: host, hostPath: {path: /var/log}}],
    initContainers: [{name: init, image: setup}],
    containers: [{name: main, image: cart, imagePullPolicy: Always, terminationMessagePolicy: File,
        env: [{name: PLAIN, value: text}, {name: KEY, valueFrom: {configMapKeyRef: {name: env-map, key: from}}}, {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}],
        envFrom: [{secretRef: {name: env-secret}}],
        ports: [{name: http, containerPort: 8080}, {name: admin, containerPort: 9090, protocol: TCP, hostPort: 9090}],
        resources: {requests: {cpu: 250m, memory: 64Mi}, limits: {cpu: 500m, memory: 128Mi}},
        livenessProbe: {httpGet: {path: /live, port: 8080, scheme: HTTP}, initialDelaySeconds: 1, periodSeconds: 2, timeoutSeconds: 3, successThreshold: 1, failureThreshold: 4, terminationGracePeriodSeconds: 5},
        readinessProbe: {tcpSocket: {port: http}, successThreshold: 2},
        startupProbe: {exec: {command: [started]}},
        lifecycle: {preStop: {sleep: {seconds: 6}}},
        volumeMounts: [{name: settings, mountPath: /etc/settings, subPath: file}, {name: scratch, mountPath: /tmp}]},
      {name: side, image: proxy, livenessProbe: {grpc: {port: 7070}}}]}}`
	mutatedDeployment = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: cart-v1, labels: {team: shop}}, spec: {
  replicas: 1, minReadySeconds: 0, revisionHistoryLimit: 10, progressDeadlineSeconds: 600,
  strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 25%, maxSurge: 1}}, selector: {matchLabels: {app: cart}}, ` + podText + `}}`
	mutatedStatefulSet = `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: cart-v1}, spec: {
  replicas: 1, minReadySeconds: 0, serviceName: cart-pods, podManagementPolicy: Parallel, ordinals: {start: 1},
  persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain, whenScaled: Delete},
  updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1}}, selector: {matchLabels: {app: cart}},
  template: {metadata: {labels: {app: cart}}, spec: {containers: [{name: main, image: cart, volumeMounts: [{name: data, mountPath: /data}]}]}},
  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]}}`
	mutatedDaemonSet = `{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: agent}, spec: {
  minReadySeconds: 0, revisionHistoryLimit: 10, updateStrategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 1, maxSurge: 0}},
  selector: {matchLabels: {app: agent}}, template: {metadata: {labels: {app: agent}}, spec: {containers: [{name: main, image: agent}]}}}}`
)

// mutatedWorkloads returns what runs pods. A mutation of the pods is the same in all
// kinds, so that one has them.
func mutatedWorkloads() []mutated {
	return []mutated{
		{"Deployment", mutatedDeployment, lines(deploymentMutations)},
		{"pod", mutatedDeployment, lines(podMutations)},
		{"StatefulSet", mutatedStatefulSet, lines(statefulSetMutations)},
		{"DaemonSet", mutatedDaemonSet, lines(daemonSetMutations)},
	}
}

const deploymentMutations = `
name: cart-v1, => name: Cart,
team: shop => team: shop-
team: shop => te/a/m: shop
replicas: 1, => replicas: -1,
replicas: 1, => replicas: "1",
replicas: 1, => replica: 1,
minReadySeconds: 0 => minReadySeconds: -1
minReadySeconds: 0 => minReadySeconds: 600
revisionHistoryLimit: 10 => revisionHistoryLimit: -1
progressDeadlineSeconds: 600 => progressDeadlineSeconds: -1
progressDeadlineSeconds: 600 => progressDeadlineSeconds: 0
type: RollingUpdate => type: Recreate
type: RollingUpdate => type: Blue
maxUnavailable: 25% => maxUnavailable: 101%
maxUnavailable: 25% => maxUnavailable: some
maxUnavailable: 25% => maxUnavailable: -1
maxUnavailable: 25%, maxSurge: 1 => maxUnavailable: 0, maxSurge: 0
maxSurge: 1 => maxSurge: -1
maxSurge: 1 => maxSurge: 200%
matchLabels: {app: cart} => matchLabels: {app: pay}
matchLabels: {app: cart} => matchLabels: {app: cart-}
matchLabels: {app: cart} => matchLabels: {}
matchLabels: {app: cart} => matchExpressions: [{key: app, operator: Is, values: [cart]}]
matchLabels: {app: cart} => matchExpressions: [{key: app, operator: In}]
selector: {matchLabels: {app: cart}}, => 
`

const podMutations = `
labels: {app: cart}, annotations => labels: {app: cart, b: c-}, annotations
example.com/a: b => example.com/a/c: b
example.com/a: b => A_b: c
restartPolicy: Always => restartPolicy: Never
dnsPolicy: ClusterFirst => dnsPolicy: Cluster
terminationGracePeriodSeconds: 30 => terminationGracePeriodSeconds: -30
terminationGracePeriodSeconds: 30 => activeDeadlineSeconds: 30
serviceAccountName: cart-account => serviceAccountName: Cart_account
nodeSelector: {disk: ssd} => nodeSelector: {disk: ssd-}
{key: taint, operator: Exists => {key: ta int, operator: Exists
{key: taint, operator: Exists => {operator: Equal
effect: NoExecute => effect: NoSchedule
effect: NoExecute => effect: Never
maxSkew: 1 => maxSkew: 0
topologyKey: zone => topologyKey: ''
whenUnsatisfiable: ScheduleAnyway => whenUnsatisfiable: Never
spread: cart => spread: cart-
name: settings, configMap => name: Settings, configMap
name: secrets, secret => name: settings, secret
configMap: {name: map, => configMap: {
defaultMode: 420 => defaultMode: 1000
key: k, path => path
path: file}] => path: ../file}]
path: file}] => path: /file}]
secretName: secret => defaultMode: 256
sizeLimit: 1Gi => sizeLimit: -1Gi
emptyDir: {sizeLimit: 1Gi} => emptyDir: {}, hostPath: {path: /a}
emptyDir: {sizeLimit: 1Gi} => emptyDirectory: {}
claimName: disk => claimName: ''
path: /var/log => path: /var/../log
path: /var/log => path: ''
name: init, image: setup => name: main, image: setup
name: init, image: setup => name: init
name: init, image: setup => name: init, image: setup, livenessProbe: {exec: {command: [a]}}
name: init, image: setup => name: init, image: setup, lifecycle: {preStop: {exec: {command: [a]}}}
name: init, image: setup => name: init, image: setup, restartPolicy: Always, livenessProbe: {exec: {command: [a]}}
name: main => name: Main
name: main => name: ''
name: side => name: main
image: cart, => image: '',
image: cart, => image: ' cart',
image: cart, => imagee: cart,
imagePullPolicy: Always => imagePullPolicy: Sometimes
terminationMessagePolicy: File => terminationMessagePolicy: Log
name: PLAIN => name: 'a=b'
name: PLAIN => name: 'a b.c-d'
name: PLAIN => name: ''
value: text => value: 5
value: text => value: true
name: KEY, valueFrom => name: KEY, value: a, valueFrom
name: env-map, key => name: '', key
name: env-map, key => name: Env, key
key: from}} => key: a/b}}
key: from}} => key: ''}}
fieldRef: {fieldPath: metadata.name} => fieldRef: {fieldPath: ''}
fieldRef: {fieldPath: metadata.name} => fieldRef: {fieldPath: metadata.name}, resourceFieldRef: {resource: limits.cpu}
valueFrom: {fieldRef: {fieldPath: metadata.name}} => valueFrom: {}
secretRef: {name: env-secret} => prefix: a
secretRef: {name: env-secret} => secretRef: {name: Env}
secretRef: {name: env-secret} => secretRef: {name: a}, configMapRef: {name: b}
name: http, containerPort => name: HTTP, containerPort
name: http, containerPort => name: http-of-the-admins, containerPort
name: admin, containerPort => name: http, containerPort
containerPort: 8080 => containerPort: 0
containerPort: 8080 => containerPort: 70000
containerPort: 8080 => containerPort: "8080"
protocol: TCP => protocol: HTTP
hostPort: 9090 => hostPort: 90900
memory: 64Mi => memory: 256Mi
memory: 64Mi => memory: 64Mo
memory: 64Mi => memory: -1
memory: 64Mi => mem: 64Mi
memory: 64Mi => example.com/gpu: 1
cpu: 500m, memory => cpu: 100m, memory
path: /live, port: 8080 => path: /live, port: 0
path: /live, port: 8080 => path: /live, port: HTTP
path: /live, port: 8080, => path: live, port: 8080,
path: /live, port: 8080, => path: /live,
scheme: HTTP => scheme: http
initialDelaySeconds: 1 => initialDelaySeconds: -1
periodSeconds: 2 => periodSeconds: -2
timeoutSeconds: 3 => timeoutSeconds: -3
successThreshold: 1, => successThreshold: 2,
failureThreshold: 4 => failureThreshold: -4
terminationGracePeriodSeconds: 5 => terminationGracePeriodSeconds: 0
tcpSocket: {port: http} => tcpSocket: {port: http}, exec: {command: [a]}
tcpSocket: {port: http} => tcpSocket: {port: 0}
tcpSocket: {port: http}, successThreshold => successThreshold
successThreshold: 2 => terminationGracePeriodSeconds: 2
command: [started] => command: []
preStop: {sleep: {seconds: 6}} => preStop: {}
preStop: {sleep: {seconds: 6}} => preStop: {httpGet: {path: /, port: 0}}
name: settings, mountPath => name: setings, mountPath
seconds: 6 => seconds: 31
seconds: 6 => seconds: -1
mountPath: /tmp => mountPath: ''
mountPath: /tmp => mountPath: /etc/settings
subPath: file => subPath: /file
subPath: file => subPath: ../file
grpc: {port: 7070} => grpc: {port: 70700}
`

const statefulSetMutations = `
name: cart-v1 => name: cart.v1
replicas: 1 => replicas: -1
minReadySeconds: 0 => minReadySeconds: -1
serviceName: cart-pods => serviceName: Cart
serviceName: cart-pods, => 
podManagementPolicy: Parallel => podManagementPolicy: All
start: 1 => start: -1
whenDeleted: Retain => whenDeleted: Keep
whenScaled: Delete => whenScaled: Keep
partition: 1 => partition: -1
type: RollingUpdate => type: OnDelete
type: RollingUpdate => type: Blue
matchLabels: {app: cart} => matchLabels: {app: pay}
image: cart, => 
name: data, mountPath => name: date, mountPath
serviceName: cart-pods => serviceNames: cart-pods
`

const daemonSetMutations = `
name: agent}, spec => name: agent_a}, spec
minReadySeconds: 0 => minReadySeconds: -1
revisionHistoryLimit: 10 => revisionHistoryLimit: -1
type: RollingUpdate => type: Recreate
type: RollingUpdate => type: OnDelete
maxUnavailable: 1 => maxUnavailable: 0
maxUnavailable: 1 => maxUnavailable: 200%
maxSurge: 0 => maxSurge: 1
maxSurge: 0 => maxSurge: -1
matchLabels: {app: agent} => matchLabels: {app: other}
minReadySeconds: 0 => replicas: 1
image: agent}] => image: ''}]
`
