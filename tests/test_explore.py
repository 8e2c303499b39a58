"""The notebooks for exploring are thin, start without parameters, and are safe to save and to share."""

from __future__ import annotations

import ast
import asyncio
import json
import os
import sqlite3
from contextlib import closing
from datetime import date

import nbformat
import pytest
from nbclient import NotebookClient

from auditkit import charts, demo, notebooks, sortable
from auditkit.audit.audit import Audit
from auditkit.demo import example
from auditkit.detection import profile_html
from auditkit.errors import UsageError
from auditkit.outcome import Cause, Confidence, Finding, NotAssessed, Passed, Severity
from auditkit.running.progress import progress

SCANNERS = {
    "personal_data": "pii", "retention": "retention", "tenancy": "tenancy", "minimisation": "minimisation",
    "reidentification": "reidentification", "access": "access",
}  # fmt: skip
EVERY = ("explore", *SCANNERS)
AS_OF = "2026-11-22"


def cells(name, kind="code"):
    book = json.loads((notebooks.folder() / f"{name}.ipynb").read_text(encoding="utf-8"))
    return [("".join(cell["source"]), cell) for cell in book["cells"] if cell["cell_type"] == kind]


# As shipped


@pytest.mark.parametrize("name", EVERY)
def test_a_notebook_is_thin(name):
    book = nbformat.read(notebooks.folder() / f"{name}.ipynb", as_version=4)
    nbformat.validate(book)
    assert len({cell.id for cell in book.cells}) == len(book.cells)
    assert set(book.metadata) == {"kernelspec", "language_info"}
    for source, cell in cells(name):
        assert cell["outputs"] == [] and cell["execution_count"] is None
        assert len([line for line in source.splitlines() if line.strip()]) <= 4
        kinds = (
            ast.FunctionDef,
            ast.ClassDef,
            ast.Lambda,
            ast.For,
            ast.While,
            ast.Try,
            ast.If,
            ast.comprehension,
            ast.With,
        )
        tree = ast.parse(source)
        assert not [node for node in ast.walk(tree) if isinstance(node, kinds)]
        imported = [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
        imported += [n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
        assert all(module.partition(".")[0] == "auditkit" for module in imported)


@pytest.mark.parametrize("name", EVERY)
def test_its_parameters_are_described(name):
    import papermill

    known = papermill.inspect_notebook(str(notebooks.folder() / f"{name}.ipynb"))
    assert list(known) == (["source", "sample"] if name == "explore" else ["source", "policy", "as_of"])
    assert all(p["help"] and p["inferred_type_name"] in ("str", "int") for p in known.values())


@pytest.mark.parametrize("name", SCANNERS)
def test_a_notebook_of_a_scanner_is_short_and_names_its_readers(name):
    (text, _), *others = cells(name, "markdown")
    assert all(heading.startswith("## ") for heading, _ in others) and len(cells(name)) <= 10
    assert "?" in text and "**For** " in text
    assert f"{SCANNERS[name]}.scan(" in "\n".join(source for source, _ in cells(name))


def test_every_scanner_has_a_notebook():
    from auditkit.catalogue import scanners

    assert sorted(SCANNERS.values()) == sorted(scanners())
    text = "\n".join(source for source, _ in cells("explore", "markdown"))
    assert all(f"`{name}`" in text for name in SCANNERS)


# The example, where it is asked for


def test_the_example_is_used_where_it_is_asked_for_and_never_overwritten(tmp_path):
    database, policy = example.chosen("demo", "", tmp_path / "demo")
    assert database.exists() and policy.exists()
    policy.write_text("version: 1\nname: Mine\n")
    assert example.chosen("demo", "", tmp_path / "demo") == (database, policy)
    assert policy.read_text() == "version: 1\nname: Mine\n"
    assert example.chosen("demo", "own.yaml", tmp_path / "demo") == (database, "own.yaml")
    assert example.chosen("own.csv") == ("own.csv", None)


@pytest.mark.parametrize("source", ["", "  "])
def test_a_notebook_without_a_source_is_an_error(source):
    with pytest.raises(UsageError, match="set `source` in the cell of parameters"):
        example.chosen(source)


@pytest.mark.parametrize("name", notebooks.available())
def test_every_notebook_checks_its_parameters_before_anything_is_read(name):
    code = [source for source, _ in cells(name)]
    checked = next(i for i, source in enumerate(code) if "example.chosen(source" in source)
    reads = ("open(", "scan(", "explore(", "report(", "audit(")
    assert checked <= 2
    before = "\n".join(code[:checked]) + code[checked].partition("example.chosen(")[0]
    assert not [word for word in reads if word in before]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({}, "set `source` in the cell of parameters"),
        ({"sorce": "shop.sqlite"}, "has no parameter 'sorce'. Did you mean 'source'?"),
        ({"source": "postgresql://me:hunter2@host/shop"}, "env:NAME"),
    ],
)
def test_plain_papermill_fails_in_the_first_cells_with_one_sentence(parameters, words, tmp_path, monkeypatch):
    import papermill

    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    book, out = notebooks.folder() / "retention.ipynb", tmp_path / "out.ipynb"
    with pytest.raises(papermill.PapermillExecutionError):
        papermill.execute_notebook(str(book), str(out), parameters, cwd=str(tmp_path), progress_bar=False)
    (error,) = [o for o in outputs(out) if o.output_type == "error"]
    assert words in error.evalue
    assert error.traceback == [f"UsageError: {error.evalue}"], "no frames and no paths"
    assert not [o for o in outputs(out) if o.output_type == "execute_result"]


