"""`%load_ext auditkit`: a quick look, and an audit with the policy in the cell; errors are one sentence."""

from __future__ import annotations

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

import auditkit
from auditkit.errors import UsageError
from auditkit.policy import PolicyError

PEOPLE = pd.DataFrame({"id": range(9), "email": [f"ana{n}@example.org" for n in range(9)]})


@pytest.fixture
def shell(tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    made = InteractiveShell.instance()
    made.run_line_magic("load_ext", "auditkit")
    made.user_ns.update(people=PEOPLE, both={"people": PEOPLE})
    yield made
    made.run_line_magic("unload_ext", "auditkit")
    InteractiveShell.clear_instance()


def test_a_quick_look_at_a_variable_or_a_source(shell, tmp_path):
    found = shell.run_line_magic("privacy", "people")
    assert list(found.personal) == ["people"], "a frame is called like its variable"
    assert list(shell.run_line_magic("privacy", "both['people']").personal) == ["data"]
    path = tmp_path / "staff.csv"
    PEOPLE.to_csv(path, index=False)
    assert list(shell.run_line_magic("privacy", str(path)).personal) == ["staff"]


def test_an_audit_with_the_policy_in_the_cell(shell):
    audit = shell.run_cell_magic("audit", "people", "tables: {people: {columns: {}}}")
    assert isinstance(audit, auditkit.Audit)
    assert "pii-undeclared" in {f.check for f in audit.findings}
    with pytest.raises(PolicyError, match=r"cell:1:\d+: .*'emial'"):
        shell.run_cell_magic("audit", "people", "tables: {people: {sensitive: [emial]}}")


def test_a_magic_without_a_source_says_what_to_write(shell):
    with pytest.raises(UsageError, match="%privacy df"):
        shell.run_line_magic("privacy", "")


def test_an_error_in_a_notebook_is_one_sentence(shell, capsys):
    result = shell.run_cell("import auditkit\nauditkit.open('no-such-file.csv')")
    shown = capsys.readouterr().out
    assert not result.success
    assert "no-such-file.csv" in shown
    assert "Traceback" not in shown and ".py" not in shown
    assert shown.count("\n") <= 3
