"""What people read fits their terminal; what a program reads stays as it is."""

import io

import pandas as pd
import pytest

from auditkit.cli import main


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    path = tmp_path_factory.mktemp("terminal") / "people.csv"
    columns = {
        "email": ["ana@example.org"] * 9,
        "a_rather_long_name_of_a_column": ["write to ana@example.org"] * 9,
    }
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


@pytest.mark.parametrize("command", ["profile", "explore", "audit"])
@pytest.mark.parametrize("columns", [50, 80])
def test_lines_fit_the_terminal(command, columns, people, monkeypatch):
    monkeypatch.setattr("sys.stdout", shown := Terminal())
    monkeypatch.setenv("COLUMNS", str(columns))
    main([command, str(people)])
    text = shown.getvalue()
    report = text.partition("STATE NEXT")[0]
    assert len(report.splitlines()) > 3 and max(map(len, report.splitlines())) < columns
    assert "\x1b" not in text, "colours would need a look at NO_COLOR"


def test_a_pipe_gets_whole_lines(people, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    main(["profile", str(people)])
    assert max(map(len, capsys.readouterr().out.splitlines())) > 60


def test_a_value_that_would_be_folded_is_withheld_before(people, monkeypatch):
    from auditkit.cli import console
    from auditkit.report.selfscan import Allowed

    monkeypatch.setattr("sys.stdout", shown := Terminal())
    monkeypatch.setenv("COLUMNS", "44")
    card = "4111 1111 1111 1111"
    console.print_on_terminal(f"a line that is folded within the number {card}", Allowed())
    assert "1111" not in shown.getvalue()
