package main

import (
	_ "github.com/prometheus/client_golang/api/prometheus/v1"
	_ "github.com/prometheus/client_golang/prometheus"
	_ "github.com/prometheus/common/model"
	_ "github.com/go-logr/logr"
	_ "github.com/stretchr/testify/require"
	_ "github.com/swimlane-go/swimlane/release"
	_ "istio.io/client-go/pkg/apis/networking/v1"
	_ "sigs.k8s.io/controller-runtime"
	_ "sigs.k8s.io/controller-runtime/pkg/client/fake"
	_ "sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	_ "sigs.k8s.io/yaml"
)

func main() {}
