# One command for each thing a developer does; `make` alone lists them.
# Debian 12: `make run` needs make and python3-venv. `make test` needs besides: git, postgresql, redis-server,
# chromium-headless-shell, libatomic1, fontconfig, fonts-noto-core and npm (.ci/run installs them).

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run quick test test-all check lint types serverless components servers gallery bench lock clean runtime setup

BIN := .venv/bin
# Two installations in one environment: what `make run` needs, and what a developer needs besides.
RUN_STAMP := .venv/.installed-to-run
DEV_STAMP := .venv/.installed
# Relying parties that others wrote, for their tests alone. npm writes its own copy of the lock last.
NPM_FOLDER := tests/relying_parties
NPM_STAMP := $(NPM_FOLDER)/node_modules/.package-lock.json
NPM_CI := npm ci --ignore-scripts --prefix $(NPM_FOLDER)
# The first of these that runs and is new enough makes the environment; `make PYTHON=/path/to/python3` overrides.
PYTHON ?= $(shell for name in python3.11 python3 python3.12 python3.13 python3.14; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)
# Tests without servers keep a core busy; those with servers wait for each other now and then.
CORES := $(shell getconf _NPROCESSORS_ONLN)
WORKERS := $(shell echo $$(($(CORES) * 3 / 2)))
PYTEST := $(BIN)/python -m pytest -q --dist worksteal
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Without compiled modules kept, every server of the tests would compile all of them at its start.
unexport PYTHONDONTWRITEBYTECODE

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: runtime  ## start the provider, the portals, the register simulator and the inbox; Ctrl-C stops them
	@exec $(BIN)/python -m portals.launch

quick: setup  ## formatting, lint, imports, types, and every test that needs no server
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=line lint types serverless

# The cheap checks come first, and each stops the rest.
test: setup components  ## quick, then every test on real servers and in a real browser
	@$(MAKE) --no-print-directory quick
	@$(MAKE) --no-print-directory servers

test-all: export TEST_EXTENT := full
test-all: test  ## what a nightly run does: every page at every width, the long races, the full matrices on servers

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy

serverless: setup
	$(PYTEST) -n $(CORES) -p no:schemathesis tests/unit tests/architecture

components: setup
	@$(BIN)/python -m tests.support.components

# Apart, as Playwright keeps an event loop running in its process, where no asynchronous test can run afterwards.
servers: setup
	$(PYTEST) -n $(WORKERS) --ignore=tests/unit --ignore=tests/architecture --ignore=tests/browser
	$(PYTEST) -n $(WORKERS) tests/browser

gallery: export TEST_GALLERY := 1
gallery: setup components  ## take a picture of every page at every width and language into var/screenshots
	$(PYTEST) -n $(CORES) tests/browser

check: test  ## the same as CI

bench: setup  ## print the benchmark table and write it to bench/results/
	@exec $(BIN)/python -m bench

# The first lock is read off the second, so that both have the same versions.
lock: setup  ## bring both locks up to pyproject.toml, keeping the versions that still fit (needs uv)
	@PATH="$$PATH:$(BIN)"; command -v uv >/dev/null || { echo "uv was not found: pip install uv" >&2; exit 1; }; \
	lock() { uv pip compile -q --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header "$$@" pyproject.toml; }; \
	lock --extra portals --extra dev -o requirements-dev.lock && \
	cp requirements-dev.lock requirements.lock && lock --extra portals -o requirements.lock

clean:  ## remove var/: the data, keys and logs of `make run`
	rm -rf var

runtime: $(RUN_STAMP)

setup: $(DEV_STAMP) $(NPM_STAMP)

# Each runs only when what it depends on is newer than the last complete installation: a warm start costs one stat
# each. The second installs everything of the first, so it touches both stamps; nothing is ever taken away.
$(RUN_STAMP): requirements.lock pyproject.toml
	$(call install,requirements.lock)
	@touch $(RUN_STAMP)

$(DEV_STAMP): requirements-dev.lock pyproject.toml
	$(call install,requirements-dev.lock)
	@touch $(RUN_STAMP) $(DEV_STAMP)

# Without npm or a network everything else goes on; the tests of these packages fail and name this command.
$(NPM_STAMP): $(NPM_FOLDER)/package-lock.json
	@$(NPM_CI) --silent --no-audit --no-fund --fetch-retries=1 || \
		echo "not installed, so their tests will fail: $(NPM_CI) (npm: apt-get install -y npm)" >&2

define install
@test -n "$(PYTHON)" || \
	{ echo "Python 3.11 or newer was not found: apt-get install -y python3 python3-venv" >&2; exit 1; }
@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	{ echo "$(PYTHON) cannot make environments; install: apt-get install -y python3-venv" >&2; exit 1; }
@echo "Setting up .venv from $(1) (only when it or pyproject.toml changed) ..."
@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv
@$(BIN)/python -m pip install -q --require-hashes -r $(1)
@$(BIN)/python -m pip install -q --no-deps -e .
endef
