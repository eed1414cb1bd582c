# One command for each thing a developer does; `make` alone lists them.
# Needs make and Python 3.11 or newer; `make test` also PostgreSQL, Redis and Chromium (.ci/run installs them).

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test check bench lock clean setup

BIN := .venv/bin
STAMP := .venv/.installed
# The first of these that runs and is new enough makes the environment; `make PYTHON=/path/to/python3` overrides.
PYTHON ?= $(shell for name in python3.11 python3 python3.12 python3.13 python3.14; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)
# Each file of tests in one of as many processes as there are cores, each with servers of its own.
SIDE_BY_SIDE := -n auto --dist loadfile --no-loadscope-reorder
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup  ## start the provider, the portals, the register simulator and the inbox; Ctrl-C stops them
	@exec $(BIN)/python -m portals.launch

# The cheap checks come first, and each stops the rest.
test: setup  ## formatting, lint, types, import contracts, then every test on real servers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -q $(SIDE_BY_SIDE) tests/unit tests/architecture
	$(BIN)/pytest -q $(SIDE_BY_SIDE) --ignore=tests/unit --ignore=tests/architecture

check: test  ## the same as CI

bench: setup  ## print the benchmark table and write it to bench/results/
	@exec $(BIN)/python -m bench

lock: setup  ## bring requirements.lock up to pyproject.toml, keeping the versions that still fit (needs uv)
	@PATH="$$PATH:$(BIN)"; command -v uv >/dev/null || { echo "uv was not found: pip install uv" >&2; exit 1; }; \
	exec uv pip compile -q --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --extra portals --extra dev --no-annotate --no-header \
		-o requirements.lock pyproject.toml

clean:  ## remove var/: the data, keys and logs of `make run`
	rm -rf var

setup: $(STAMP)

# Runs only when what it depends on is newer than the last complete installation: a warm start costs one stat each.
$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || \
		{ echo "Python 3.11 or newer was not found: apt-get install -y python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) cannot make environments; install: apt-get install -y python3-venv" >&2; exit 1; }
	@echo "Setting up .venv (only when the lock or pyproject.toml changed) ..."
	@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install -q --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --no-deps -e .
	@touch $(STAMP)
