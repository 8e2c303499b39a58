PYTHON ?= python3
BIN = .venv/bin
PYTEST = $(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder
LOCKED = --generate-hashes --no-annotate --no-header --no-emit-index-url --python-version 3.11.7 -q $(UPGRADE)

.DEFAULT_GOAL := install
.PHONY: lock install report test slow fuzz lab lint coverage reference docs clean

install: .venv/.made

.venv/.made: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --require-hashes --no-deps -r constraints.txt
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	touch $@

# The versions that the tests run with, each with the hashes of its files. `make lock` keeps those that still
# fit; `make lock UPGRADE=--upgrade` takes the newest.
lock:
	uv pip compile pyproject.toml --extra all --extra dev $(LOCKED) -o constraints.txt
	echo pyspark | uv pip compile - $(LOCKED) -o constraints-spark.txt

# The example database, and the privacy impact assessment of it. The example has findings (exit 1).
report: install
	$(BIN)/auditkit demo demo
	$(BIN)/auditkit report demo/helpdesk.sqlite -p demo/privacy.yaml --as-of 2026-11-22 -o reports || test $$? -eq 1

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What every change must pass, in less than ten minutes on two cores.
test: lint
	$(PYTEST) -m "not slow"

# The rest: it runs each notebook and each page of the documentation, opens reports in a browser, builds packages,
# compares suites with the audit, and tries every check on every type of every engine, and on Spark.
slow: install
	$(PYTEST) -m slow

# The laws and the fuzz tests with fifteen times as many examples: before a release, and when a reader changes.
fuzz: install
	AUDITKIT_EXAMPLES=thorough $(BIN)/python -m pytest -q -n 2 tests/fuzz

# Each notebook in JupyterLab on the example, in a browser without a window; the pictures are in build/lab.
lab: install
	$(BIN)/python -m tools.lab

# The same tests, with the share of lines and branches that they run; `pyproject.toml` holds the floor.
coverage: install
	$(PYTEST) --cov --cov-report=term --cov-report=html

# The pages that are generated from the code; the tests fail where a committed one is stale.
reference: install
	$(BIN)/python -m tools.reference

# The documentation site, in build/site/index.html, with every notebook and its output on the example.
docs: reference
	$(BIN)/sphinx-build -q -W --keep-going -b html docs build/site
	$(BIN)/python -m tools.gallery build/site/gallery
	$(BIN)/cyclonedx-py environment .venv --pyproject pyproject.toml --mc-type library -o build/site/auditkit.cdx.json

clean:
	rm -rf .venv build dist demo
