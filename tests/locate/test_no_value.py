"""No value of the data subject is in a result, an output, a log, a file or an error."""

from __future__ import annotations

import io
import json
import logging
import os
import pickle
import pty
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import auditkit
from auditkit.cli import main
from auditkit.dataset import Dataset, SourceError
from auditkit.locate import identifiers
from auditkit.locate.search import LocateError

CANARY = ["Canary.Quill@canarymail.example", "+1 202-555-0147", "CQ-77120-X", "Canary Quillfeather"]
"""The identifiers of the person: an e-mail address, a phone number, a member code and a name."""
_PARTS = ["canary", "quill", "2025550147", "555-0147", "77120"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a database and a policy; even the keys of its rows identify the person."""
    monkeypatch.setenv("AUDITKIT_KEY", "an example of a key")
    monkeypatch.setenv("SUBJECT", "\n".join(CANARY))
    connection = sqlite3.connect(tmp_path / "shop.sqlite")
    connection.executescript(
        "CREATE TABLE customers (email TEXT PRIMARY KEY, phone TEXT, member_code TEXT, full_name TEXT);"
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_email TEXT REFERENCES customers (email),"
        " remark TEXT);"
    )
    others = [(f"p{n}@mail.example", f"+1 202-555-01{n:02}", f"P-{n:05}", "A B") for n in range(20)]
    connection.executemany("INSERT INTO customers VALUES (?, ?, ?, ?)", [tuple(CANARY), *others])
    orders = [(n, CANARY[0], f"for {CANARY[3]}") for n in range(3)]
    connection.executemany("INSERT INTO orders VALUES (?, ?, ?)", orders)
    connection.commit()
    connection.close()
    (tmp_path / "privacy.yaml").write_text("{version: 1, name: Shop}")
    return tmp_path


def leaks(text: str) -> list[str]:
    """Return the parts of the person's identifiers that stand in a text."""
    folded = text.casefold()
    without_blanks = re.sub(r"(?<=\d)[ ().-]{1,2}(?=\d)", "", folded)
    return [part for part in _PARTS if part in without_blanks or part in folded]


def test_leaks_are_recognised():
    assert len(leaks(" ".join(CANARY))) >= 4
    assert leaks("nothing") == []


@pytest.mark.parametrize("form", ["table", "json"])
def test_no_value_is_in_any_output_log_or_file(folder, capfd, caplog, form):
    before = {path: path.read_bytes() for path in folder.rglob("*")}
    command = ["locate", str(folder / "shop.sqlite"), "-p", str(folder / "privacy.yaml")]
    with caplog.at_level(logging.DEBUG):
        code = main([*command, "--subject", "env:SUBJECT", "--format", form, "--log", str(folder / "log")])
    out, err = capfd.readouterr()
    assert code == 0
    assert "R-" in out
    assert not leaks(out + err + caplog.text)
    (line,) = [json.loads(text) for text in (folder / "log").read_text().splitlines()]
    assert line["program"] == "auditkit locate"
    assert [label[:2] for label in line["subject"]] == ["S-"] * 4
    assert (line["counts"]["rows"], line["exit_code"], line["rows_shown"]) == (4, 0, 0)
    assert not leaks((folder / "log").read_text())
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.name != "log"}
    assert after == before


def test_no_value_is_in_the_result(folder):
    found = auditkit.locate(folder / "shop.sqlite", subject="env:SUBJECT")
    forms = [
        repr(found),
        str(found),
        found._repr_html_(),
        found.to_text(),
        found.to_json(),
        found.to_pandas().to_csv(),
        repr(vars(found)),
        repr(pickle.dumps(found)),
    ]
    assert found.rows == 4
    assert not leaks("\n".join(forms))
    assert json.loads(found.to_json())["tables"][0]["keys"][0]["label"].startswith("R-")
    assert not leaks(repr(identifiers.parse(CANARY, [])))


def test_no_value_is_in_an_error(folder, capfd):
    (folder / "shop.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(SourceError) as cannot_open:
        auditkit.locate(folder / "shop.sqlite", subject="env:SUBJECT")
    assert not leaks(str(cannot_open.value))

    class Failing(Dataset):
        def fetch(self, *_, **__):
            raise ValueError(CANARY[0])

    with auditkit.open({"customers": pd.DataFrame({"id": [1, 2], "email": CANARY[:1] * 2})}) as opened:
        failing = Failing(opened.name, opened.relations, opened._engines)
        with pytest.raises(LocateError) as fault:
            auditkit.locate(failing, subject="env:SUBJECT")
    assert "ValueError at" in str(fault.value)
    assert fault.value.__suppress_context__
    assert not leaks(str(fault.value))
    out, err = capfd.readouterr()
    assert not leaks(out + err)


def test_identifiers_come_from_standard_input_and_never_from_the_command_line(folder, capfd, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"\n{CANARY[0]}\n"))
    assert main(["locate", str(folder / "shop.sqlite"), "--subject", "-"]) == 0
    assert main(["locate", str(folder / "shop.sqlite"), "--subject", CANARY[0]]) == 2
    out, err = capfd.readouterr()
    assert "env:NAME" in err
    assert "history" in err
    assert not leaks(out + err)


def test_keys_are_revealed_on_a_terminal_only(folder, capfd):
    command = ["locate", str(folder / "shop.sqlite"), "--subject", "env:SUBJECT", "--reveal"]
    assert main(command) == 2
    assert main([*command, "--format", "json"]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert "on a terminal only" in err
    assert not leaks(err)
    code, shown, messages = _on_a_terminal([sys.executable, "-m", "auditkit", *command], folder)
    assert code == 0
    assert CANARY[0] in shown, "a person asked for the key itself"
    assert not leaks(messages)


def _on_a_terminal(command, folder):
    """Run a command whose output is a terminal; return its exit code, its output and its messages."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command, stdout=theirs, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, cwd=folder
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65_536):
            shown += part
    except OSError:  # the command has closed its end
        pass
    os.close(ours)
    _, messages = process.communicate(timeout=120)
    return process.returncode, shown.decode(), messages.decode()
