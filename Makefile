# The menu. `make demo` and `make test` set up everything they need on a machine with Python, git and make.
.PHONY: help setup demo test check lint types contracts bench slow lock clean
VENV := .venv
BIN := $(VENV)/bin
SETUP := $(VENV)/.set-up

help:            ## this list
	@grep -E '^[a-z]+: .*##|^[a-z]+:  +##' $(MAKEFILE_LIST) | sed 's/:.*##/ —/'

$(SETUP): requirements/dev.txt pyproject.toml tools/find-python
	python=$$(sh tools/find-python) && $$python -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

# The fonts of the published site come from npm, by the lock file's hashes; without them system fonts are used.
FONTS := node_modules/.set-up
$(FONTS): $(SETUP) package.json package-lock.json .npmrc
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

setup: $(SETUP) $(FONTS)  ## virtual environment with pinned, hashed requirements, and the site's fonts

demo: setup      ## a sample archive end to end: import, link, publish, verify, serve
	$(BIN)/aigaq demo

test: setup      ## the whole test suite, on SQLite/SQLCipher and on PostgreSQL
	$(BIN)/python -m pytest -m "not slow" --database sqlcipher
	$(BIN)/python -m pytest -m "not slow" --database postgresql tests/integration

check: lint types contracts  ## lint, types, import contracts

lint: setup      ## ruff: style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup     ## mypy strict
	$(BIN)/mypy

contracts: setup ## which room may import which
	$(BIN)/lint-imports

bench: setup     ## side-by-side benchmarks; what needs ../shared is skipped with a message
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@for script in bench/*.py; do $(BIN)/python $$script || exit 1; done

slow: setup      ## long tests that CI runs too
	$(BIN)/python -m pytest -m slow --database sqlcipher

lock:            ## write the hashed requirements anew (needs uv)
	uv pip compile pyproject.toml requirements/dev.in --universal --python-version 3.12 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet -o requirements/dev.txt
	uv pip compile requirements/bench.in -c requirements/dev.txt --universal --python-version 3.12 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet -o requirements/bench.txt

clean:           ## remove what set-up made
	rm -rf $(VENV) build dist src/*.egg-info
