package main

import (
	"strings"
	"testing"

	"github.com/swimlane-go/swimlane/internal/golden"
)

// What goes wrong at night, and what the program then says and does. The directory is the sample.
// If an overlay follows the name of the story, its files are used too.
func TestBadNights(t *testing.T) {
	const (
		toStage3  = "quietly prepare\nquietly start\nquietly promote\nquietly promote\n"
		lane      = `apiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLane\nmetadata:\n  name: NAME\n  labels: {swimlane-group: mock}\nspec:\n  labelSelector: {version: NAME}\n`
		pinned    = `apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\nmetadata: {name: batch, namespace: istio-system}\nspec:\n  hosts: [batch.example.com]\n  gateways: [ingressgateway]\n  http:\n  - route:\n    - destination: {host: mocka.default.svc.cluster.local, subset: SUBSET}\n`
		mirroring = pinned + `    mirror: {host: mocka.default.svc.cluster.local, subset: v3}\n`
	)
	for name, script := range map[string]string{
		"carrier-ahead two-routes": "quietly prepare\nquietly start\nquietly promote\nkeep stage-2\n" +
			"quietly promote\nrestore second-route.yaml from stage-2\nstatus\n-dry-run promote\nrollback\nstatus\n" +
			"rollback",
		"carrier-behind two-routes": "quietly prepare\nquietly start\nquietly promote\nkeep stage-2\n" +
			"quietly promote\nrestore mock-route.yaml from stage-2\nstatus\npromote\nrollback\nstatus",
		"completed two-routes": "quietly prepare\nquietly start\nquietly promote\nkeep stage-2\nquietly promote\n" +
			"restore second-route.yaml from stage-2\npromote\npromote",
		"weights-by-hand": toStage3 + `edit mock-route.yaml weight: 80 => weight: 70
edit mock-route.yaml weight: 10 => weight: 15
status
promote
rollback -reason v3 loses orders`,
		"rolled-back-by-hand": toStage3 + `edit mock-route.yaml weight: 10 => weight: 50
edit mock-route.yaml weight: 80 => weight: 0
status
promote
rollback
rollback`,
		"candidate-gone":      toStage3 + "remove mock-v3.yaml\nstatus\nrollback\nstatus\ncleanup\ncleanup",
		"candidate-lane-gone": toStage3 + "keep stage-3\nedit swimlanes.yaml name: v3 => name: v4\nstatus\nrollback",
		"plan-edited": toStage3 + `edit release.yaml name: full-promotion => name: complete
status
promote
adopt
replan
promote
edit release.yaml name: complete => name: full-promotion
edit release.yaml rollback: [{lane: v1, percent: 50}, {lane: v2, percent: 50} => rollback: [{lane: v1, percent: 80}, {lane: v2, percent: 20}
replan -as rolledback
rollback -dry-run
rollback
status`,
		"plan-edited-at-the-weights": toStage3 +
			`edit release.yaml {lane: v1, percent: 10}, {lane: v2, percent: 10}, {lane: v3, percent: 80} => {lane: v1, percent: 15}, {lane: v2, percent: 15}, {lane: v3, percent: 70}
status
replan
replan -as 3`,
		"plan-broken": toStage3 + `edit release.yaml {lane: v3, percent: 80} => {lane: v3, percent: 90}
status
promote
rollback`,
		"broken-files": toStage3 +
			`write templates/all.yaml apiVersion: v1\nkind: {{ .Kind }}\nmetadata: {name: {{ .Name }}}\n
write notes.yaml a: [
status
promote
rollback`,
		"carrier-twice": toStage3 +
			"copy mock-route.yaml old/mock-route.yaml\nstatus\npromote\nrollback\nremove old/mock-route.yaml\nrollback",
		"carrier-missing": toStage3 + "remove mock-route.yaml\nwrite notes.yaml a: [\nstatus\nrollback",
		"conflict": toStage3 + `keep stage-3
edit mock-route.yaml       weight: 80\n => <<<<<<< HEAD\n      weight: 80\n=======\n      weight: 30\n>>>>>>> main\n
status
promote
rollback
restore mock-route.yaml from stage-3
rollback`,
		"state-garbled": toStage3 + `edit mock-route.yaml {"schema":1 => {"schema":7
status
promote
adopt
adopt -as 3
edit mock-route.yaml {"schema":1 => {"schema":
rollback
status`,
		"by-lane permissive": "prepare\nstart\npromote\nrollback\ncleanup",
		"forged-name": `edit release.yaml name: mock\n => name: "mo\x1b[2Jck\nCo-authored-by: x <x@example.com>"\n
status
prepare
rollback
-message prepare`,
		"blocked-by-a-route": "write batch.yaml " + strings.ReplaceAll(pinned, "SUBSET", "v1") +
			"\nquietly prepare\nquietly start\nquietly promote -to 4\nquietly finish\nstatus\ncleanup\n" +
			"remove batch.yaml\ncleanup\ncleanup",
		"blocked-by-a-mirror": "quietly prepare\nquietly start\nwrite batch.yaml " +
			strings.ReplaceAll(mirroring, "SUBSET", "v1") + "\nrollback\ncleanup\nremove batch.yaml\ncleanup\ncleanup",
		"other-image": `prepare
edit mock-v3.yaml go-http-sample:1.1 => go-http-sample:1.2
status
start
edit release.yaml go-http-sample:1.1 => go-http-sample:1.3
status
promote
prepare`,
		"image-set-again": "prepare\nedit release.yaml go-http-sample:1.1 => go-http-sample:1.3\nprepare\nprepare",
		"no-pods": `prepare
edit mock-v3.yaml replicas: 1 => replicas: 0
start
status
edit mock-v3.yaml app: mockb => app: mockz
status
promote
edit mock-v1.yaml replicas: 1 => replicas: 0
rollback`,
		"no-weight one-lane": "status\nprepare\nstart\nrollback\ncleanup\ncleanup",
		"kustomize": "quietly prepare\nquietly start\n" +
			`write kustomization.yaml resources: [mock-v1.yaml, mock-v2.yaml, mock-v3.yaml, swimlanes.yaml, swimlanegroup.yaml]\n
status
rollback
write kustomization.yaml resources: [mock-v1.yaml, mock-v2.yaml, mock-v3.yaml, swimlanes.yaml, swimlanegroup.yaml, mock-route.yaml]\npatches: [{path: more.yaml}]\n
write more.yaml apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\nmetadata: {name: mock, namespace: istio-system}\nspec: {http: []}\n
rollback
write kustomization.yaml resources: [mock-v1.yaml, mock-v2.yaml, mock-v3.yaml, swimlanes.yaml, swimlanegroup.yaml, mock-route.yaml]\n
remove more.yaml
promote
rollback
cleanup
cleanup`,
		"lane-files": "remove swimlanes.yaml\nwrite lanes/v1.yaml " + strings.ReplaceAll(lane, "NAME", "v1") +
			"\nwrite lanes/v2.yaml " + strings.ReplaceAll(lane, "NAME", "v2") + "\nprepare\nrollback\ncleanup",
		"dots": "edit swimlanes.yaml ---\\n => ...\\n---\\n\nedit swimlanes.yaml apiVersion => ---\\napiVersion\n" +
			"edit swimlanes.yaml ...\\n---\\n---\\n => ...\\n---\\n\nprepare\nquietly start\nquietly promote -to 4\n" +
			"quietly finish\ncleanup\ncleanup",
		"whole-night": toStage3 + `status
edit mock-route.yaml weight: 80 => weight: 30
edit mock-route.yaml weight: 10 => weight: 35
promote
status
keep by-hand
edit mock-route.yaml       weight: 30\n => <<<<<<< HEAD\n      weight: 30\n=======\n      weight: 80\n>>>>>>> origin/main\n
rollback -revision 4
restore mock-route.yaml from by-hand
pause -revision 3
rollback -revision 3
rollback -revision 4 -reason v3 answers 5xx at 80% (INC-4711)
status
promote
cleanup
cleanup
status
edit release.yaml go-http-sample:1.1 => go-http-sample:1.2
edit release.yaml name: full-promotion => name: everybody
prepare
status`,
	} {
		name, overlay, _ := strings.Cut(name, " ")
		t.Run(name, func(t *testing.T) {
			s := newStory(t, overlay)
			s.play(strings.Split(script, "\n")...)
			golden.Equal(t, "stories/bad-nights/"+name+".txt", s.out.String())
		})
	}
}
