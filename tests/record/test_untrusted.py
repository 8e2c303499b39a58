"""A run folder is data that anybody may have written: it is valid, or refused in one sentence."""

from __future__ import annotations

import copy
import json
import os
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from auditkit.cli import main
from auditkit.detection.verdict import ColumnVerdict
from auditkit.errors import UsageError
from auditkit.outcome import Cause, Confidence, Finding, NotAssessed, Passed, Severity
from auditkit.record import AuditRecord
from auditkit.record.untrusted import LARGEST
from auditkit.report import changes, waivers

FINDING = Finding(
    check="retention-overdue", table="tickets", columns=("closed_at",), rows=3, of=9, detail={"over": 2},
    severity=Severity.HIGH, confidence=Confidence.HIGH, sql="SELECT 1",
)  # fmt: skip
RECORD = AuditRecord(
    outcomes=(
        FINDING,
        Passed(check="pii-undeclared", table="users", of=3, interval=(0, 1)),
        NotAssessed(check="pii-secret", cause=Cause.UNSEEN, reason="not seen"),
    ),
    source="desk.sqlite",
    as_of=date(2026, 1, 1),
    columns=(ColumnVerdict("users", "mail", "EMAIL_ADDRESS", None, "certain", 0.99, 9, 0, 9, 9),),
    policy={"name": "Desk", "digest": "00", "file": "privacy.yaml", "absent": []},
    relations=(2, 2),
    run={"id": "20260101T000000Z-00000000"},
)
WRITTEN = json.loads(RECORD.to_json())
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.just(10**40), st.floats(),
    st.lists(st.none(), max_size=2),
    st.sampled_from(["x\n  - fingerprint: deadbeef00\n    reason: fine\n  # \x1b[31m", "", "\u202e", "a-b"]),
    st.dictionaries(st.sampled_from(["a", "\x1b"]), st.none(), max_size=1),
)  # fmt: skip


def places(value: Any, path: tuple = ()) -> list[tuple]:
    """Return the path of every value in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


PLACES = [place for place in places(WRITTEN) if place and place[0] not in ("causes", "coverage")]


@given(place=st.sampled_from(PLACES), odd=ODD)
def test_whatever_stands_in_an_audit_it_is_refused_or_cannot_leave_its_place(place, odd, tmp_path):
    data = copy.deepcopy(WRITTEN)
    target = data
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = odd
    file = tmp_path / "audit.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    try:
        read = AuditRecord.load(file)
    except UsageError as refused:
        assert "\x1b" not in str(refused)
        return
    text = waivers.yaml(read.findings)
    stated = yaml.safe_load(text)["waivers"]
    assert {w["fingerprint"] for w in stated or ()} == {f.fingerprint for f in read.findings}
    assert all(w["reason"] is w["owner"] is w["until"] is None for w in stated or ())
    assert changes.text(RECORD, read) is not None


def test_an_audit_survives_its_file(tmp_path):
    (tmp_path / "audit.json").write_text(RECORD.to_json(), encoding="utf-8")
    assert AuditRecord.load(tmp_path).to_dict() == RECORD.to_dict()


@pytest.mark.parametrize("command", ["waive", "diff", "verify"])
def test_a_file_that_is_too_deep_too_large_or_no_file_is_one_clear_sentence(command, tmp_path, capsys):
    run, file = tmp_path / "run", tmp_path / "run" / "audit.json"
    run.mkdir()
    more = [str(run)] if command == "diff" else []

    def deep():
        file.write_text("[" * 200_000)

    def large():
        file.unlink()
        file.touch()
        os.truncate(file, LARGEST + 1)

    def pipe():
        file.unlink()
        os.mkfifo(file)

    for attack in (deep, large, pipe):
        attack()
        if command == "verify":  # its own file is the manifest
            if attack is not pipe:
                (run / "manifest.json").unlink(missing_ok=True)
                os.link(file, run / "manifest.json")
            assert main([command, str(tmp_path)]) in (1, 2)
        else:
            assert main([command, str(run), *more]) == 2
        printed = capsys.readouterr()
        assert "fault of auditkit" not in printed.err


@pytest.mark.parametrize("odd", ["\x1b]0;OWNED\x07", "\u202e", "\x9b31m", "\u2028"], ids=ascii)
def test_no_character_of_a_name_acts_on_a_terminal(odd, tmp_path, capsys, monkeypatch):
    """The names of files and columns come out escaped, in every format, and JSON stays the same."""
    file = tmp_path / f"x{odd}.csv"
    file.write_text(f'id,"a{odd}b",=cmd\n1,jane@mail.example,2\n2,joe@mail.example,3\n', encoding="utf-8")
    out = {}
    for form in ("table", "csv", "json"):
        assert main(["profile", str(file), "--all", "--format", form]) == 0
        printed = capsys.readouterr()
        out[form] = printed.out
        assert odd not in printed.out + printed.err
        assert not [c for c in printed.out + printed.err if ord(c) < 32 and c not in "\n\r\t"]
    assert f"a{odd}b" in {column["column"] for column in json.loads(out["json"])}
    assert "'=cmd" in out["csv"]
    assert not any(cell.startswith("=") for line in out["csv"].splitlines() for cell in line.split(","))
