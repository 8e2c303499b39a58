"""The findings as CSV: nothing in it is a formula, whatever a table is called."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditkit.escaping import escaped
from auditkit.report import csv as findings_csv

HOSTILE = (
    "=HYPERLINK(A1)",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\n=x",
    " =1",
    "＝1",
    '"=1',
    "a,b",
    "a\nb",
    "=cmd|' /C calc'!A0",
)


def rows(audit) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(findings_csv.render(audit), newline="")))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_never_becomes_a_formula(audit, with_outcomes, name):
    one = replace(
        audit.findings[0], table=name, columns=(name,), target=name, entity=name, detail={name: name}
    )
    (row,) = rows(with_outcomes(one))
    for cell in row.values():
        assert not cell.lstrip(" ").startswith(findings_csv.FORMULA), cell
    assert row["table"].removeprefix("'") == escaped(name), "and is still what it was"


def test_one_line_a_finding_the_worst_first_with_every_number(audit):
    *found, unseen = rows(audit)
    assert (unseen["verdict"], unseen["cause"], unseen["table"]) == ("not_assessed", "no_right", "hidden")
    assert [r["check"] for r in found] == [f.check for f in audit.findings]
    assert (found[0]["rows"], found[0]["of"], found[0]["severity"]) == ("3", "20000", "critical")
    assert found[-1]["waived_until"] == "2026-12-31"


@given(st.text())
def test_what_is_neutral_stays_so(text):
    once = findings_csv.neutral(text)
    assert findings_csv.neutral(once) == once and once.endswith(text)
