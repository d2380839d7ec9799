package gitops

import (
	"bytes"
	"cmp"
	"strings"
	"text/template"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// planTemplate is the plan that Init writes. Texts from the directory are in it as YAML of one
// line (yaml), or in a comment (line).
const planTemplate = `# The plan of a release, to be edited: it was written from what the directory holds.
{{- if .Values}}
# gitops reads it. In a Helm chart it is nobody else's: name it in .helmignore.
{{- else}}
# Argo CD takes it along as it takes the other objects, and gitops reads it.
{{- end}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{yaml .Name}} # commit messages begin with it
  labels:
    {{yaml .Label}}: "1"
data:
  # How requests are shared among the lanes. Every list of weights names the same
  # lanes in the same order, and sums to 100.
  plan: |
    # The lane that is released.
    candidate: {{yaml .Plan.Candidate}}
    # The weights as they are, with the candidate at 0.
    before: {{yaml .Plan.Before}}
    # The stages, in order: add, change or remove some. The weight of the candidate
    # never falls. criteria says, for people, what must be true before the stage is
    # entered.
    stages:
{{- range .Plan.Stages}}
    - name: {{yaml .Name}}
      weights: {{yaml .Weights}}
      criteria: {{yaml .Criteria}}
{{- end}}
    # The weights after a roll back, decided now: those of before.
    rollback: {{yaml .Plan.Rollback}}
{{- if .Values}}
  # What runs the new version's pods is made from the values: put it there.
{{- else}}
  # How the new version is made: a copy of the Deployments and the lane of another.
{{- end}}
  candidate: |
    version: {{yaml .Candidate.Version}}
{{- with .Candidate.Lane}}
    lane: {{yaml .}} # its name is not that of the version
{{- end}}
    # The version {{if .Values}}before it{{else}}to copy{{end}}: that of the last lane in order that has weight, which is
    # taken for the newest.
    from: {{yaml .Candidate.From}}
{{- with .Candidate.Images}}
    # The images of the new version: put its tags in place of {{$.FillIn}}, and remove the
    # lines of images that stay as they are.
    images:
{{- range .}}
    - {{fill . | yaml}} # the new image; now {{tag . | line}}
{{- end}}
{{- end}}
{{- if .Values}}
  # Where the weights are in the file of values. They are found by their form.
  values: |
    file: {{yaml .Values.File}}
    path: {{yaml .Values.Path}}
{{- with .Values.State}}
    state: {{yaml .}} # the state of another plan is beside the weights
{{- end}}
{{- with .Values.Lane}}
    lane: {{yaml .}}
    weight: {{yaml $.Values.Weight}}
{{- end}}
{{- else if .LaneGroup}}
  # The lane group whose lanes carry the app's traffic by their weights.
  laneGroup: |
    {{yaml .LaneGroup}}
{{- else}}
  # The routes that carry the app's traffic. Their weights change together.
  routes: |
{{- range .Routes}}
    - {{yaml .}}
{{- end}}
{{- end}}
{{- if .Services}}
  # The services that are released together: each has a lane's subset in its
  # DestinationRule.
  services: |
{{- range .Services}}
    - {{yaml .}}
{{- end}}
{{- end}}
`

// planText returns the file of a plan.
func planText(c release.Config) ([]byte, error) {
	t, err := template.New(initFile).Funcs(template.FuncMap{"yaml": manifest.Inline, "line": markup.Line, "fill": fill,
		"tag": tag}).Parse(planTemplate)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, struct {
		release.Config
		Label, FillIn string
	}{c, release.LabelPlan, release.FillIn})
	return out.Bytes(), err
}

// fill returns an image with FillIn as its tag.
func fill(i release.Image) release.Image {
	name, _ := cutImage(i.Image)
	i.Image = name + ":" + release.FillIn
	return i
}

// tag returns the tag of an image, or its digest.
func tag(i release.Image) string {
	_, tag := cutImage(i.Image)
	return cmp.Or(tag, "without a tag")
}

// cutImage returns the name of an image, and the tag or digest after it.
func cutImage(image string) (name, tag string) {
	end := strings.IndexByte(image, '@')
	if colon := strings.LastIndexByte(image, ':'); end < 0 && colon > strings.LastIndexByte(image, '/') {
		end = colon
	}
	if end < 0 {
		return image, ""
	}
	return image[:end], image[end+1:]
}
