# gorax: every target sets up what it needs. `make help` lists them.
# Nothing is written outside this folder: the caches of uv, pip and npm lie below .gorax/cache too.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
STAMP := .venv/.synced

export UV_CACHE_DIR ?= $(CURDIR)/.gorax/cache/uv
export PIP_CACHE_DIR ?= $(CURDIR)/.gorax/cache/pip
export npm_config_cache ?= $(CURDIR)/.gorax/cache/npm
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME DJANGO_SETTINGS_MODULE
# Set in many containers. Each of our processes would then compile every library anew: 3.6 s of work for a start of 1 s.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):[^#]*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  make %-14s %s\n", $$1, $$2}'

# --- set-up ------------------------------------------------------------------------------------

$(STAMP): pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "gorax needs Python 3.11 or newer; this is $$($(PYTHON) --version 2>&1). Say which: make PYTHON=python3.12 up"; exit 1; }
	@mkdir -p .gorax
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { \
	  echo "python3 cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv"; rm -rf .venv; exit 1; }
	@test "$$($(BIN)/uv --version 2>/dev/null | cut -d' ' -f2)" = "$(UV_VERSION)" || { \
	  echo "installing uv $(UV_VERSION) into .venv"; $(BIN)/python -m pip install -q uv==$(UV_VERSION); }
	@echo "installing what uv.lock pins"
	@# Once more with the machine's own certificates: company networks bring their own.
	@$(BIN)/uv sync --frozen -q 2>/dev/null || $(BIN)/uv sync --frozen -q --system-certs
	@touch $(STAMP)

# --- run ---------------------------------------------------------------------------------------

.PHONY: up dev down reset shell manage build
up: $(STAMP) ## start everything here: servers, migrations, demo, product
	@exec $(BIN)/python -m gorax.stack up

dev: $(STAMP) ## like up, with Django's reload and Vite's hot reload
	@GORAX_DEV=1 exec $(BIN)/python -m gorax.stack up

down: $(STAMP) ## stop what runs in this checkout; the data stays
	@$(BIN)/python -m gorax.stack down

reset: $(STAMP) ## delete the data and keys of this checkout (asks first)
	@$(BIN)/python -m gorax.stack reset

shell: $(STAMP) ## Django's shell, beside a running `make up`
	@$(BIN)/python -m gorax.stack manage shell

manage: $(STAMP) ## any management command: make manage RUN="doctor"
	@$(BIN)/python -m gorax.stack manage $(RUN)

build: $(STAMP) ## build the screen if its sources changed
	@$(BIN)/python -m gorax.stack build

# --- check -------------------------------------------------------------------------------------

.PHONY: test test-engine e2e screenshots lint lint-proof fix
# Each process has servers of its own and takes tests from one that still has some. `.venv/bin/pytest` alone is one process.
ON_ALL_CORES := --numprocesses=logical --maxprocesses=4 --dist=worksteal
test: $(STAMP) ## every test but the browser's, on servers of its own, on up to four cores (REST=1: what lint and coverage have not run; PART=1/4: of rotating sets a share)
	@$(BIN)/pytest -q --durations=12 --durations-min=5 $(ON_ALL_CORES) $(if $(PART),--part=$(PART)) $(if $(REST),tests $(RUN_BEFORE:%=--ignore=%)) $(TESTS)
	@echo "make test: green. Next: make lint"

test-engine: $(STAMP) ## engine and nodes, without Django
	@$(BIN)/pytest -q -p no:django tests/engine apps/nodes
	@echo "make test-engine: green, and no Django was loaded"

# Without what chance or a clock decides: a branch that only a lucky example reaches has no test.
# `make test` runs all of them, in any order; CI leaves out there what has run before, and the night leaves out nothing.
BY_CHANCE := tests/engine/test_properties.py tests/engine/test_interleavings.py tests/engine/test_growth.py \
  tests/engine/test_growth_of_nodes.py \
  tests/engine/expressions/test_properties.py tests/engine/expressions/test_speed.py
