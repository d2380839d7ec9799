.DEFAULT_GOAL := help
.PHONY: help test race golden generate lint bench bench-peers oracle demo ci

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "%-12s %s\n", $$1, $$2}'

test: ## run the tests
	go test ./...

race: ## run the tests as CI does
	go test -race -shuffle=on ./...

golden: ## write the golden files anew
	go test $$(git grep -lE "internal/(golden|transcript)" -- '*_test.go' | xargs -n1 dirname | sort -u | sed 's|^|./|') -update

generate: ## write generated code and documents anew
	go generate ./...

lint: ## the rules of .golangci.yml
	go tool -modfile=tools/lint/go.mod golangci-lint run ./...

bench: ## run the benchmarks
	go test -run '^$$' -bench . ./...

bench-peers: ## measure beside the peers, count growth, and write docs/benchmarks.md anew
	go -C bench run ./peers -out results/peers.json
	go -C bench/flagger run . -out ../results/flagger.json
	go -C bench run ./processes -out results/processes.json
	go -C bench run ./growth -out results/allocations.json
	GOCOVERDIR=$$(mktemp -d) go -C bench run -cover -covermode=atomic -coverpkg=github.com/swimlane-go/swimlane/... \
		./growth -out results/statements.json
	go -C bench run ./tables

oracle: ## hold the library against real engines
	.ci/oracle

demo: ## watch a good release and a bad one, without a cluster
	go -C oracle/istio build -o $(CURDIR)/bin/demo-mesh ./demo
	go -C oracle/kube build -o $(CURDIR)/bin/demo ./demo
	bin/demo -mesh=bin/demo-mesh -crds="$$(go -C oracle/kube list -m -f '{{.Dir}}' istio.io/api)/kubernetes/customresourcedefinitions.gen.yaml"

ci: ## the whole verdict
	.ci/run
