package manifest

import (
	"path"
	"strings"
)

// chartFile is the file by which Helm, and Argo CD, tell a chart.
const chartFile = "Chart.yaml"

// rendered is the reason for passing over what only Helm can read.
const rendered = "it is of a Helm chart: judge what that makes, with helm template DIR | lint -"

// charts are the directories of charts.
type charts map[string]bool

// chartsOf finds the charts among files.
func chartsOf(files []fileReading) charts {
	out := charts{}
	for _, f := range files {
		if path.Base(f.Name) == chartFile {
			out[path.Dir(f.Name)] = true
		}
	}
	return out
}

// aside reports whether a file is what a chart says of itself: its Chart.yaml, or values
// and their schema, which are called so: values.yaml, values-prod.yaml, prod.values.yaml.
func (c charts) aside(file string) bool {
	base := path.Base(file)
	return c[path.Dir(file)] && (base == chartFile || strings.Contains(base, "values"))
}

// isRendered reports whether a directory of a chart holds what only Helm can read.
func isRendered(dir string) bool {
	base := path.Base(dir)
	return base == "templates" || base == "charts"
}

// ChartValues returns the files of values of the Helm chart whose Chart.yaml is in a
// directory of the set, "." for the uppermost, in order; isChart says that one does.
func (s Set) ChartValues(dir string) (files []string, isChart bool) {
	c := chartsOf(s.files)
	for _, f := range s.files {
		isValues := path.Base(f.Name) != chartFile && path.Ext(f.Name) != ".json" // that is their schema
		if path.Dir(f.Name) == path.Clean(dir) && c.aside(f.Name) && isValues {
			files = append(files, f.Name)
		}
	}
	return files, c[path.Clean(dir)]
}
