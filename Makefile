# make run   a server on http://127.0.0.1:8000, from a fresh clone
# make test  every check that CI runs
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench

.PHONY: run samples services test lint unit audit lock bench clean

run: $(VENV)/.run
	$(BIN)/mien serve

# Photos to try it with: twelve variations of two public-domain faces, into samples/.
samples: $(VENV)/.test
	$(BIN)/python examples/make_samples.py samples

test: $(VENV)/.test lint unit audit

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Two at a time, a file to each: a fixture of a module is made once.
unit: $(VENV)/.test
	$(BIN)/pytest -n 2 --dist loadfile -m "not slow" --cov --cov-report=term
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
	rm -rf $(VENV) $(BENCH)
