"""Notebooks are thin, refuse wrong parameters, and are scrubbed after a run."""

import ast
import json
import sqlite3
import stat
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import nbformat
import pytest

from auditkit import notebooks
from auditkit.audit.audit import Audit
from auditkit.notebooks import NotebookError
from auditkit.report import manifest
from auditkit.report.scrub import scrub, without_paths
from auditkit.report.selfscan import Allowed
from auditkit.report.verify import verify

SHIPPED = notebooks.folder() / "privacy_impact_assessment.ipynb"
FORBIDDEN = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.Try, ast.If,
)  # fmt: skip
"""Statements that belong into the package, and not into a notebook."""


@pytest.fixture
def make(tmp_path):
    """Return a function that writes a notebook with some cells and returns its path."""

    def write(*cells, parameters="rows: int = 1  # how many\nname: str = ''"):
        book = nbformat.v4.new_notebook(
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        )
        book.cells = [
            nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
            *map(nbformat.v4.new_code_cell, cells),
        ]
        path = tmp_path / "book.ipynb"
        nbformat.write(book, path)
        return path

    return write


def code_cells(path):
    return [c for c in json.loads(path.read_text())["cells"] if c["cell_type"] == "code"]


# As shipped


@pytest.mark.parametrize("name", notebooks.available())
def test_a_shipped_notebook_is_thin_and_holds_no_output(name):
    book = json.loads((notebooks.folder() / f"{name}.ipynb").read_text())
    assert book["metadata"]["kernelspec"]["name"] == "python3"
    for cell in book["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        lines = [line for line in cell["source"] if line.strip()]
        assert "parameters" in cell["metadata"].get("tags", ()) or len(lines) <= 7
        assert not [node for node in ast.walk(tree) if isinstance(node, FORBIDDEN)]
        modules = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
        modules |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
        assert {m.partition(".")[0] for m in modules} <= {"auditkit"}


def test_the_parameters_of_the_assessment_are_those_of_the_contract():
    import papermill

    known = papermill.inspect_notebook(str(SHIPPED))
    assert list(known) == ["source", "policy", "out", "as_of", "sample", "previous", "view", "language"]
    assert {k: v["inferred_type_name"] for k, v in known.items()} == {
        k: "int" if k == "sample" else "str" for k in known
    }
    assert all(p["help"] for p in known.values())


def test_a_copy_of_the_notebooks_overwrites_nothing(tmp_path):
    (copied,) = [p for p in notebooks.copy(tmp_path / "mine") if p.stem == "privacy_impact_assessment"]
    assert copied.read_bytes() == SHIPPED.read_bytes()
    copied.write_text("my work")
    with pytest.raises(FileExistsError, match="privacy_impact_assessment"):
        notebooks.copy(tmp_path / "mine")
    assert copied.read_text() == "my work"


def test_the_name_of_an_unknown_notebook_is_corrected():
    with pytest.raises(FileNotFoundError, match="Did you mean 'privacy_impact_assessment'"):
        notebooks.find("privacy_impact_assesment")


# Parameters


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"polcy": "x"}, "no parameter 'polcy'. Did you mean 'policy'?"),
        ({"sample": "10"}, "sample of .* is of type int, not str"),
        ({"source": 5}, "source of .* is of type str, not int"),
        ({"sample": True}, "is of type int, not bool"),
        ({"source": "postgresql://app:hunter2@db/x"}, "env:NAME"),
        ({"source": "postgresql://:hunter2@db/x"}, "env:NAME"),
        ({"source": "host=db password=hunter2"}, "env:NAME"),
        ({"source": "https://db/x?token=hunter2"}, "env:NAME"),
        ({"policy": "AKIAIOSFODNN7EXAMPLE"}, "env:NAME"),
    ],
)
def test_wrong_parameters_are_refused_without_showing_them(parameters, words, tmp_path):
    with pytest.raises(ValueError, match=words) as error:
        notebooks.run("privacy_impact_assessment", parameters, tmp_path / "out.ipynb")
    assert "hunter2" not in str(error.value) and "AKIA" not in str(error.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["password", "db_password", "api_key", "secret", "access_token", "pwd"])
