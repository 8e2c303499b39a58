PYTHON ?= python3
BIN = .venv/bin

.DEFAULT_GOAL := install
.PHONY: install report test lint docs clean

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
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

# What is generated from the code; the tests fail where it is stale.
docs: install
	$(BIN)/python -m auditkit.document

clean:
	rm -rf .venv build dist demo
