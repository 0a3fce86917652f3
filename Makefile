# Everything starts from a fresh machine with Python 3.11 or newer, make and git.
# `make` alone lists the targets.

PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test check snapshots docs calibrate figure wheel clean

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 11

setup: $(READY) ## make .venv with the locked dependencies and this checkout in it

# Redone only when the lock or the project file changes.
$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name it: make PYTHON=/path/to/python"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY) ## run a SYNTHETIC case and print its headline numbers
	$(BIN)/lockstep demo

test: $(READY) ## pass the tests
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

check: $(READY) ## format, lint, SQL lint, types, import rules, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/sqlfluff lint lockstep/sql
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

snapshots: $(READY) ## write what lockstep says of each kind of export anew; read the difference
	rm -f tests/pipeline/snapshots/*.txt
	$(BIN)/python -m pytest -q --renew-snapshots tests/pipeline/test_inspect_snapshots.py

docs: $(READY) ## write docs/reference from contracts and definitions
	$(BIN)/python -m pipeline.docs

calibrate: $(READY) ## measure the error rates of this release, or go on with it (hours of one core)
	$(BIN)/python -m pipeline.calibration

figure: demo ## draw the README's figure from the demo and its null case
	$(BIN)/lockstep synth null demo/cases/synthetic-null
	$(BIN)/lockstep run demo/cases/synthetic-null
	$(BIN)/python -m pipeline.figure demo

wheel: $(READY) ## build the wheel into dist/, without network
	$(BIN)/python -m build --wheel --no-isolation

clean: ## remove what was built, compiled kernels among it; cases stay
	rm -rf .venv dist demo .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find lockstep -name '__pycache__' -prune -exec rm -rf {} +