def test_a_parameter_named_like_a_secret_is_refused(name, make, tmp_path):
    with pytest.raises(ValueError, match="looks like a secret"):
        notebooks.run(make("1", parameters=f"{name}: str = ''"), {name: "x"}, tmp_path / "out.ipynb")


def test_the_name_of_an_environment_variable_is_not_a_secret():
    assert notebooks.check_parameters(SHIPPED, {"source": "env:APP_PASSWORD_URL", "sample": 5}) == {
        "source": "env:APP_PASSWORD_URL",
        "sample": 5,
    }


def test_an_output_is_never_overwritten(make, tmp_path):
    (tmp_path / "out.ipynb").write_text("mine")
    with pytest.raises(FileExistsError):
        notebooks.run(make("1"), {}, tmp_path / "out.ipynb")
    assert (tmp_path / "out.ipynb").read_text() == "mine"


# Scrubbing


def test_scrubbing_keeps_outputs_and_removes_the_rest():
    stream = {"output_type": "stream", "name": "stdout", "text": ["wrote /srv/jane/secret/report.html\n"]}
    noise = {"output_type": "stream", "name": "stderr", "text": ["CANARY"]}
    error = {"output_type": "error", "ename": "ValueError", "evalue": "CANARY", "traceback": ["CANARY"]}
    cells = [
        {
            "cell_type": "code",
            "metadata": {"tags": ["injected-parameters"]},
            "outputs": [],
            "source": ["x = 'CANARY'"],
        },
        {
            "cell_type": "code",
            "metadata": {"papermill": {"CANARY": 1}, "execution": {}},
            "outputs": [stream, noise, error],
            "source": ["f()"],
        },
        {"cell_type": "markdown", "metadata": {"tags": ["papermill-error-cell-tag"]}, "source": ["CANARY"]},
    ]
    clean = scrub(
        {
            "cells": cells,
            "metadata": {"papermill": {"parameters": "CANARY"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )
    assert "CANARY" not in json.dumps(clean) and "/home" not in json.dumps(clean)
    (cell,) = clean["cells"]
    assert cell["outputs"][0]["text"] == ["wrote report.html\n"]
    assert cell["outputs"][1]["traceback"] == [
        "ValueError in code cell 1; its text is withheld, it may hold data"
    ]


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("/Users/jane/x/app.sqlite", "app.sqlite"),
        ("file:///var/tmp/a.csv", "a.csv"),
        (r"C:\Users\jane\app.db here", "app.db here"),
        ("'/srv/data/x.csv'", "'x.csv'"),
        ("</div> text/html 1/2 /tickets/{id} https://example.org/home/x", None),
        ("at /custom/place/x", "at x"),
    ],
)
def test_paths_are_cut_to_their_last_part(text, clean):
    assert without_paths(text, ("/custom/place",)) == (text if clean is None else clean)


# Runs


@pytest.mark.slow
def test_a_run_is_scrubbed_private_and_has_no_history(make, tmp_path):
    book = make(
        "import os, sys; print(rows, os.getcwd(), sys.executable, file=sys.stdout); print('CAN' + 'ARY',"
        " file=sys.stderr)",
        "print(get_ipython().history_manager.enabled, get_ipython().profile_dir.location,"
        " os.environ['JUPYTER_RUNTIME_DIR'])",
    )
    out = notebooks.run(book, {"rows": 7, "name": "INJECTED"}, tmp_path / "out" / "run.ipynb")
    text = out.read_text()
    nbformat.validate(nbformat.reads(text, as_version=4))
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    folders = (str(Path.cwd()), str(tmp_path), sys.prefix, "/tmp", str(Path.home()) + "/")
    assert [word for word in ("CANARY", "INJECTED", "papermill", *folders) if word in text] == []
    outputs = [o["text"] for c in code_cells(out) for o in c["outputs"]]
    assert outputs[0][0].startswith("7 ") and outputs[1][0].startswith("False ")


@pytest.mark.slow
def test_the_kernel_receives_environment_variables(make, tmp_path):
    out = notebooks.run(
        make("import os; print(os.environ['AUDITKIT_BUDGET'])"),
        {},
        tmp_path / "run.ipynb",
        environment={"AUDITKIT_BUDGET": "10m"},
    )
    assert [o["text"] for c in code_cells(out) for o in c["outputs"] if "text" in o] == [["10m\n"]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "error", "words"),
    [
        ("raise ValueError('CANARY')", "ValueError", "withheld"),
        ("raise OSError(28, 'CANARY', 'CANARY')", "OSError", "No space left on device"),
        ("import sys; sys.exit('CANARY')", "SystemExit", "withheld"),
        ("import os; os._exit(1)", "DeadKernelError", "memory"),
        ("import time; time.sleep(60)", "CellTimeoutError", "within 2 seconds"),
    ],
)
def test_a_failed_run_leaves_a_scrubbed_notebook_and_says_where(cell, error, words, make, tmp_path):
    with pytest.raises(NotebookError, match=words) as stopped:
        notebooks.run(make("'fine'", cell, "'never'"), {"rows": 7}, tmp_path / "out.ipynb", timeout=2)
    assert (stopped.value.cell, stopped.value.error) == (3, error)
    assert "CANARY" not in str(stopped.value) and stopped.value.__cause__ is None
    assert sorted(p.name for p in tmp_path.iterdir()) == ["book.ipynb", "out.failed.ipynb"]
    left = (tmp_path / "out.failed.ipynb").read_text()
    assert left.count("CANARY") == cell.count("CANARY")  # the author's own source stays


