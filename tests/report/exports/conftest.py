"""A saved run by hand, with names that attack whatever reads an export."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditkit.policy import Policy
from auditkit.report import model
from auditkit.report.saved import SavedRun
from tests.report.conftest import POLICY, detected

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "x\u202e\u0000\x1b[2J",
    "a\r\nb",
    "- [x](http://y)",
)
"""Names of tables and columns that a spreadsheet, a page, a terminal or a parser could take for something."""


@pytest.fixture
def run(audit, tmp_path) -> SavedRun:
    """A run whose policy is declared in its record."""
    policy = Policy.parse(POLICY)
    named = replace(audit, declared=policy.to_dict(), run={**audit.run, "id": "run-1"})
    (tmp_path / "report.json").write_text(model.of(named, policy=policy).to_json())
    return SavedRun(tmp_path, named)


@pytest.fixture
def hostile(run) -> SavedRun:
    """The same with hostile names."""
    more = [detected(table, column, "EMAIL_ADDRESS") for table in HOSTILE for column in HOSTILE]
    audit = replace(run.audit, columns=(*run.audit.columns, *more), source=HOSTILE[2])
    (run.folder / "report.json").write_text(model.of(audit, policy=audit.declared_policy).to_json())
    return replace(run, audit=audit)
