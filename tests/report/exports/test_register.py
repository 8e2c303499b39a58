"""The register: all of Art. 30(1)(a) to (g), declared beside measured, in CSV and XLSX."""

from __future__ import annotations

import csv
import io
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from auditkit.cli import main
from auditkit.policy import Policy
from auditkit.report import folder
from auditkit.report.csv import FORMULA
from auditkit.report.exports import register, register_xlsx
from auditkit.report.register import entries, grid, head
from auditkit.report.say import say, speaking
from tests.report.conftest import POLICY


def lines(run) -> dict[str, dict[str, str]]:
    read = csv.DictReader(io.StringIO(register.render(run), newline=""))
    return {line["Purpose"]: line for line in read}


def declared(run, old: str, new: str):
    policy = Policy.parse(POLICY.replace(old, new))
    return replace(run, audit=replace(run.audit, declared=policy.to_dict()))


def test_the_columns_are_those_of_the_article():
    assert [f"Art. 30(1)({letter})" for letter in "abcdefg"] == [k for k in head() if k.startswith("Art")]


def test_a_purpose_has_what_is_declared_beside_what_was_measured(run):
    support = lines(run)["support"]
    assert support["Controller"] == "Example SA; privacy@example.org"
    assert support["Legal basis"] == "contract, Art. 6(1)(b)"
    assert support["Data categories, declared"] == "e-mail address"
    assert support["Data categories, found"] == "e-mail address; health data"
    assert support["Found and not declared"] == "users.diagnosis (health data)"
    assert support["Special categories and criminal data"] == "users.diagnosis (not declared)"
    assert support["Processors, declared"] == "HostCo, hosting, Germany"
    assert support["Time limits, declared"] == "users: 3 years after last_seen_at"
    assert support["Rows past their time limit, measured"] == "users: 310 of 9,000 rows"
    assert "Encryption at rest (implemented)" in support["Security measures, declared"]
    assert "1 check without a violation" in support["Security, measured"]
    assert (support["Tables"], support["As of"], support["Run"]) == ("users", "2026-11-22", "run-1")
    assert support["Not seen"] == "8 of 71 tables"


def test_what_nobody_stated_and_nothing_measured_says_so(run):
    care = lines(run)["care"]
    for name in (
        "Recipients, stated",
        "Transfers, stated",
        "Data protection officer",
        "Data subjects, declared",
    ):
        assert care[name] == "not stated", name
    assert care["Rows past their time limit, measured"] == "not measured"


def test_data_of_no_purpose_is_not_left_out(run):
    line = lines(declared(run, "    purposes: [support]\n", ""))[say("register.no_purpose")]
    assert line["Tables"] == "users" and "e-mail address" in line["Data categories, found"]


def test_every_column_with_personal_data_is_in_the_register(hostile):
    from auditkit.report.columns import columns

    held = {name for entry in entries([hostile.case]) for name in entry.to_dict()["Tables"].split("; ")}
    assert {c.table for c in columns(hostile.case) if c.is_personal} <= held


def test_the_annex_of_the_report_says_what_the_lines_say(run):
    lettered = {name: text for _, name, text in (row.cells for row in grid(run.case).rows)}
    support = lines(run)["support"]
    assert lettered["Controller"] == support["Controller"]
    assert f"support: {support['Time limits, declared']}" in lettered["Time limits, declared"]
    with speaking("de"):
        german = {row.cells[1]: row.cells[2] for row in grid(run.case).rows}
    assert "users: 3 Jahre nach last_seen_at" in german["Löschfristen, angegeben"]
    assert lettered.keys().isdisjoint(german)


def test_recipients_of_a_table_and_of_a_column_are_named(run):
    table = declared(run, "    purposes: [support]\n", "    purposes: [support]\n    recipients: [sales]\n")
    assert lines(table)["support"]["Recipients by table, declared"] == "users: sales"


def test_a_processor_outside_the_area_needs_a_safeguard(run):
    abroad = declared(run, "country: DE", "country: US")
    (words,) = {line["Processors in third countries and their safeguards"] for line in lines(abroad).values()}
    assert words == "HostCo, United States: no safeguard is stated"


def test_a_workbook_holds_the_same_cells_as_text(hostile):
    sheet = load_workbook(io.BytesIO(register_xlsx.render(hostile))).active
    heads = [cell.value for cell in sheet[2]]
    assert (
        heads == [name for names in head().values() for name in names]
        and sheet["D1"].value == "Art. 30(1)(a)"
    )
    read = list(csv.reader(io.StringIO(register.render(hostile), newline="")))
    for row, line in zip(sheet.iter_rows(min_row=3), read[1:], strict=True):
        assert [cell.value for cell in row] == line
        assert all(cell.data_type == "s" and not cell.value.startswith(FORMULA) for cell in row)
    assert sheet.freeze_panes == "B3" and sheet.auto_filter.ref


@pytest.fixture
def shop(tmp_path):
    with closing(sqlite3.connect(tmp_path / "shop.sqlite")) as made, made:
        made.execute("CREATE TABLE buyers (id INTEGER PRIMARY KEY, email TEXT, seen TEXT)")
        rows = [(i, f"buyer{i}@mail.example", "2019-01-01") for i in range(9)]
        made.executemany("INSERT INTO buyers VALUES (?, ?, ?)", rows)
    policy = "{{version: 1, name: {}, purposes: {{sale: {{legal_basis: contract}}}}, tables: {{buyers: {}}}}}"
    table = "{purposes: [sale], columns: {email: user.contact.email}, retention: {start: seen, max: P3Y}}"
    for name in ("Shop", "Club"):
        (tmp_path / f"{name}.yaml").write_text(policy.format(name, table))
    return tmp_path


def test_several_policies_are_one_register(shop, tmp_path, capsys):
    source = str(shop / "shop.sqlite")
    argv = ["register", source, source, "-p", str(shop / "Shop.yaml"), str(shop / "Club.yaml")]
    assert main([*argv, "--as-of", "2026-11-22"]) == 0
    out = capsys.readouterr().out
    read = list(csv.DictReader(io.StringIO(out, newline="")))
    assert [line["Processing"] for line in read] == ["Shop", "Club"]
    assert {line["Rows past their time limit, measured"] for line in read} == {"buyers: 9 of 9 rows"}
    assert "mail.example" not in out


def test_runs_need_no_source_and_no_policy(run, tmp_path, capsys):
    saved = folder.save(run.audit, tmp_path / "runs" / "one", policy=run.audit.declared_policy)
    out = tmp_path / "out"
    assert main(["register", str(saved), str(saved), "-o", str(out)]) == 3, "a table was not seen"
    assert sorted(p.name for p in out.iterdir()) == ["register.csv", "register.xlsx"]
    assert len((out / "register.csv").read_text().splitlines()) > 4


def test_policies_that_fit_no_source_are_refused(shop, capsys):
    source = str(shop / "shop.sqlite")
    assert main(["register", source, "-p", str(shop / "Shop.yaml"), str(shop / "Club.yaml")]) == 2
    assert "1 sources and 2 policies" in capsys.readouterr().err
