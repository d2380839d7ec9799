// Command analyze runs all analyzers of istioctl on files and prints what they find, as
// `istioctl analyze --use-kube=false` does. It holds nothing else of istioctl.
package main

import (
	"fmt"
	"os"

	"istio.io/istio/pkg/config/analysis"
	"istio.io/istio/pkg/config/analysis/analyzers"
	"istio.io/istio/pkg/config/analysis/local"
	"istio.io/istio/pkg/log"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(names []string) error {
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
	var sources []local.ReaderSource
	for _, name := range names {
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		defer file.Close()
		sources = append(sources, local.ReaderSource{Name: name, Reader: file})
	}
	a := local.NewSourceAnalyzer(analysis.Combine("all", analyzers.All()...), "", "istio-system", nil)
	if err := a.AddDefaultResources(); err != nil {
		return err
	}
	if err := a.AddReaderKubeSource(sources); err != nil {
		return err
	}
	result, err := a.Analyze(make(chan struct{}))
	for _, m := range result.Messages {
		fmt.Println(m.String())
	}
	return err
}
