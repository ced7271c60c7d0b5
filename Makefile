.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONDONTWRITEBYTECODE :=

RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev

$(RUNTIME): requirements/runtime.txt requirements/build.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "andamio needs Python 3.11 or later; set PYTHON=/path/to/python3.11")'
	@echo "Setting up $(VENV) (once; about a minute) ..."
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install --quiet --require-hashes -r requirements/runtime.txt
	@$(RUN) -m pip install --quiet --require-hashes -r requirements/build.txt
	@$(RUN) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV): $(RUNTIME) requirements/dev.txt
	@$(RUN) -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

.PHONY: help
help: ## Print what each target does
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

.PHONY: setup
setup: $(DEV) ## Make the virtual environment with everything pinned

.PHONY: synth
synth: $(RUNTIME) ## Check the catalog and make dist/ what it says
	@$(RUN) -m andamio synth $(ARGS)

.PHONY: test
test: $(DEV) ## Run the test suite
	@$(RUN) -m pytest -n auto $(ARGS)

.PHONY: soak
soak: $(DEV) ## Kill applies 50 times and `state init` 100 times at random moments (ten minutes; SEED=N repeats one)
	@$(RUN) -m tests.soak $(if $(SEED),--seed $(SEED)) $(ARGS)

.PHONY: engines
engines: $(RUNTIME) ## Build the engines that the tests need and this machine lacks (needs Go; about half an hour)
	@$(RUN) -m andamio engines install $(ARGS)

.PHONY: sandbox
sandbox: engines $(DEV) ## Run the platform on this machine without a cloud: start it, deploy dev, show it (needs Go and Terraform)
	@$(RUN) -m andamio sandbox up
	@$(RUN) -m andamio sandbox deploy dev
	@$(RUN) -m andamio sandbox status

.PHONY: docs
docs: $(DEV) ## Make the generated pages of docs/ anew
	@$(RUN) -m andamio.docs

.PHONY: lint
lint: $(DEV) ## Check style, docstrings, import rules and generated files
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(VENV)/bin/lint-imports --config pyproject.toml
	@$(RUN) -m andamio.bindings generate --check
	@$(RUN) -m andamio.docs --check

.PHONY: types
types: $(DEV) ## Check types, strictly
	@$(RUN) -m mypy

.PHONY: step
step: $(RUNTIME) ## Fail when dist/ is not what the catalog says
	@$(RUN) -m andamio synth --check --no-cache $(if $(AGAINST),--against $(AGAINST))

.PHONY: check
check: ## Everything that a pull request must pass: lint, types, step, test
	@for section in lint types step test; do \
	  started=$$(date +%s); $(MAKE) --no-print-directory $$section || exit 2; \
	  printf '%s\t%s\n' $$section $$(($$(date +%s) - started)) >> $${ANDAMIO_TIMES:-/dev/null}; \
	done

.PHONY: bench
bench: $(DEV) ## Measure synthesis beside kubectl kustomize and write docs/benchmarks.md
	@$(RUN) -m tests.benchmarks

.PHONY: bench-sandbox
bench-sandbox: $(DEV) engines ## Measure how long the sandbox takes to deploy the shop and 200 services, and its memory
	@$(RUN) -m tests.benchmarks.sandbox dev production --services 200

.PHONY: lock
lock: ## Pin every requirement anew, with hashes (needs uv)
	@for name in runtime build dev; do \
	  env -u PIP_FIND_LINKS -u PIP_INDEX_URL uv pip compile --quiet --python-version 3.11 --universal --generate-hashes \
	    --no-annotate --no-header --no-emit-index-url --no-emit-find-links \
	    $$(test $$name = runtime || echo -c requirements/runtime.txt) \
	    $$(test $$name = runtime && echo pyproject.toml || echo requirements/$$name.in) \
	    --output-file requirements/$$name.txt; \
	done

.PHONY: clean
clean: ## Remove what tools made beside the sources (never dist/)
	@rm -rf $(VENV) .andamio build .pytest_cache .ruff_cache .mypy_cache .hypothesis
