# Two commands do all the set-up on a Debian 12 machine with Go: make run, make test.

SHELL      := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION)

# Lint, the binary and the tests of it share one set of compiled packages; the
# race detector needs another.
STATIC = CGO_ENABLED=0 GOFLAGS="$$(go env GOFLAGS) -trimpath"

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZTIME    ?= 20s
ARGS        ?=

.NOTPARALLEL:
.PHONY: help run build test test-quick test-race test-e2e setup lint bench pictures fuzz clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## build callas and run the demo company on 127.0.0.1
	./callas demo $(ARGS)

build: ## one static binary, ./callas
	$(STATIC) go build -ldflags "$(LDFLAGS)" -o callas ./cmd/callas

test: setup lint test-race test-e2e ## everything: needs root once, for apt (Kamailio, sipp, Chromium, gcc)

test-quick: ## what needs nothing but Go
	go test ./...

test-race:
	go test -race ./...

test-e2e: ## the built binary and real platforms
	$(STATIC) go test -count=1 -tags e2e ./tests/...

setup: ## install what make test needs (Debian packages)
	tests/setup.sh

lint: ## gofmt, vet, staticcheck, govulncheck
	@out=$$(gofmt -l $$(git ls-files --cached --others --exclude-standard '*.go')); \
	if [ -n "$$out" ]; then echo "gofmt: run gofmt -w on:"; echo "$$out"; exit 1; fi
	$(STATIC) go vet ./...
	$(STATIC) go vet -tags e2e ./tests/...
	$(STATIC) go run $(STATICCHECK) ./...
	$(STATIC) go run $(STATICCHECK) -tags e2e ./tests/...
	$(STATIC) go run ./tests/house/vulns

bench: ## callas against bare servers and other judges; ARGS=-short for a look, ARGS="-o docs/benchmarks.md" to keep it
	$(STATIC) go run ./tests/bench $(ARGS)

pictures: ## draw the pictures of the pages in docs/pictures anew
	$(STATIC) go test -count=1 -tags e2e -run TestPictures ./tests/browser -pictures $(CURDIR)/docs/pictures

fuzz: ## every fuzz test for FUZZTIME (20s) each
	@for pkg in $$(go list ./...); do \
	  for name in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "fuzz: $$pkg $$name for $(FUZZTIME)"; \
	    go test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) $$pkg; \
	  done; \
	done

clean: ## remove what was built
	rm -rf callas dist
