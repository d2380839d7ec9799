.DEFAULT_GOAL := help
.PHONY: help test race golden generate lint bench oracle ci

help: ## list the commands
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "%-10s %s\n", $$1, $$2}'

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

oracle: ## hold the library against real engines
	.ci/oracle

ci: ## the whole verdict
	.ci/run