# Beside apps/nodes, for REST names `tests` alone.
RUN_BEFORE := tests/house $(filter-out $(BY_CHANCE),$(wildcard tests/engine/test_*.py tests/engine/*/test_*.py))

.PHONY: coverage
coverage: $(STAMP) ## engine and nodes, without Django; red if a branch of the engine has no test
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -q -p no:django -p no:randomly $(ON_ALL_CORES) $(BY_CHANCE:%=--ignore=%) tests/engine apps/nodes
	@$(BIN)/coverage combine -q
	@$(BIN)/coverage report
	@echo "make coverage: every branch of the engine has a test, and no Django was loaded"

e2e: $(STAMP) ## a person's journeys in chromium, through a stack of its own (PART=1/8: those that always go, and a share)
	@$(BIN)/python -m tests.e2e $(if $(PART),--part $(PART))
	@echo "make e2e: green"

screenshots: $(STAMP) ## photograph every page in every state into .gorax/screenshots (GORAX_SCENES=run)
	@$(BIN)/python -m tests.e2e photos

lint: $(STAMP) ## style, types, floors, house rules, container files, the screen
	@$(MAKE) -j2 --output-sync=target lint-code lint-screen
	@echo "make lint: clean"

# Side by side, for most of either takes one core.
.PHONY: lint-code lint-screen
lint-code: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check -q .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest -q -p no:django -p no:hypothesispytest tests/house
	@$(BIN)/hadolint docker/Dockerfile
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker/compose.yaml
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml

lint-screen: $(STAMP)
	@$(BIN)/python -m gorax.stack check

lint-proof: $(STAMP) ## plant one trespass per rule in a copy; each must be seen (PART=1/4, ONLY=words)
	@$(BIN)/python -m tests.house.proof $(if $(PART),--part $(PART)) $(ONLY)

.PHONY: audit
audit: $(STAMP) ## ask for known holes in what uv.lock pins; needs the advisory service, so only the night calls it
	@$(BIN)/uv export -q --frozen --no-emit-project --output-file .gorax/requirements.txt
	@$(BIN)/uv tool run pip-audit==2.9.0 --strict --require-hashes --disable-pip -r .gorax/requirements.txt

.PHONY: docs
docs: $(STAMP) ## write the pages of node types and credential types anew, from the code and what tests prove
	@$(BIN)/python -m tests.contracts.node_pages
	@$(BIN)/python -m tests.contracts.credential_pages
	@echo "make docs: written below docs/reference"

fix: $(STAMP) ## let the tools repair what they can
	@$(BIN)/ruff check --fix -q . || true
	@$(BIN)/ruff format -q .
	@echo "make fix: done. Next: make lint"

# --- measure -----------------------------------------------------------------------------------

.PHONY: bench bench-smoke bench-tenants bench-rival profile
bench: $(STAMP) ## measure gorax on this machine (BENCH="--only w1_sync" for one measure)
	@$(BIN)/python -m tests.bench $(BENCH)

bench-smoke: $(STAMP) ## measure briefly; red only if a figure is five times off its reference loops
	@$(BIN)/python -m tests.bench --smoke
	@echo "make bench-smoke: no figure is far off"

bench-tenants: $(STAMP) ## measure what many tenants cost (TENANTS=1000)
	@$(BIN)/python -m tests.bench.tenants $(if $(TENANTS),--tenants $(TENANTS))

bench-rival: $(STAMP) ## gorax and n8n by turns, the same work; installs n8n below .gorax/cache (RIVAL="--runs 1")
	@$(BIN)/python -m tests.bench.rival $(RIVAL)

profile: $(STAMP) ## flame graphs of web and worker under load, into .gorax/profiles (PROFILE="--only loop")
	@$(BIN)/python -m tests.bench.profiles $(PROFILE)

# --- break -------------------------------------------------------------------------------------

.PHONY: chaos chaos-ci chaos-nightly failpoints mutants recovery
chaos: $(STAMP) ## kill, freeze and cut everything under load (CHAOS_FAULTS=60 CHAOS_SEED=7)
	@$(BIN)/python -m tests.chaos

failpoints: $(STAMP) ## fail at every named place (ONLY=record.); ALL=--all also freezes and raises
	@$(BIN)/python -m tests.chaos.failpoints $(ALL) $(if $(ONLY),--only $(ONLY))

mutants: $(STAMP) ## break each rule of the engine; the named test must turn red
	@$(BIN)/python -m tests.chaos.mutants

recovery: $(STAMP) ## time how soon work goes on after kills, without a broker, over a restart
	@$(BIN)/python -m tests.chaos.recovery

chaos-ci: mutants failpoints ## the small size of all of these
	@CHAOS_FAULTS=$${CHAOS_FAULTS:-100} $(BIN)/python -m tests.chaos

.PHONY: fuzz
fuzz: $(STAMP) ## random expressions, templates and JSONPaths (FUZZ_COUNT=100000 FUZZ_SEED=7)
	@$(BIN)/python -m tests.fuzz $(if $(FUZZ_COUNT),--count $(FUZZ_COUNT)) $(if $(FUZZ_SEED),--seed $(FUZZ_SEED))

.PHONY: fuzz-api fuzz-api-proof
fuzz-api: $(STAMP) ## malformed requests to a whole product of its own (FUZZ_API_COUNT=20000 FUZZ_SEED=7)
	@$(BIN)/python -W ignore -m tests.fuzz.api $(if $(FUZZ_API_COUNT),--count $(FUZZ_API_COUNT)) $(if $(FUZZ_SEED),--seed $(FUZZ_SEED))

fuzz-api-proof: $(STAMP) ## break one rule of a copy after the other; the requests of fuzz-api must find each
	@$(BIN)/python -W ignore -m tests.fuzz.api --plants --count 1500

.PHONY: soak
soak: $(STAMP) ## look-alike tenants live together, none reads another's word (SOAK_OPERATIONS=1000000 SOAK_TENANTS=8 SOAK_SEED=7)
	@SOAK_OPERATIONS=$${SOAK_OPERATIONS:-1000000} SOAK_TENANTS=$${SOAK_TENANTS:-8} $(BIN)/pytest -q -p no:logging tests/soak/test_soak.py

.PHONY: nightly
nightly: lint lint-proof test fuzz fuzz-api fuzz-api-proof keys-nightly chaos-nightly bench e2e ## everything, whole: what CI runs only a share of

keys-nightly: $(STAMP) ## change keys under 1,000 executions, seal a million values, search for secrets after 250 executions
	@ROTATION_EXECUTIONS=1000 CANARY_ROUNDS=5 SEALED=1000000 $(BIN)/pytest -q tests/keys tests/canaries

chaos-nightly: mutants recovery ## the full size of all of these
	@CHAOS_FAULTS=$${CHAOS_FAULTS:-1050} $(BIN)/python -m tests.chaos
	@$(BIN)/python -m tests.chaos.failpoints --all
