package gitops_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/yaml"
)

// judgement is what a reader without the library sees in a directory. It uses maps, and no type
// of an API.
type judgement struct {
	plans    int
	badPlan  bool
	rollback map[string]int            // lanes above 0
	holders  map[string]map[string]int // by name: lanes above 0
	twice    bool
	missing  bool
	marked   bool // an object bears a state, or a holder a mark
	finished bool
	anchors  bool
	odd      bool // subsets or plans name missing lanes, or a holder cannot be one
}

// documents are the documents that were read, by their text.
var documents sync.Map

// document reads a document; nil if the text is no object of Kubernetes.
func document(text string) map[string]any {
	if doc, known := documents.Load(text); known {
		return doc.(map[string]any)
	}
	var doc map[string]any
	if yaml.Unmarshal([]byte(text), &doc) != nil || doc["kind"] == nil || strings.Contains(text, "<<<<<<<") {
		doc = nil
	} else {
		doc["text"] = text
	}
	documents.Store(text, doc)
	return doc
}

// judge reads a directory.
func judge(d directory) judgement {
	out := judgement{rollback: map[string]int{}, holders: map[string]map[string]int{}}
	var docs []map[string]any
	for _, name := range slices.Sorted(maps.Keys(d)) {
		if name == "copy.yaml" && d["kustomization.yaml"] != "" {
			continue // no kustomization lists it
		}
		for _, text := range strings.Split("\n"+d[name], "\n---") {
			if doc := document(text); doc != nil {
				docs = append(docs, doc)
			}
		}
	}
	var plan struct {
		Before, Rollback []struct {
			Lane    string
			Percent int
		}
	}
	var routes []struct{ Namespace, Name, Route string }
	group := ""
	for _, doc := range docs {
		if doc["kind"] == "ConfigMap" && at(doc, "metadata", "labels", "swimlane-go.github.io/plan") == "1" {
			out.plans++
			text, _ := at(doc, "data", "plan").(string)
			out.badPlan = yaml.Unmarshal([]byte(text), &plan) != nil
			text, _ = at(doc, "data", "routes").(string)
			_ = yaml.Unmarshal([]byte(text), &routes)
			group, _ = at(doc, "data", "laneGroup").(string)
		}
	}
	sum := 0
	for _, w := range plan.Rollback {
		if sum += w.Percent; w.Percent > 0 {
			out.rollback[w.Lane] = w.Percent
		}
	}
	for _, w := range plan.Before {
		out.badPlan = out.badPlan || w.Lane == "v3" && w.Percent > 0
	}
	out.badPlan = out.badPlan || sum != 100
	header := ""
	seen := map[string]int{}
	for _, doc := range docs {
		if doc["kind"] == "ASMSwimLaneGroup" {
			header, _ = at(doc, "spec", "permissiveModeConfiguration", "routeHeader").(string)
		}
	}
	for _, doc := range docs {
		name, _ := at(doc, "metadata", "name").(string)
		annotations, _ := at(doc, "metadata", "annotations").(map[string]any)
		state, hasState := annotations["swimlane-go.github.io/state"].(string)
		_, hasMark := annotations["swimlane-go.github.io/revision"]
		out.marked = out.marked || hasState
		ours := false
		switch doc["kind"] {
		case "VirtualService":
			for _, r := range routes {
				if r.Name == name {
					ours, out.holders[name] = true, routeWeights(doc, r.Route, header)
				}
			}
		case "ASMSwimLaneGroup":
			ours = name == group
		case "ASMSwimLane":
			if ours = group != ""; ours {
				if out.holders["lanes"] == nil {
					out.holders["lanes"] = map[string]int{}
				}
				if percent, _ := at(doc, "spec", "ingressWeight", "weight").(float64); percent > 0 {
					out.holders["lanes"][name] = int(percent)
				}
			}
		}
		if ours {
			seen[fmt.Sprint(doc["kind"], name)]++
			out.marked = out.marked || hasMark
			out.finished = out.finished || hasState && strings.Contains(state, `"schema":1,`) &&
				strings.Contains(state, `"phase":"Finished"`)
			out.anchors = out.anchors || strings.Contains(doc["text"].(string), "&w")
		}
		out.odd = out.odd || ours && strings.Contains(doc["text"].(string), "[/mock]")
	}
	for lane := range out.rollback {
		there := func(doc map[string]any) bool {
			subsets, _ := at(doc, "spec", "subsets").([]any)
			return doc["kind"] == "ASMSwimLane" && at(doc, "metadata", "name") == lane ||
				slices.ContainsFunc(subsets, func(s any) bool { return at(s, "name") == lane })
		}
		out.odd = out.odd || !slices.ContainsFunc(docs, there)
	}
	for _, n := range seen {
		out.twice = out.twice || n > 1
	}
	for _, r := range routes {
		out.missing = out.missing || seen["VirtualService"+r.Name] == 0
	}
	if group != "" {
		out.missing = seen["ASMSwimLaneGroup"+group] == 0
		for lane := range out.rollback {
			out.missing = out.missing || seen["ASMSwimLane"+lane] == 0
		}
	}
	return out
}

func routeWeights(doc map[string]any, name, header string) map[string]int {
	out := map[string]int{}
	http, _ := at(doc, "spec", "http").([]any)
	for _, route := range http {
		if name != "" && at(route, "name") != name {
			continue
		}
		destinations, _ := at(route, "route").([]any)
		for _, d := range destinations {
			lane, _ := at(d, "destination", "subset").(string)
			set, _ := at(d, "headers", "request", "set").(map[string]any)
			for key, value := range set {
				if header == "" || strings.EqualFold(key, header) { // without a group, each header may name a lane
					lane, _ = value.(string)
				}
			}
			percent, _ := at(d, "weight").(float64)
			if len(destinations) == 1 && percent == 0 {
				percent = 100
			}
			if percent > 0 {
				out[lane] += int(percent)
			}
		}
	}
	return out
}

// at returns the value at a path of maps; nil when there is none.
func at(value any, path ...string) any {
	for _, key := range path {
		m, _ := value.(map[string]any)
		value = m[key]
	}
	return value
}
