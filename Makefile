# The front door. Each verb builds what it needs; `make demo` and `make test` are all a newcomer runs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CODE := src tests lab bench docs/generate.py setup.py _build

.PHONY: check demo test lint fmt bench score docs rules clean

check: lint test

demo: $(VENV)/.installed ## audit a copy of the example crane and print what is found
	rm -rf demo && mkdir demo && cp -R examples/sts-07 demo/sts-07
	$(BIN)/overlanded audit demo/sts-07

test: $(VENV)/.developing ## the checks and tests, in order of speed
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/overlanded rules lint
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(VENV)/.developing
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy

fmt: $(VENV)/.developing
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

bench: $(VENV)/.developing ## timings against peers; raw runs go to bench/runs/
	$(BIN)/python -m bench

score: $(VENV)/.developing ## how good the answers are, on cranes built from seeds (an hour; needs root)
	$(BIN)/python -m bench.score
	$(BIN)/python -m bench.beacons score
	$(BIN)/python -m bench.hosts
	$(BIN)/python -m bench.weights
	$(BIN)/python -m bench.papers
	$(BIN)/python -m bench.labels

docs: $(VENV)/.developing ## regenerate the reference pages
	$(BIN)/python docs/generate.py

rules: $(VENV)/.developing
	$(BIN)/overlanded rules lint

$(VENV)/.made:
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.installed: $(VENV)/.made requirements.lock pyproject.toml setup.py
	@echo "installing into $(VENV) (a minute or two)" >&2
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps .
	touch $@

$(VENV)/.developing: $(VENV)/.made requirements-dev.lock lab/requirements.lock pyproject.toml setup.py
	@echo "installing into $(VENV) for development (some minutes)" >&2
	$(PIP) install --require-hashes -r requirements-dev.lock -r lab/requirements.lock
	$(PIP) install --no-deps --editable .
	$(BIN)/python -m compileall -q src
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build demo
