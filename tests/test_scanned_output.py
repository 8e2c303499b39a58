"""What a command prints about a source is looked through: a name that is a value is withheld."""

from __future__ import annotations

import sqlite3

import pytest

import auditkit
from auditkit.cli import main
from auditkit.report import exports, office
from auditkit.report.saved import SavedRun

VALUE = "canary.name@example.org"
POLICY = """
version: 1
name: Desk
tenancy: {root: tenants, key: tenant_id}
tables: {users: {retention: {start: seen_at, max: P1Y, basis: contract}}}
"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "desk.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE tenants (id INTEGER PRIMARY KEY, name TEXT)")
        database.execute(
            f'CREATE TABLE users (id INTEGER, tenant_id INTEGER, seen_at TEXT, "to {VALUE} sent" TEXT)'
        )
        database.execute(
            f'CREATE TABLE "mails to {VALUE} of may" (id INTEGER, tenant_id INTEGER, email TEXT)'
        )
        database.executemany("INSERT INTO tenants VALUES (?, ?)", [(1, "a"), (2, "b")])
        rows = [(i, 1 + i % 2, "2019-01-01", f"p{i}@example.org") for i in range(20)]
        database.executemany("INSERT INTO users VALUES (?, ?, ?, ?)", rows)
    database.close()
    (tmp_path / "privacy.yaml").write_text(POLICY)
    return str(path), str(tmp_path / "privacy.yaml")


@pytest.mark.parametrize(
    "command",
    [
        ["profile", "{source}"],
        ["profile", "{source}", "--format", "json"],
        ["init", "{source}"],
        ["audit", "{source}", "-p", "{policy}", "--all"],
        ["tenants", "{source}", "-p", "{policy}"],
        ["tenants", "{source}", "-p", "{policy}", "--format", "yaml"],
        ["retention", "{source}", "-p", "{policy}", "--what-if", "P1Y,P3Y"],
        ["explore", "{source}"],
    ],
    ids=" ".join,
)
def test_no_command_prints_a_name_that_is_a_value(command, source, capsys):
    main([part.format(source=source[0], policy=source[1]) for part in command])
    shown = capsys.readouterr()
    assert shown.out and VALUE not in shown.out + shown.err


PEOPLE = (
    "Agnieszka Wojciechowska",
    "Jürgen Weißmann",
    "佐藤花子",
    "Сергей Петров",
    "Aylin Yıldız",
    "نادية بختي",
)
"""Names of a file, a folder, a sheet, a table and columns; nobody chose them for a list of examples."""


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    """A folder in which names of people stand wherever a name may stand, and a file without a header."""
    folder = tmp_path_factory.mktemp("names") / PEOPLE[0]
    folder.mkdir()
    file, sheet, table, *columns = PEOPLE[1:]
    with sqlite3.connect(folder / "desk.sqlite") as database:
        database.execute(f'CREATE TABLE "{table}" (id INTEGER, "{columns[0]}" TEXT)')
        database.executemany(f'INSERT INTO "{table}" VALUES (?, ?)', [(i, f"x{i}") for i in range(9)])
    database.close()
    rows = "".join(f"{i},{i % 3}\n" for i in range(9))
    (folder / f"{file}.csv").write_text(f"id,{columns[1]}\n{rows}")
    (folder / "visits.csv").write_text(
        "".join(f"{sheet},room {i % 3}\n{table},room {i % 2}\n" for i in range(9))
    )
    (folder / "privacy.yaml").write_text("version: 1\nname: Desk\n")
    return folder


@pytest.mark.parametrize(
    "command",
    ["profile --all", "profile --format json", "audit --all", "audit --format json", "audit --format sarif",
     "audit --format html", "audit --format csv", "init", "explore", "tenants"],
)  # fmt: skip
def test_no_command_prints_the_name_of_a_person(command, people, capsys):
    name, *options = command.split()
    main([name, str(people), *options])
    shown = "".join(capsys.readouterr())
    assert shown and [person for person in PEOPLE if person in shown] == []


def test_no_file_of_a_run_and_no_export_holds_the_name_of_a_person(people, tmp_path):
    run = auditkit.report(people, people / "privacy.yaml", tmp_path / "runs", language="de")
    saved = SavedRun.load(run.folder)
    contents = {p.name: p.read_text(encoding="utf-8") for p in tmp_path.rglob("*") if p.is_file()}
    for name in exports.formats():
        content, _ = exports.made(name, saved)
        contents[name] = content if isinstance(content, str) else "\n".join(office.texts(content).values())
    assert [(place, person) for place, text in contents.items() for person in PEOPLE if person in text] == []
