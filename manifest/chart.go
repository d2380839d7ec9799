package manifest

import (
	"path"
	"strings"
)

// chartFile is the file by which Helm and Argo CD recognize a chart.
const chartFile = "Chart.yaml"

// rendered is the reason to skip files that only Helm can read.
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

// aside reports whether a file describes a chart and holds no objects: its Chart.yaml, or a file
// beside that with "values" in its name: values.yaml, values-prod.yaml, values.schema.json.
func (c charts) aside(file string) bool {
	base := path.Base(file)
	return c[path.Dir(file)] && (base == chartFile || strings.Contains(base, "values"))
}

// isRendered reports whether a directory of a chart holds files that only Helm can read.
func isRendered(dir string) bool {
	base := path.Base(dir)
	return base == "templates" || base == "charts"
}

// ChartValues returns the values files of the Helm chart in a directory of the set, in the order of
// the set. The directory "." is the uppermost. isChart says that the directory has a Chart.yaml.
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