# Runs


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return demo.write(tmp_path_factory.mktemp("demo"), tickets=1000)


def outputs(path):
    book = nbformat.read(path, as_version=4)
    return [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]


def pages(found):
    return [output["data"]["text/html"] for output in found if "text/html" in output.get("data", {})]


def without_own_scripts(html):
    for script in (sortable.script(), profile_html.script()):
        html = html.replace(f"<script>{script}</script>", "")
    return html


WORDS = {
    "tenancy": (
        " incidents to assess",
        "leaks between tenants? ",
        "tickets refers to projects",
        " of them unknown or not seen",
    ),
    "retention": ("would be overdue, by the period", "the declared one", "not counted"),
}
"""Words of the figures of a notebook and of the tables beside them."""


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY)
def test_a_notebook_runs_on_the_example_and_shows_figures_with_their_tables(name, small, tmp_path):
    given = {} if name == "explore" else {"policy": str(small.policy), "as_of": AS_OF}
    parameters = {"source": str(small.database), **given}
    out = notebooks.run(name, parameters, tmp_path / "out.ipynb")
    found = outputs(out)
    shown = pages(found)
    assert {o.output_type for o in found} <= {"execute_result", "display_data"}
    figures = {"retention": 2, "personal_data": 1, "explore": 4, "tenancy": 4}.get(name, 3)
    assert sum("<svg" in html for html in shown) == figures
    assert any("The numbers of this figure as a table" in html for html in shown)
    assert sum('class="auditkit-audit"' in html for html in shown) == 1
    assert "not assessed" in shown[-1]
    text = out.read_text()
    assert [words for words in WORDS.get(name, ()) if words not in text] == []
    assert "<script" not in without_own_scripts("".join(shown))
    assert str(small.folder) not in text
    assert "http" not in "".join(shown).replace("http://www.w3.org/2000/svg", "")
    assert out.stat().st_size < 400_000


def _person(n, email, phone):
    note = f"Write to {email} or call {phone}."
    photo, name = f"canary{n}".encode(), f"Canarina Canarov{n}"
    return n, email, name, phone, f"18{n + 10}-03-04", note, "2019-02-03 04:05:06", photo, f"canary{n}"


def canaries(folder):
    """Return a database in which every value is a canary, and its policy."""
    path = folder / "people.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT, full_name TEXT, phone TEXT, born DATE,"
            ' note TEXT, seen TIMESTAMP, photo BLOB, "canary9@mail.example" TEXT)'
        )
        rows = [_person(n, f"canary{n}@mail.example", f"+1 202 555 01{n:02}") for n in range(80)]
        connection.executemany(f"INSERT INTO people VALUES ({', '.join('?' * 9)})", rows)
        connection.commit()
    policy = folder / "privacy.yaml"
    policy.write_text(
        "version: 1\nname: People\ntables: {people: {quasi_identifiers: [born, full_name], k: 5,"
        " retention: {start: seen, max: P3Y, hold: \"email = 'canary1@mail.example'\", basis: law}}}\n"
    )
    return path, policy


class Lab(NotebookClient):
    """Runs a notebook as JupyterLab does, for a person, and keeps the messages of the kernel."""

    messages: list

    async def async_start_new_kernel_client(self):
        client = await super().async_start_new_kernel_client()
        client.allow_stdin = True
        return client

    def process_message(self, msg, cell, cell_index):
        self.messages.append((msg["msg_type"], msg["content"]))
        return super().process_message(msg, cell, cell_index)


def by_hand(book, folder, *, watched=True):
    """Run a notebook; return it as it would be saved, and what the kernel displayed on the way."""
    client = (Lab if watched else NotebookClient)(
        book,
        timeout=120,
        resources={"metadata": {"path": str(folder)}},
        kernel_name="python3",
        extra_arguments=["--HistoryManager.enabled=False"],
    )
    client.messages = []
    asyncio.run(client.async_execute())
    return book, [content for kind, content in client.messages if kind.endswith("display_data")]


@pytest.mark.slow
def test_a_copy_saved_by_hand_holds_no_value_and_no_progress(tmp_path):
    source, _ = canaries(tmp_path)
    book = nbformat.read(notebooks.folder() / "explore.ipynb", as_version=4)
    (parameters,) = [cell for cell in book.cells if "parameters" in cell.metadata.get("tags", ())]
    parameters.source = f"source, sample = {source.name!r}, 0"
    saved, _ = by_hand(book, tmp_path)
    found = [output for cell in saved.cells if cell.cell_type == "code" for output in cell.outputs]
    text = json.dumps(found).casefold()
    assert "people" in text and "reidentification-low-k" in text and "e-mail address" in text
    planted = ("canary1", "canarina", "202 555", "555 01", "mail.example", "2019-02-03", str(tmp_path))
    assert [word for word in planted if word in text.lower()] == []
    assert [o for o in found if o.output_type in ("stream", "error")] == []
    assert "<progress" not in text