@pytest.mark.slow
def test_a_value_in_an_output_is_withheld(make, tmp_path):
    book = make("'canary' + '@mail.example'")
    notebooks.run(book, {}, tmp_path / "out.ipynb")
    written = (tmp_path / "out.ipynb").read_text()
    assert "canary@mail" not in written and "[withheld: e-mail address]" in written
    notebooks.run(book, {}, tmp_path / "two.ipynb", allowed=Allowed.of("canary@mail.example"))
    assert "canary@mail" in (tmp_path / "two.ipynb").read_text()


# The assessment, from a database to a page

DAY = date(2026, 11, 22)
ABSENT = (
    "Canarytenant Canarina Canaryville canary1 mail.example canary-folder injected-parameters compliant"
).split()
"""Words that no file of a run may hold."""
POLICY = """
version: 1
name: Shop desk
controller: {name: Example SA, contact: privacy@example.org}
purposes: {support: {text: Answer, legal_basis: contract}}
tenancy: {root: tenants, key: tenant_id}
tables:
  users:
    purposes: [support]
    columns: {email: user.contact.email}
    retention: {start: last_seen_at, max: P3Y, basis: law}
    quasi_identifiers: [city, born]
"""


@pytest.fixture
def shop(tmp_path):
    """Return the paths of a small database and its policy; every value of a person in it is a canary."""
    base = tmp_path / "canary-folder"
    base.mkdir()
    connection = sqlite3.connect(base / "shop.sqlite")
    connection.executescript(
        "CREATE TABLE tenants (id INTEGER PRIMARY KEY, title TEXT);CREATE TABLE users (id INTEGER PRIMARY"
        " KEY, tenant_id INTEGER REFERENCES tenants(id), email TEXT, full_name TEXT, city TEXT, born TEXT,"
        " last_seen_at TIMESTAMP);"
    )
    connection.executemany("INSERT INTO tenants VALUES (?, ?)", [(i, f"Canarytenant{i}") for i in (1, 2)])
    seen = [DAY - timedelta(days=1500 if i % 10 == 0 else 30) for i in range(200)]
    rows = [
        (
            i,
            i % 2 + 1,
            f"canary{i}@mail.example",
            f"Canarina Zyx{i}",
            f"Canaryville {i % 7}",
            f"19{i % 50 + 40}",
            f"{seen[i]} 00:00:00",
        )
        for i in range(200)
    ]
    connection.executemany("INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    (base / "privacy.yaml").write_text(POLICY)
    return base / "shop.sqlite", base / "privacy.yaml"


def texts(folder):
    return {p.name: p.read_text() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.slow
def test_the_assessment_from_a_database_to_a_page(shop, tmp_path):
    database, policy = shop
    before = database.read_bytes()
    steps = []
    report = {"as_of": "2026-11-22", "progress": lambda task, done, of: steps.append(task.partition(": ")[0])}
    page = notebooks.assess(str(database), policy, tmp_path / "reports", **report)
    stages = ["notebook", "facts", "personal data", "checks", "report"]
    assert [stage for stage in dict.fromkeys(steps) if stage in stages] == stages
    assert page.name == "report.html"
    assert page.parent.parent == tmp_path / "reports" / "shop-desk"
    assert sorted(p.name for p in page.parent.iterdir()) == [
        "audit.json", "findings.csv", "findings.sarif", "inventory.csv", "manifest.json",
        "privacy_impact_assessment.ipynb", "report.html", "report.json",
    ]  # fmt: skip
    assert {stat.S_IMODE(p.stat().st_mode) for p in page.parent.iterdir()} == {0o600}
    assert sorted(p.name for p in (tmp_path / "reports").iterdir()) == ["shop-desk"]
    for name, text in texts(page.parent).items():
        assert [word for word in (*ABSENT, str(tmp_path)) if word in text] == [], name
    assert database.read_bytes() == before
    audit = Audit.load(page.parent)
    assert [(f.table, f.rows, f.of) for f in audit.findings if f.check == "retention-overdue"] == [
        ("users", 20, 200)
    ]
    book = json.loads((page.parent / "privacy_impact_assessment.ipynb").read_text())
    shown = [o for c in book["cells"] for o in c.get("outputs", ())]
    assert sum("application/vnd.plotly.v1+json" in o.get("data", {}) for o in shown) == 4
    assert verify(page.parent).intact
    assert "privacy_impact_assessment.ipynb" in (page.parent / "manifest.json").read_text()
    again = notebooks.assess(str(database), policy, tmp_path / "reports", as_of="2026-11-22")
    first, second = (json.loads((p.parent / "audit.json").read_text()) for p in (page, again))
    assert first.pop("run") != second.pop("run")
    assert first.pop("first_seen") == {} and second.pop("first_seen"), "only the second has a run before it"
    assert first == second
    assert "As before" in again.read_text(), "it is compared with the last run of the policy"
    sarif = json.loads((again.parent / "findings.sarif").read_text())
    assert {result["baselineState"] for result in sarif["runs"][0]["results"]} == {"unchanged"}
    assert manifest.read(again.parent).previous == {
        "run": page.parent.name,
        "manifest_sha256": manifest.read(page.parent).sha256,
    }
    assert verify(tmp_path / "reports").intact


@pytest.mark.slow
def test_plain_papermill_runs_the_notebook_too(shop, tmp_path):
    database, policy = shop
    given = {"source": database, "policy": policy, "out": tmp_path / "runs", "as_of": "2026-11-22"}
    parameters = [part for name, value in given.items() for part in ("-p", name, str(value))]
    command = [sys.executable, "-m", "papermill", str(SHIPPED), str(tmp_path / "plain.ipynb")]
    command += ["--no-progress-bar", "-k", "python3", *parameters]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    (page,) = (tmp_path / "runs" / "shop-desk").glob("[0-9]*/report.html")
    assert page.stat().st_size > 10_000


@pytest.mark.slow
def test_the_error_of_an_assessment_names_no_path(shop, tmp_path):
    with pytest.raises(NotebookError) as error:
        notebooks.assess(str(tmp_path / "canary-folder" / "none.sqlite"), shop[1], tmp_path / "reports")
    assert error.value.error == "SourceError"
    assert error.value.reason
    assert str(tmp_path) not in str(error.value)
    (left,) = [p for p in (tmp_path / "reports").rglob("*") if p.is_file() and p.name != ".lock"]
    assert left.name.endswith(".failed.ipynb")
    assert "canary-folder" not in left.read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"source": ""}, "the source is empty"),
        ({"source": "  "}, "the source is empty"),
        ({"view": "edbp"}, "Did you mean 'edpb'"),
        ({"sample": -1}, "not -1"),
        ({"as_of": "22/11/2026"}, "2026-11-22"),
        ({"previous": "nowhere"}, "the earlier run nowhere"),
        ({"source": "postgresql://app:hunter2@db/x"}, "env:NAME"),
    ],
)
def test_impossible_arguments_are_refused_before_anything_opens(arguments, words, tmp_path):
    with pytest.raises(ValueError, match=words) as error:
        notebooks.assess(policy=None, out=tmp_path / "reports", **{"source": "x.sqlite", **arguments})
    assert "hunter2" not in str(error.value)
    assert not list((tmp_path).rglob("*.ipynb"))
