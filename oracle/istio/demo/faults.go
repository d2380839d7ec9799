package main

import (
	"math/rand/v2"
	"strconv"
	"sync"

	corev1 "k8s.io/api/core/v1"
)

// envFails is the variable of a container that says how many percent of its requests fail.
const envFails = "fails"

// faults holds the percentage of failing requests, by service and lane.
type faults struct {
	mu      sync.Mutex
	percent map[[2]string]float64
}

// set reads the percentage from the containers of a pod.
func (f *faults) set(service, lane string, containers []corev1.Container) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.percent == nil {
		f.percent = map[[2]string]float64{}
	}
	for _, c := range containers {
		for _, e := range c.Env {
			if percent, err := strconv.ParseFloat(e.Value, 64); e.Name == envFails && err == nil {
				f.percent[[2]string{service, lane}] = percent
			}
		}
	}
}

// broken draws whether one request fails.
func (f *faults) broken(service, lane string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return 100*rand.Float64() < f.percent[[2]string{service, lane}]
}
