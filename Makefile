# Everything that people and CI run. `make demo` and `make test` each work as the very first command.
PYTHON ?= python3
NODE ?= node
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := .venv/bin
UV := $(BIN)/uv
WORKERS ?= 2
CONFORMANCE ?= ../shared/conformance

.PHONY: help
help: ## Show what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

.venv/ready: requirements/bootstrap.txt requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, and $(PYTHON) is " + sys.version.split()[0] + ": make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv-cdk/ready: .venv/ready requirements/cdk.txt
	@command -v $(NODE) >/dev/null || { echo "Node.js 20 or newer is needed to synthesize the CDK app; it is not installed" >&2; exit 1; }
	@$(NODE) -e 'const major = +process.versions.node.split(".")[0]; if (major < 20) { console.error(`Node.js 20 or newer is needed to synthesize the CDK app, and this is $${process.versions.node}`); process.exit(1) }'
	@$(UV) venv --quiet --allow-existing --python $(BIN)/python .venv-cdk
	@$(UV) pip install --quiet --python .venv-cdk/bin/python --require-hashes -r requirements/cdk.txt
	@touch $@

.PHONY: setup
setup: .venv/ready ## Make .venv with everything for development

.PHONY: demo
demo: .venv/ready ## Start AWS in a box, run and deploy examples/greeting.py there
	@examples/demo.sh

.PHONY: lint
lint: .venv/ready ## Format, lint, types, import rules, dependencies
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/deptry sdk cli

.PHONY: format
format: .venv/ready ## Format the code
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --fix --quiet .

.PHONY: test
test: .venv/ready .venv-cdk/ready ## Run all tests
	@$(BIN)/pytest -n $(WORKERS) --dist loadgroup

.PHONY: conformance
conformance: .venv/ready ## Run the conformance programs in every mode, where they are present
	@if [ -d "$(CONFORMANCE)" ]; then $(BIN)/python -m tests.conformance "$(CONFORMANCE)" --jobs $(WORKERS); \
	else echo "no conformance programs at $(CONFORMANCE): skipped"; fi

.PHONY: bench
bench: .venv/ready ## Measure speed against references, as ratios
	@$(BIN)/python -m bench

.PHONY: template
template: .venv-cdk/ready ## Synthesize the CDK app into the kept CloudFormation template
	@.venv-cdk/bin/python -m cdk.synthesize

.PHONY: lock
lock: .venv/ready ## Compile the hashed requirement files anew
	@for name in bootstrap functions devbox dev cdk; do \
	  $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    requirements/$$name.in -o requirements/$$name.txt; done

.PHONY: clean
clean: ## Remove what was built and installed here
	@rm -rf .venv .venv-cdk build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache cdk/cdk.out cdk/node_modules
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
