# Rapport. `make run` brings everything up locally and replays a call; `make test` runs every test.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PORT ?= 8080
EMULATOR_PORT ?= 4566
SPEED ?= 1
CALL ?=
DATA ?=
VENV := .venv
PY := $(VENV)/bin/python
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export PYTHONPATH := $(CURDIR):$(CURDIR)/layers/core/python:$(CURDIR)/layers/inference/python
CDK := node node_modules/.bin/cdk

.PHONY: help run replay redrive stop test check bench bench-models fmt lock openapi synth deploy destroy clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: install console/dist/index.html ## everything locally, with a replayed call (PORT= EMULATOR_PORT= SPEED=)
	@exec $(PY) -m sandbox run --port $(PORT) --emulator-port $(EMULATOR_PORT) --speed $(SPEED)

replay: install ## play a transcript into the running stack: make replay CALL=path/to/call.json SPEED=4
	@$(PY) -m sandbox replay $(CALL) --speed $(SPEED)

redrive: install ## put the records of the dead-letter queue back on their stream
	@$(PY) -m sandbox redrive

stop: install ## stop a stack that was left running
	@$(PY) -m sandbox stop

test: install-dev console/dist/index.html ## every test: unit, contract, property, infra, end-to-end, browser
	@tools/test.sh

check: install-dev ## format, lint, types, imports, generated files
	@tools/check.sh

bench: install-dev console/dist/index.html ## measured ratios, printed and kept in docs/performance.md
	@$(PY) -m benchmarks

bench-models: install-dev ## the models on public data sets beside published figures: DATA=folder of data sets
	@test -n "$(DATA)" || { echo "error: name the folder of data sets: make bench-models DATA=path (docs/models.md lists them)"; exit 1; }
	@$(PY) -m models.benchmarks --data $(DATA)

fmt: install-dev ## format and sort imports
	@ruff check --fix -q . ; ruff format -q .

openapi: install-dev ## regenerate docs/openapi.json and the console's types from it
	@$(PY) -m tools.openapi && cd console && npm run --silent types

lock: ## compile the pinned requirements (needs uv)
	@for f in requirements requirements-dev; do uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make lock" $$f.in -o $$f.txt; done

synth: install console/dist/index.html ## the CloudFormation templates for AWS, in cdk.out
	@$(CDK) synth -q

deploy: install console/dist/index.html ## deploy to the AWS account of your credentials
	@$(PY) -m tools.build aws --training
	@$(CDK) deploy --all --require-approval broadening

destroy: install console/dist/index.html ## remove the stacks from AWS (tables and the key are kept)
	@$(CDK) destroy --all

clean: ## remove everything that was built
	@rm -rf .venv .build .run cdk.out node_modules console/node_modules console/dist

# --- set-up: each step leaves a stamp, so that a second run does nothing ---
.PHONY: install install-dev
install: $(VENV)/.run.stamp node_modules/.stamp
install-dev: $(VENV)/.dev.stamp node_modules/.stamp

$(VENV)/bin/python:
	@tools/venv.sh $(VENV)

$(VENV)/.run.stamp: requirements.txt | $(VENV)/bin/python
	@tools/pip.sh $(VENV) requirements.txt && touch $@

$(VENV)/.dev.stamp: requirements-dev.txt requirements.txt | $(VENV)/bin/python
	@tools/pip.sh $(VENV) requirements-dev.txt && touch $@ $(VENV)/.run.stamp

node_modules/.stamp: package-lock.json | $(VENV)/.run.stamp
	@tools/npm.sh . && touch $@

console/node_modules/.stamp: console/package-lock.json | $(VENV)/.run.stamp
	@tools/npm.sh console && touch $@

CONSOLE_SOURCES := $(shell find console -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
console/dist/index.html: $(CONSOLE_SOURCES) console/node_modules/.stamp
	@tools/step.sh "Building the console" bash -c 'cd console && npm run --silent build' && touch $@
