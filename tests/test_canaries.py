"""No value leaves: unique canaries are planted in every kind of cell, name and broken file, and searched in
everything that comes out.
"""

import base64
import hashlib
import io
import json
import logging
import os
import re
import sqlite3
import subprocess
import sys
import warnings
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import auditkit

AS_OF = "2026-11-22"
ROWS = 16


@dataclass
class Canaries:
    """Makes values that are nowhere else in the world, and finds them again in whatever was written."""

    flock: str
    planted: dict[str, str] = field(default_factory=dict)
    count: int = 0

    def _hex(self, length):
        self.count += 1
        return hashlib.sha256(f"{self.flock}/{self.count}".encode()).hexdigest()[:length]

    def _plant(self, what, value):
        self.planted[value] = what
        return value

    def token(self, where="token"):
        return self._plant(where, f"canary-{self._hex(16)}")

    def email(self, where="email"):
        return self._plant(where, f"canary.{self._hex(10)}@canarymail.example")

    def name(self, where="name"):
        letters = self._hex(16).translate(str.maketrans("0123456789", "ghijklmnop"))
        return self._plant(where, f"{letters[:8].capitalize()} {letters[8:].capitalize()}")

    def number(self, where="number"):
        """Return a whole number of fifteen digits."""
        return int(self._plant(where, f"7{int(self._hex(14), 16) % 10**14:014d}"))

    def phone(self, where="phone"):
        digits = f"1202555{int(self._hex(8), 16) % 10**4:04d}"
        self._plant(where, digits)
        return f"+1 {digits[1:4]}-{digits[4:7]}-{digits[7:]}"

    def day(self, where="day"):
        """Return a day that no period and no clock comes near."""
        n = int(self._hex(8), 16)
        day = date(1871 + n % 20, 1 + n // 20 % 12, 1 + n // 240 % 28)
        self._plant(where, day.isoformat())
        return day

    def blob(self, where="blob"):
        token = self.token(where)
        for form in (token.encode().hex(), base64.b64encode(token.encode()).decode().rstrip("=")):
            self._plant(where, form)
        return token.encode()

    def seen_in(self, text):
        """Return what was planted where, of all that a text gives away: as it was, in another case, or with
        other separators.
        """
        plain = text.casefold()
        digits = re.sub(r"(?<=\d)[ ().-]{1,2}(?=\d)", "", plain)
        parts = {part: what for value, what in self.planted.items() for part in _parts(value)}
        return sorted(
            {
                what
                for part, what in parts.items()
                if part.casefold() in plain or (part.isdigit() and part in digits)
            }
        )


def _parts(value):
    """Return what gives a value away: an address by its mailbox, a name by either half, else the whole."""
    if "@" in value:
        return [value.partition("@")[0]]
    return value.split(" ") if re.fullmatch(r"[A-Z][a-z]{7} [A-Z][a-z]{7}", value) else [value]


def test_canaries_are_found_in_disguise():
    canaries = Canaries("self")
    email, name, phone, blob = canaries.email(), canaries.name(), canaries.phone(), canaries.blob()
    assert canaries.seen_in(f"x{email.upper()}y") == ["email"]
    assert canaries.seen_in(name.split()[1].upper()) == ["name"]
    assert (
        canaries.seen_in(phone)
        == canaries.seen_in(re.sub(r"\D", "", phone))
        == canaries.seen_in(phone.replace("-", " "))
        == ["phone"]
    )
    assert canaries.seen_in(base64.b64encode(blob).decode()) == canaries.seen_in(blob.hex()) == ["blob"]
    assert canaries.seen_in("nothing of that") == []


POLICY = """
version: 1
name: Canaries
tenancy: {root: owners, key: owner_id}
purposes: {support: {text: Answer, legal_basis: contract}}
tables:
  people:
    subject: {type: person, key: email}
    columns: {code: {category: none, reason: an internal code}}
    retention: {start: seen, max: P3Y, hold: "code IS NULL", basis: contract}
    references: {manager: people.token}
    quasi_identifiers: [name, born]
    k: 5
  notes:
    retention: {start: born_text, max: P1Y, basis: contract}
"""


def people(canaries):
    """Return rows with every type that a frame can hold."""
    rows = []
    for n in range(ROWS):
        token = canaries.token("token")
        rows.append(
            {
                "token": token,
                "owner_id": n % 3,
                "email": canaries.email(),
                "phone": canaries.phone(),
                "name": canaries.name(),
                "national_id": canaries.number(),
                "amount": Decimal(canaries.number("decimal")) / 100,
                "born": canaries.day(),
                "born_text": canaries.day("date as text").isoformat(),
                "seen": datetime(2020, 1, 1 + n % 28, 3, 4, 5),
                "code": f"c{n % 4}",
                "body": f"Please write to {canaries.email('text')} or call"
                f" {canaries.phone('text')}, {canaries.name('text')}.",
                "document": {"owner": canaries.email("nested"), "tags": [canaries.token("nested")]},
                "list": [canaries.token("list")],
                "json": json.dumps(
                    {"contact": {"mail": canaries.email("json")}, "n": canaries.number("json")}
                ),
                "photo": canaries.blob(),
                "manager": token,
                "url": f"https://canary.example/{canaries.token('url')}?mail={canaries.email('url')}",
            }
        )
    return rows


def notes(canaries):
    """Return rows of a second, narrower table."""
    return [
        {k: row[k] for k in ("token", "owner_id", "born_text", "body", "photo", "list")}
        for row in people(canaries)
    ]


def frame_source(canaries, folder):
    frame = pd.DataFrame(people(canaries))
    frame["kind"] = pd.Categorical([canaries.token("category") for _ in range(ROWS)])
    frame[canaries.email("column name")] = 1
    frame[canaries.phone("column name")] = [canaries.token() for _ in range(ROWS)]
    frame["mixed"] = [canaries.token("mixed") if n % 2 else canaries.number("mixed") for n in range(ROWS)]
    owners = pd.DataFrame({"id": [0, 1, 2], "name": [canaries.name("tenant") for _ in range(3)]})
    return {"people": frame, "notes": pd.DataFrame(notes(canaries)), "owners": owners}


def folder_source(canaries, folder):
    files = folder / "files"
    files.mkdir()
    flat = pd.DataFrame(
        [{k: v for k, v in row.items() if k not in ("document", "list", "photo")} for row in people(canaries)]
    )
    flat.to_csv(files / "people.csv", index=False)
    headerless = [
        f"{canaries.email('header-less')},{canaries.name('header-less')},{canaries.phone('header-less')}"
        for _ in range(ROWS)
    ]
    (files / "headerless.csv").write_text("\n".join(headerless) + "\n", encoding="utf-8")
    (files / "latin.csv").write_bytes(
        "name;née\n".encode("latin-1")
        + b"".join(f"{canaries.name()};\xe9\n".encode("latin-1") for _ in range(ROWS))
    )
    (files / "ragged.csv").write_text(
        "a,b\n" + "".join(f'{canaries.token("ragged")},"{canaries.email("ragged")}\n' for _ in range(ROWS)),
        encoding="utf-8",
    )
    (files / f"{canaries.email('file name')}.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    pq.write_table(pa.Table.from_pylist(notes(canaries)), files / "notes.parquet")
    pd.DataFrame({"id": [0, 1, 2], "name": [canaries.name("tenant") for _ in range(3)]}).to_csv(
        files / "owners.tsv", sep="\t", index=False
    )
    (files / "broken.parquet").write_bytes(b"PAR1" + canaries.token("broken parquet").encode() * 40 + b"PAR1")
    return files


def sqlite_source(canaries, folder):
    path = folder / "people.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        column = canaries.email("column name")
        connection.execute(
            f"""CREATE TABLE people (
            token TEXT PRIMARY KEY, owner_id INTEGER, email TEXT DEFAULT '{canaries.email("default")}',
            phone TEXT, name TEXT,
            national_id INTEGER, amount DECIMAL, born DATE, born_text TEXT, seen TIMESTAMP, code TEXT,
            body TEXT, json JSON, photo BLOB,
            manager TEXT, url TEXT, dirty INTEGER, "{column}" INTEGER,
            CHECK (code <> '{canaries.token("check")}'))"""
        )
        for row in people(canaries):
            kept = {k: v for k, v in row.items() if k not in ("document", "list")} | {
                "dirty": canaries.token("dirty cell"),
                column: 1,
            }
            values = [str(v) if isinstance(v, date | Decimal) else v for v in kept.values()]
            connection.execute(f"INSERT INTO people VALUES ({', '.join('?' * len(values))})", values)
        connection.execute(
            "INSERT INTO people (token, body, seen) VALUES (?, CAST(? AS TEXT), ?)",
            (canaries.token(), canaries.blob("invalid UTF-8") + b"\xff", canaries.token("date")),
        )
        shown, hidden = canaries.token("view"), canaries.email("view")
        connection.execute(
            f"CREATE VIEW notes AS SELECT token, born_text, '{shown}' AS extra FROM people WHERE email <>"
            f" '{hidden}'"
        )
        connection.execute("CREATE TABLE owners (id INTEGER PRIMARY KEY, name TEXT)")
        connection.executemany(
            "INSERT INTO owners VALUES (?, ?)", [(n, canaries.name("tenant")) for n in range(3)]
        )
        connection.execute(f'CREATE TABLE "{canaries.email("table name")}" (id INTEGER)')
        connection.commit()
    return path


def duckdb_source(canaries, folder):
    path = folder / "people.duckdb"
    with closing(duckdb.connect(str(path))) as connection:
        connection.register("rows", pa.Table.from_pylist(people(canaries)))
        kinds = ", ".join(f"'{canaries.token('enum')}'" for _ in range(3))
        connection.execute(f"CREATE TYPE kind AS ENUM ({kinds})")
        connection.execute(
            "CREATE TABLE people AS SELECT *, enum_first(NULL::kind) AS kind, MAP {'k': token} AS map,"
            " json::JSON AS json2 FROM rows"
        )
        connection.execute(f"COMMENT ON TABLE people IS '{canaries.token('comment')}'")
        connection.execute(
            f"CREATE VIEW notes AS SELECT token, born_text, kind, '{canaries.token('view')}' AS extra FROM"
            " people"
        )
        connection.execute(
            f"""ALTER TABLE people ADD COLUMN "{canaries.phone("column name")}" INTEGER DEFAULT 1"""
        )
        connection.execute("CREATE TABLE owners (id INTEGER PRIMARY KEY, name VARCHAR)")
        connection.executemany(
            "INSERT INTO owners VALUES (?, ?)", [(n, canaries.name("tenant")) for n in range(3)]
        )
    return path


SOURCES = {"frames": frame_source, "folder": folder_source, "sqlite": sqlite_source, "duckdb": duckdb_source}


@pytest.fixture(autouse=True, scope="module")
def own_key(tmp_path_factory):
    """Keep the project key of labels in this run's own place, and tables wide: none shall hide a canary by
    cutting it.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        patch.setenv("COLUMNS", "400")
        yield


def contents(path):
    """Return every file below a path, and its digest."""
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def written(folder):
    """Return all that stands in a folder: names, and contents as text."""
    return "\n".join(
        f"{p.relative_to(folder)}\n{p.read_bytes().decode('utf-8', 'replace') if p.is_file() else ''}"
        for p in sorted(folder.rglob("*"))
    )


@dataclass
class Ran:
    """All that came out of one source: the audit, the profile, the report, and every message on the way."""

    canaries: Canaries
    before: object
    after: object
    audit: auditkit.Audit
    profile: auditkit.Profile
    folder: Path
    again: auditkit.Audit
    messages: str


def state(source):
    """Return the source as it is, to be compared: its bytes and its neighbours', or its frames."""
    if isinstance(source, dict):
        return {name: frame.copy(deep=True) for name, frame in source.items()}
    return contents(source if source.is_dir() else source.parent)


@pytest.fixture(scope="module", params=SOURCES)
def ran(request, tmp_path_factory):
    place = tmp_path_factory.mktemp(request.param)
    (place / "source").mkdir()
    canaries = Canaries(request.param)
    source, policy = SOURCES[request.param](canaries, place / "source"), place / "privacy.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    before, out, log = state(source), io.StringIO(), io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        with redirect_stdout(out), redirect_stderr(out), warnings.catch_warnings(record=True) as warned:
            audit = auditkit.audit(source, policy=policy, as_of=AS_OF)
            profile = auditkit.profile(source)
            run = auditkit.report(source, policy, place / "out", as_of=AS_OF)
    finally:
        logging.getLogger().removeHandler(handler)
        logging.getLogger().setLevel(logging.WARNING)
    messages = "\n".join([out.getvalue(), log.getvalue(), *(str(w.message) for w in warned), repr(run)])
    return Ran(canaries, before, state(source), audit, profile, place / "out", run.audit, messages)


def test_what_was_planted_was_read(ran):
    """The searches below prove nothing unless the cells they are about were read."""
    found = {
        (c.column, c.entity)
        for c in ran.profile.columns
        if c.table == "people" and c.verdict in ("certain", "likely")
    }
    assert {("email", "EMAIL_ADDRESS"), ("phone", "PHONE_NUMBER")} <= found
    checks = {f.check for f in ran.audit.findings}
    assert {"pii-undeclared", "pii-free-text", "retention-overdue", "reidentification-low-k"} <= checks


def test_no_value_in_an_audit(ran):
    forms = {
        "json": ran.audit.to_json(),
        "html": ran.audit.to_html(),
        "repr": repr(ran.audit),
        "display": ran.audit._repr_html_(),
        "frame": ran.audit.to_pandas().to_csv(),
    }
    assert {name: seen for name, text in forms.items() if (seen := ran.canaries.seen_in(text))} == {}


def test_no_value_in_a_profile(ran):
    forms = {
        "repr": repr(ran.profile),
        "display": ran.profile._repr_html_(),
        "frame": ran.profile.to_pandas().to_csv(),
    }
    assert {name: seen for name, text in forms.items() if (seen := ran.canaries.seen_in(text))} == {}


def test_no_value_in_a_run_folder(ran):
    assert any(ran.folder.rglob("report.html"))
    assert ran.canaries.seen_in(written(ran.folder)) == []


def test_no_value_in_messages_on_the_way(ran):
    assert ran.canaries.seen_in(ran.messages) == []


def test_the_source_is_left_as_it_was(ran):
    """No byte is changed, and no file is left beside it."""
    if isinstance(ran.before, dict) and all(isinstance(v, pd.DataFrame) for v in ran.before.values()):
        for name, frame in ran.before.items():
            pd.testing.assert_frame_equal(ran.after[name], frame)
    else:
        assert ran.after == ran.before


def test_the_same_input_gives_the_same_bytes(ran):
    first, second = ran.audit.to_dict(), ran.again.to_dict()
    first.pop("run"), second.pop("run")
    assert json.dumps(first) == json.dumps(second)


def command(*arguments, cwd):
    """Run the command line as a stranger would; return its exit code and all that it wrote."""
    environment = {
        **os.environ,
        "PYTHONPATH": f"{Path(auditkit.__file__).parents[1]}{os.pathsep}{os.environ['PYTHONPATH']}",
        "PYTHONFAULTHANDLER": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "auditkit", *map(str, arguments)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("sqlite", ["profile"]),
        ("sqlite", ["init"]),
        ("duckdb", ["audit", "--format", "csv"]),
        ("folder", ["audit"]),
        ("folder", ["audit", "--format", "json"]),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_no_value_on_the_command_line(kind, arguments, tmp_path):
    canaries = Canaries(kind)
    (tmp_path / "source").mkdir()
    source, policy = SOURCES[kind](canaries, tmp_path / "source"), tmp_path / "privacy.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    before = state(source)
    named = ["-p", policy] if arguments[0] == "audit" else []
    code, output = command(arguments[0], source, *named, *arguments[1:], cwd=tmp_path)
    assert code in (0, 1, 3), code
    assert "people" in output
    assert canaries.seen_in(output) == []
    assert state(source) == before


@pytest.mark.slow
def test_no_value_in_the_notebook_run(tmp_path):
    canaries = Canaries("notebook")
    source = sqlite_source(canaries, tmp_path)
    policy = tmp_path / "privacy.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    before = contents(source)
    code, output = command("report", source, "-p", policy, "-o", tmp_path / "out", cwd=tmp_path)
    assert code in (0, 1, 3)
    assert canaries.seen_in(output) == []
    assert any((tmp_path / "out").rglob("report.html"))
    assert canaries.seen_in(written(tmp_path / "out")) == []
    assert contents(source) == before


def broken_files(canaries, folder):
    """Return files that cannot be read, each with canaries where its parser will stumble."""
    healthy = folder / "healthy.sqlite"
    with closing(sqlite3.connect(healthy)) as connection:
        connection.execute("CREATE TABLE people (email TEXT)")
        connection.executemany(
            "INSERT INTO people VALUES (?)", [(canaries.email("broken sqlite"),) for _ in range(2000)]
        )
        connection.commit()
    pages = bytearray(healthy.read_bytes())
    healthy.unlink()
    pages[4096:12288] = (canaries.token("broken sqlite").encode() * 400)[:8192]
    text = canaries.token("not what its name says").encode() * 300
    contents = {
        "corrupt.sqlite": bytes(pages),
        "text.sqlite": text,
        "text.duckdb": text,
        "text.parquet": text,
        "cut.parquet": b"PAR1" + text,
        "zeros.csv": b"\x00\xff\xfe" + text,
        "quotes.csv": b'a,b\n"' + text + b'\n1,"' + text,
        "empty.csv": b"",
        "wide.csv": b"a,b\n1,2\n" + b",".join([text[:30]] * 70) + b"\n",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return sorted(folder.iterdir())


def test_no_value_in_errors_about_broken_files(tmp_path, capfd, caplog):
    canaries = Canaries("broken")
    caplog.set_level(logging.DEBUG)
    folder = tmp_path / "broken"
    folder.mkdir()
    shown = []
    for path in broken_files(canaries, folder):
        try:
            shown.append(auditkit.audit(path, as_of=AS_OF).to_json())
        except auditkit.SourceError as error:
            shown.append(str(error) + repr(error))
            assert error.__cause__ is None, "the driver's error holds values"
            assert error.__suppress_context__ or error.__context__ is None
            assert str(tmp_path) not in str(error), "a path is shown by its base name"
    assert canaries.seen_in("\n".join(shown)) == []
    printed = capfd.readouterr()
    assert canaries.seen_in(printed.out + printed.err + caplog.text) == []


@pytest.mark.slow
def test_no_value_in_the_command_lines_errors(tmp_path):
    canaries = Canaries("broken")
    folder = tmp_path / "broken"
    folder.mkdir()
    for path in [
        p for p in broken_files(canaries, folder) if p.name in ("corrupt.sqlite", "text.duckdb", "wide.csv")
    ]:
        code, output = command("audit", path, cwd=tmp_path)
        assert code in (0, 1, 2, 3), output[-300:]
        assert "Traceback" not in output
        assert canaries.seen_in(output) == [], path.name


def test_no_value_in_policy_errors(tmp_path, capfd):
    """The policy names columns that are not there, beside columns whose names are values."""
    canaries = Canaries("policy")
    source = sqlite_source(canaries, tmp_path)
    wrong = {
        "retention: {start: born_txt, max: P3Y, basis: x}": "retention-overdue",
        "quasi_identifiers: [canary@canarymail.example]": "reidentification-low-k",
        "references: {managr: people.token}": "tenancy-cross-reference",
        "retention: {start: seen, max: P3Y, basis: x, hold: \"emial = 'x'\"}": "retention-overdue",
        "{subject: {type: person, key: 'canary.'}, quasi_identifiers: [name]}": "reidentification-low-k",
    }
    for block, check in wrong.items():
        policy = tmp_path / "wrong.yaml"
        policy.write_text(f"version: 1\nname: Wrong\ntables:\n  people:\n    {block}\n", encoding="utf-8")
        with pytest.raises(auditkit.PolicyError) as caught:
            auditkit.audit(source, policy=policy, checks=[check], as_of=AS_OF)
        assert canaries.seen_in(str(caught.value) + repr(caught.value)) == [], block
    printed = capfd.readouterr()
    assert canaries.seen_in(printed.out + printed.err) == []


def test_no_password_in_errors(monkeypatch, tmp_path):
    canaries = Canaries("password")
    secret = canaries.token("password")
    monkeypatch.setenv("CANARY_URL", f"postgresql://auditor:{secret}@127.0.0.1:1/none")
    for source in (
        "env:CANARY_URL",
        f"postgresql://auditor:{secret}@127.0.0.1:1/none",
        str(tmp_path / f"{secret}.sqlite"),
    ):
        with pytest.raises(auditkit.SourceError) as caught:
            auditkit.audit(source, as_of=AS_OF)
        if "sqlite" not in source:
            assert canaries.seen_in(str(caught.value) + repr(caught.value)) == []
        assert caught.value.__cause__ is None