WORK = """
from auditkit.running.progress import progress
print("mine")
with progress(0) as report:
    is_watched = report is not None
    is_watched and [report(f"<b>table{n}", n, 3) for n in range(3)]
is_watched
"""


@pytest.mark.slow
@pytest.mark.parametrize("watched", [True, False])
def test_progress_shows_where_somebody_watches_and_is_not_saved(watched, tmp_path):
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(WORK)])
    saved, displayed = by_hand(book, tmp_path, watched=watched)
    (cell,) = saved.cells
    kept = [o for o in cell.outputs if o.output_type != "display_data"]
    texts = [o.get("text") or o["data"]["text/plain"] for o in kept]
    assert texts == ["mine\n", str(watched)], "the cell's own outputs stay"
    assert [dict(o.data) for o in cell.outputs if o.output_type == "display_data"] == (
        [{}] if watched else []
    )
    if watched:
        assert [c["data"].get("text/plain") for c in displayed] == [
            "<b>table0, 0 of 3",
            "<b>table1, 1 of 3",
            "<b>table2, 2 of 3",
            None,
        ]
        assert all("<b>" not in c["data"].get("text/html", "") for c in displayed)
    nbformat.validate(saved)


def test_a_script_has_no_progress(capsys):
    with progress(0) as report:
        assert report is None
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals")
def test_a_terminal_shows_one_line_that_is_removed(monkeypatch):
    leader, follower = os.openpty()
    with os.fdopen(follower, "w", encoding="utf-8") as terminal:
        monkeypatch.setattr("sys.stderr", terminal)
        monkeypatch.setattr("sys.ps1", ">>> ", raising=False)
        with pytest.raises(KeyError), progress(0) as report:
            report("users\x1b[2J", 1, 2)
            raise KeyError
    shown = ""
    while shown.count("\x1b[K") < 2:  # the system may deliver the two lines one after the other
        shown += os.read(leader, 1000).decode()
    os.close(leader)
    assert shown == "\r\x1b[Kusers?[2J, 1 of 2\r\x1b[K", "it is removed also when the work fails"


# Figures of these notebooks

CHECK = "tenancy-missing-key"
FOUND = Finding(
    check=CHECK,
    table="a",
    columns=("t",),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    rows=3,
    of=9,
)
CROSSING = Finding(
    check="tenancy-cross-reference",
    table="a",
    columns=("p",),
    target="b",
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    rows=2,
    of=9,
)
AUDIT = Audit(
    outcomes=(
        FOUND,
        CROSSING,
        Finding(check="pii-misnamed", table="a", severity=Severity.LOW, confidence=Confidence.HIGH),
        Passed(check=CHECK, table="b", of=4),
        NotAssessed(check=CHECK, table="c", cause=Cause.UNDECLARED, reason="no tenant key is declared"),
        NotAssessed(check=CHECK, table="d", cause=Cause.NO_RIGHT, reason="no right to read d"),
        NotAssessed(check="access-tls-off", cause=Cause.NOT_APPLICABLE, reason="there is no server"),
    ),
    source="s",
    as_of=date(2026, 11, 22),
)


def test_the_figure_of_rows_has_a_bar_for_each_place_in_the_tone_of_its_severity():
    figure = charts.rows(AUDIT)
    assert [(t.name, list(t.y), list(t.x)) for t in figure.data] == [
        ("critical", ["a.p -&gt; b", "a.t"], [2, 0]), ("high", ["a.p -&gt; b", "a.t"], [0, 3]),
    ]  # fmt: skip


def test_the_figure_of_coverage_leaves_nothing_out():
    figure = charts.coverage(AUDIT)
    assert sum(sum(trace.x) for trace in figure.data) == len(AUDIT.outcomes)
    assert [t.name for t in figure.data] == ["findings", "passed", "not assessed"]


def test_the_table_of_what_was_not_assessed_begins_with_what_a_person_can_fix():
    html = charts.not_assessed(AUDIT)._repr_html_()
    places = [
        html.index(words)
        for words in ("no right to read d", "no tenant key is declared", "<details>", "there is no server")
    ]
    assert places == sorted(places)
    assert "3 of 7 outcomes not assessed" in html and "1 not applicable" in html


def test_a_profile_and_its_audit_have_the_same_figure():
    import pandas as pd

    import auditkit

    frame = pd.DataFrame({"email": [f"a{n}@mail.example" for n in range(9)]})
    assert (
        charts.personal_data(auditkit.profile(frame)).data
        == charts.personal_data(auditkit.audit(frame, as_of=AS_OF)).data
    )
