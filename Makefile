# What a developer runs. Every tool comes from requirements.lock, installed into .venv.
.POSIX:

PYTHON ?= python3
VENV ?= .venv
LOCK_FLAGS ?=

# The checks see nothing of the user's shell: no OKR_*, PG*, PYTHON* or proxy setting changes their answer.
CLEAN = env -i PATH="$$PATH" HOME="$$HOME" TMPDIR="$${TMPDIR:-/tmp}" LC_ALL=C.UTF-8 $${CI+CI="$$CI"}

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

setup: $(VENV)/installed ## Install everything, extras included, and nothing else

run: setup ## Start the server
	$(VENV)/bin/okr serve

demo: setup ## Show the backend on made-up OKRs
	$(VENV)/bin/okr demo

lint: setup ## Check format, lint, types and imports
	@$(CLEAN) $(VENV)/bin/ruff format --check .
	@$(CLEAN) $(VENV)/bin/ruff check .
	@$(CLEAN) $(VENV)/bin/mypy
	@$(CLEAN) $(VENV)/bin/lint-imports --no-logo

# The fast tests: the domain, pure functions and rendering, commands and one resource on SQLite alone.
FAST = tests/okr_events/domain tests/okr_events/commands tests/okr_events/event_log/test_stored_events.py \
	tests/okr_events/event_log/test_stored_names.py tests/projections/findings tests/projections/handlers \
	tests/projections/text tests/projections/documents tests/projections/okr_map tests/projections/test_event_catalog.py \
	tests/api/resources/test_check_ins.py tests/api/http/test_problems.py

check: lint ## Lint and run the fast tests on SQLite: under a minute, before every commit
	@$(CLEAN) $(VENV)/bin/pytest -q -n 2 -m 'not slow and not torture' -k 'not postgres' $(FAST)

test: lint ## Lint and run every test but torture, on SQLite and PostgreSQL
	@$(CLEAN) $(VENV)/bin/pytest -n 3 --dist worksteal -m 'not torture'

torture: setup ## Run the long failure tests
	@$(CLEAN) $(VENV)/bin/pytest -m torture

bench: setup ## Measure speed in a quarter of an hour (QUICK=1: in two minutes, FULL=1: the largest sizes)
	@$(CLEAN) $(VENV)/bin/python -W ignore:XDG_RUNTIME_DIR -m benchmarks $${QUICK:+--quick} $${FULL:+--full}

lock: $(VENV)/bin/uv ## Pin the dependencies anew (LOCK_FLAGS=--upgrade for the newest)
	$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--all-extras --group test --group build $(LOCK_FLAGS) --output-file requirements.lock pyproject.toml

clean: ## Remove the installation and all caches, never the data
	rm -rf $(VENV) dist .*_cache .coverage* .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/installed: requirements.lock pyproject.toml $(VENV)/bin/python
	@echo "Installing into $(VENV), a minute the first time"
	@$(VENV)/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(VENV)/bin/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/bin/uv: $(VENV)/bin/python
	@echo "Installing uv into $(VENV)"
	@$(VENV)/bin/python -m pip install -qq --disable-pip-version-check uv

$(VENV)/bin/python:
	@$(PYTHON) -m venv --clear $(VENV)

.PHONY: help setup run demo lint check test torture bench lock clean
