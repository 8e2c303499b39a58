"""`auditkit staged`: personal data in data files, and in what notebooks show."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from auditkit.cli import main
from auditkit.dataset.files import json as json_files
from auditkit.dataset.files import kinds
from auditkit.staged import look
from auditkit.staged.notebook import outputs

ROOT = Path(__file__).parent.parent
NAMES = ["Anna Meier", "Peter Schulz", "Maria Rossi", "John Smith"]
TABLE = (
    "<style>td {}</style><table><thead><tr><th></th><th>name</th><th>n</th></tr></thead><tbody>"
    "<tr><th>0</th><td>Anna Meier</td><td>1</td></tr><tr><th>1</th><td>Peter Schulz</td></tr></tbody></table>"
)


def notebook(path: Path, *cells: list[dict], metadata: dict | None = None) -> Path:
    found = [{"cell_type": "code", "source": [], "outputs": outputs} for outputs in cells]
    path.write_text(json.dumps({"cells": found, "metadata": metadata or {}, "nbformat": 4}))
    return path


def data(**kinds: object) -> dict:
    return {"output_type": "display_data", "data": {k.replace("_", "/", 1): v for k, v in kinds.items()}}


HELD = {
    "table": ([data(text_html=[TABLE], text_plain="Anna Meier")], {("cell 1, table 1", "name")}),
    "line": (
        [{"output_type": "stream", "text": ["a\n", "to canary@mail.example\n"]}],
        {("cell 1", "output")},
    ),
    "error": (
        [
            {
                "output_type": "error",
                "ename": "ValueError",
                "evalue": "x",
                "traceback": ["\x1b[31mcanary@mail.example"],
            }
        ],
        {("cell 1", "output")},
    ),
    "figure": (
        [data(**{"application_vnd.plotly.v1+json": {"data": [{"x": NAMES}]}})],
        {("cell 1, list 1", "x")},
    ),
    "nothing": ([data(text_plain=["epoch 3, loss 0.12"], image_png="aGVsbG8=")], set()),
    "no output": ([], set()),
}


@pytest.mark.parametrize("name", HELD)
def test_what_a_cell_shows_is_data(name, tmp_path):
    cell, held = HELD[name]
    (found,) = look([notebook(tmp_path / "a.ipynb", cell)])
    assert {(c.table, c.column) for c in found.columns} == held
    assert found.images == (name == "nothing") and not found.unseen


def test_the_state_of_widgets_is_data(tmp_path):
    state = {"widgets": {"application/x": {"state": {"a": {"value": "canary@mail.example"}}}}}
    (found,) = look([notebook(tmp_path / "a.ipynb", metadata=state)])
    assert [c.table for c in found.columns] == ["widgets"]


def test_no_text_of_an_output_is_lost(tmp_path):
    nested = {"a": [{"b": "one"}, [["two"]]], "c": "three", "d": 4}
    cell = [data(application_json=nested, text_plain="five"), data(text_html="<p>six</p><b>seven</b>")]
    frames = outputs(notebook(tmp_path / "a.ipynb", cell)).frames
    cells = {str(v) for frame in frames.values() for column in frame for v in frame[column]}
    assert cells == {"one", "two", "three", "4", "five", "six", "seven"}


def test_the_codes_of_a_commit_hook(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("data").mkdir()
    Path("data/people.csv").write_text("id,email\n1,canary@mail.example\n")
    Path("clean.csv").write_text("id,n\n1,2\n")
    Path("broken.parquet").write_text("PAR1 canary")
    notebook(Path("broken.ipynb")).write_text("{")
    codes = {
        ("clean.csv",): 0, ("data/people.csv", "clean.csv"): 1, ("broken.parquet", "clean.csv"): 3,
        ("broken.ipynb",): 3, ("no.csv",): 3, ("data/people.csv", "broken.ipynb"): 1,
    }  # fmt: skip
    for files, code in codes.items():
        assert main(["staged", *files]) == code
        out, err = capsys.readouterr()
        assert ("data/people.csv" in out) == (code == 1) and "canary" not in out + err


def test_the_hooks_are_asked_about_every_kind_of_file_that_can_be_read():
    data_files, notebooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    endings = (kinds._BINARY | json_files.ENDINGS | kinds._DELIMITED) - {".avro", ".txt"}
    assert [e for e in sorted(endings) if not re.search(data_files["files"], f"a{e}")] == []
    assert re.search(data_files["files"], "a.csv.gz") and re.search(notebooks["files"], "a/b.ipynb")
    assert not any(re.search(data_files["files"], name) for name in ("a.md", "a.py", "a.ipynb", "csv"))
    for hook in (data_files, notebooks):
        assert hook["entry"].split() == ["auditkit", "staged"]
