PYTHON ?= python3
BIN = .venv/bin

.DEFAULT_GOAL := install
.PHONY: install report test fuzz lint coverage reference docs clean

install: .venv/.made

.venv/.made: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --upgrade pip
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[all,dev]'
	touch $@

# The example database, and the privacy impact assessment of it. Findings (exit 1) are what the example is for.
report: install
	$(BIN)/auditkit demo demo
	$(BIN)/auditkit report demo/helpdesk.sqlite -p demo/privacy.yaml --as-of 2026-11-22 -o reports || test $$? -eq 1

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

# The laws and the fuzz tests with fifty times as many examples: before a release, and after a change of a reader.
fuzz: install
	AUDITKIT_EXAMPLES=thorough $(BIN)/python -m pytest -q -n 2 tests/fuzz

# The same tests, with the share of lines and branches that they run; `pyproject.toml` holds the floor.
coverage: install
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder --cov --cov-report=term --cov-report=html

# The pages that are generated from the code; the tests fail where a committed one is stale.
reference: install
	$(BIN)/python -m tools.reference

# The documentation site, in build/site/index.html.
docs: reference
	$(BIN)/sphinx-build -q -W --keep-going -b html docs build/site

clean:
	rm -rf .venv build dist demo
