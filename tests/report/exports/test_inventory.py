"""The inventory: every column, what was seen of it, and what is declared of it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from auditkit.report.csv import FORMULA
from auditkit.report.exports import inventory
from auditkit.report.say import ENGLISH, LANGUAGES, speaking
from tests.report.conftest import detected


def rows(run) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(inventory.render(run), newline="")))


def test_every_column_is_there_once_seen_or_declared(run):
    found = {(row["table"], row["column"]): row for row in rows(run)}
    assert len(found) == len(rows(run)) == 5
    mail = found["users", "email"]
    assert (mail["what"], mail["found"], mail["declared"]) == (
        "e-mail address", "user.contact.email", "user.contact.email",
    )  # fmt: skip
    assert (mail["rows"], mail["empty"], mail["state"]) == ("9000", "90", "declared and found")
    assert (mail["purposes"], mail["legal_bases"]) == ("support", "contract (6(1)(b))")
    assert mail["retention"] == "3 years after last_seen_at"
    assert found["users", "diagnosis"]["state"] == "not declared"
    assert found["users", "diagnosis"]["sensitivity"] == "special_category"
    assert found["users", "code"]["state"] == "declared not personal"


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_heads_are_in_the_language_and_each_is_there_once(run, code):
    with speaking(code):
        head, *lines = csv.reader(io.StringIO(inventory.render(run), newline=""))
    assert len(set(head)) == len(head) == len(inventory.COLUMNS)
    assert (tuple(head) == inventory.COLUMNS) == (code == ENGLISH)
    assert {len(line) for line in lines} == {len(head)}


def test_what_a_person_must_judge_is_never_called_clean(run):
    doubtful = [detected("t", "a", "PERSON", "review"), detected("t", "b", "PERSON", "empty")]
    doubtful.append(replace(detected("t", "c", None, "none"), inside=3, contains={"EMAIL_ADDRESS": 3}))
    for row in rows(replace(run, audit=replace(run.audit, columns=tuple(doubtful))))[:3]:
        assert row["state"] not in ("", "nothing found, nothing declared"), row["column"]


def test_a_declared_column_that_is_not_there_is_not_called_found(run):
    (gone,) = (
        row for row in rows(replace(run, audit=replace(run.audit, columns=()))) if row["column"] == "email"
    )
    assert (gone["verdict"], gone["state"], gone["rows"]) == (
        "not seen",
        "declared, not seen in this run",
        "",
    )


def test_no_cell_is_a_formula(hostile):
    for row in rows(hostile):
        assert not any(cell.lstrip(" ").startswith(FORMULA) for cell in row.values())


def test_three_hundred_tables_have_their_inventory(run):
    many = tuple(detected(f"t{i}", f"c{j}", "EMAIL_ADDRESS") for i in range(300) for j in range(3))
    assert len(rows(replace(run, audit=replace(run.audit, columns=many)))) == 900 + 2
