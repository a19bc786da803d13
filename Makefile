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

CONSOLE := cli/flyte_cli/console/static/index.html
CONSOLE_SOURCES := $(shell find console -type f -not -path '*/node_modules/*')
NPM := npm --prefix console --loglevel error

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

console/node_modules/ready: console/package.json console/package-lock.json
	@{ command -v $(NODE) && command -v npm; } >/dev/null || { echo "Node.js 20.19 or newer, with npm, is needed for the console; it is not installed" >&2; exit 1; }
	@$(NODE) -e 'const [major, minor] = process.versions.node.split(".").map(Number); if (major < 20 || (major === 20 && minor < 19)) { console.error(`Node.js 20.19 or newer is needed for the console, and this is $${process.versions.node}`); process.exit(1) }'
	@$(NPM) ci
	@touch $@

$(CONSOLE): console/node_modules/ready $(CONSOLE_SOURCES)
	@$(NPM) run --silent build
	@touch $@

.PHONY: setup
setup: .venv/ready ## Make .venv with everything for development

.PHONY: demo
demo: .venv/ready ## Start AWS in a box, run and deploy examples/greeting.py there
	@$(MAKE) --no-print-directory console || echo "The demo goes on without the web console."
	@examples/demo.sh

.PHONY: console
console: $(CONSOLE) ## Build the web console, which `flyte console` and the devbox serve

.PHONY: console-client
console-client: .venv/ready console/node_modules/ready ## Make the console's client anew from the API's own description
	@$(NPM) run --silent generate

.PHONY: lint
lint: .venv/ready console/node_modules/ready ## Format, lint, types, import rules, dependencies
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/deptry sdk cli
	@$(NPM) run --silent check

.PHONY: format
format: .venv/ready console/node_modules/ready ## Format the code
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --fix --quiet .
	@$(NPM) run --silent format -- --log-level warn

.PHONY: test
test: .venv/ready .venv-cdk/ready $(CONSOLE) ## Run all tests
	@$(NPM) test --silent -- --reporter=dot
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

.PHONY: screenshots
screenshots: .venv/ready $(CONSOLE) ## Take the pictures of the console in docs/images anew
	@$(BIN)/python -m tests.e2e.screenshots

.venv-docs/ready: .venv/ready requirements/docs.txt
	@$(UV) venv --quiet --allow-existing --python $(BIN)/python .venv-docs
	@$(UV) pip install --quiet --python .venv-docs/bin/python --require-hashes -r requirements/docs.txt
	@touch $@

.PHONY: docs
docs: .venv-docs/ready ## Build the documentation as a site, in build/site
	@mkdir -p build/nowhere/.flyte # the reference of `flyte run` lists the programs here, and what the backend here has
	@echo '{}' > build/nowhere/.flyte/config.yaml
	@cd build/nowhere && NO_MKDOCS_2_WARNING=1 FLYTE_HOME="$$PWD" PYTHONPATH=../../sdk:../../cli \
	  ../../.venv-docs/bin/mkdocs build --quiet --config-file ../../mkdocs.yml

.PHONY: lock
lock: .venv/ready ## Compile the hashed requirement files anew
	@for name in bootstrap functions devbox dev cdk docs; do \
	  $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    requirements/$$name.in -o requirements/$$name.txt; done

.PHONY: clean
clean: ## Remove what was built and installed here
	@rm -rf .venv .venv-cdk .venv-docs build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache cdk/cdk.out cdk/node_modules console/node_modules cli/flyte_cli/console/static
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
