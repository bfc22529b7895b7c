# One command each; every target sets up what it needs.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(PATH):$(CURDIR)/$(BIN)
DIST := tongban/web/ui/static/ui/dist

.PHONY: demo test check types rules bench conformance setup assets messages wheel lock clean

setup: $(VENV)/.installed
$(VENV)/.installed: requirements/dev.txt requirements/uv.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Tongban needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another with make PYTHON=...") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

assets: $(DIST)/.built
$(DIST)/.built: frontend/node_modules/.installed $(shell find frontend tongban/web -path frontend/node_modules -prune -o -path "*/dist" -prune -o -type f \( -name "*.css" -o -name "*.ts" -o -name "*.mjs" -o -name "*.html" -o -name "*.py" -o -name "*.svg" \) -print 2>/dev/null)
	cd frontend && npm run --silent build
	@touch $@
frontend/node_modules/.installed: $(VENV)/.installed frontend/package-lock.json
	cd frontend && npm ci --ignore-scripts --silent
	@touch $@

messages: $(VENV)/.installed
	@$(BIN)/tongban messages compile

wheel: setup assets messages
	$(BIN)/python -m build --wheel --no-isolation

demo: setup assets messages
	@TONGBAN_DEMO=1 $(BIN)/tongban demo

test: setup assets messages check
	$(BIN)/python -m pytest -n auto --maxprocesses 8 --dist loadfile --no-loadscope-reorder

check: setup assets
	@$(MAKE) --no-print-directory -j2 types rules
types:
	$(BIN)/pyright
rules:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	TONGBAN_STATE=$(CURDIR)/.state/check $(BIN)/tongban makemigrations --check --dry-run
	$(BIN)/python tests/repo/squawk.py
	cd frontend && npm run --silent check

bench: setup
	$(BIN)/python -m benchmarks $(NAMES)

conformance: setup
	@test -n "$(CONFORMANCE)" || { echo "Say where the kits lie: make conformance CONFORMANCE=DIR" >&2; exit 2; }
	$(BIN)/python -m conformance $(CONFORMANCE) --results dmn-results.csv

lock: $(VENV)/.installed
	$(BIN)/uv pip compile --quiet --no-emit-index-url --generate-hashes --no-annotate --no-header --universal --python-version 3.11 pyproject.toml -o requirements/base.txt
	$(BIN)/uv pip compile --quiet --no-emit-index-url --generate-hashes --no-annotate --no-header --universal --python-version 3.11 pyproject.toml --group dev -o requirements/dev.txt

clean:
	rm -rf .state $(DIST)
