# make run   a server with its dashboard on http://127.0.0.1:8000, from a fresh clone
# make test  every check that CI runs
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench
DASHBOARD := src/mien/dashboard/index.html
WEB := $(shell find web/src web/public web/scripts -type f) $(wildcard web/*.html web/*.json web/*.mjs web/*.ts)

.PHONY: run dashboard web web-test samples services test lint unit measured slow audit lock bench clean

run: $(VENV)/.run dashboard
	$(BIN)/mien serve

# Without Node.js there is the API alone.
dashboard:
	@if command -v npm > /dev/null; then $(MAKE) --no-print-directory web; \
	else echo "no npm here, so no dashboard: install Node.js 20 or newer for it"; fi

# The dashboard, to where `mien serve` and the wheel take it from.
web: $(DASHBOARD)

$(DASHBOARD): web/node_modules/.installed $(WEB)
	npm --prefix web run build

web/node_modules/.installed: web/package-lock.json
	@command -v npm > /dev/null || { echo "this needs Node.js 20 or newer, with npm"; exit 1; }
	npm --prefix web ci --no-audit --no-fund
	touch $@

# Photos to try it with: twelve variations of two public-domain faces, into samples/.
samples: $(VENV)/.test
	$(BIN)/python examples/make_samples.py samples

test: lint web-test measured slow audit

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Whether the types are those of the server, and then the dashboard itself, last in a browser.
web-test: $(VENV)/.test $(DASHBOARD)
	$(BIN)/python -m tools.write_openapi --check
	npm --prefix web run check:api
	npm --prefix web run lint
	npm --prefix web run typecheck
	npm --prefix web run test
	npm --prefix web run size
	npm --prefix web run e2e

unit: measured slow

# The tests look into a built dashboard, where there is what builds it.
BUILT := $(if $(shell command -v npm),$(DASHBOARD))

# A file to each of two workers, for a fixture of a module is made once; in the order of their names,
# in which those come first that take longest: at the end, no worker waits for the other's last.
measured: $(VENV)/.test $(BUILT)
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow" --cov --cov-report=term

slow: $(VENV)/.test $(BUILT)
	$(BIN)/pytest -n 2 --dist loadfile -m slow

$(VENV)/.run: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mien needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

# PyTorch is no part of the lock: its CPU build has another hash on every index. Where none is
# configured this is the CUDA build, of gigabytes.
$(VENV)/.test: requirements-test.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-test.lock
	$(BIN)/python -m pip install --quiet torch==2.13.0
	touch $@

# What mien is made of (build/sbom.json), and known vulnerabilities where the network allows.
audit: $(VENV)/.test
	$(BIN)/python tools/audit_supply_chain.py requirements.lock

# PostgreSQL and Redis for the tests, where Docker runs; without them those tests skip and say so.
services:
	docker compose --file deploy/compose.test.yaml up --detach --wait

# Resolve anew: the only step that may change a version.
lock: $(VENV)/.test
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		pyproject.toml --group test --output-file requirements-test.lock

# Timings beside the systems that mien replaces; theirs is an environment of its own.
bench: $(BENCH)/.bench
	$(BENCH)/bin/python -m benchmarks.pipeline
	$(BENCH)/bin/python -m benchmarks.server
	$(BENCH)/bin/python -m benchmarks.search

$(BENCH)/.bench: requirements.lock pyproject.toml benchmarks/requirements.txt benchmarks/requirements-peers.txt
	test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BENCH)/bin/python -m pip install --quiet --no-deps --editable .
	$(BENCH)/bin/python -m pip install --quiet --requirement benchmarks/requirements.txt
	$(BENCH)/bin/python -m pip install --quiet --no-deps --requirement benchmarks/requirements-peers.txt
	touch $@

clean:
	rm -rf $(VENV) $(BENCH) web/node_modules $(dir $(DASHBOARD))
