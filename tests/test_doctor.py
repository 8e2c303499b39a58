"""What is installed, and the completion of commands in a shell."""

from __future__ import annotations

import shutil
import subprocess

import pytest

import auditkit
from auditkit import charts, expectations, extras, installation, notebooks
from auditkit.cli import main, parser
from auditkit.cli.doctor import SHELLS

COMMANDS = set(next(a for a in parser()._actions if hasattr(a, "choices") and a.choices).choices)


def test_doctor_says_what_is_installed_and_where_things_are(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("AUDITKIT_LOG", str(tmp_path / "runs.log"))
    assert main(["doctor"]) == 0
    shown = capsys.readouterr().out
    for words in ("auditkit", "duckdb", "postgres", "sqlite://", "key", "runs.log", "GB free", "docs"):
        assert words in shown


def test_what_is_missing_is_named_with_its_extra(monkeypatch):
    monkeypatch.setattr(extras, "find_spec", lambda module: None if module == "psycopg" else object())
    (postgres,) = [one for one in installation.state() if one.name == "postgres"]
    assert not postgres.works
    assert postgres.text == "not installed: psycopg; pip install 'privacy-auditkit[postgres]'"


def test_a_key_is_never_shown(monkeypatch, capsys):
    monkeypatch.setenv("AUDITKIT_KEY", "correct-horse-battery-staple-42")
    main(["doctor"])
    shown = capsys.readouterr().out
    assert "AUDITKIT_KEY" in shown and "correct-horse" not in shown


def test_what_cannot_be_done_without_is_wrong_use(monkeypatch, capsys):
    monkeypatch.setattr(
        installation, "version", lambda _: (_ for _ in ()).throw(installation.PackageNotFoundError)
    )
    assert main(["doctor"]) == 2
    assert "pip install duckdb" in capsys.readouterr().out


@pytest.mark.parametrize("shell", SHELLS)
def test_the_completion_knows_every_command(shell, capsys):
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert all(name in script for name in COMMANDS)
    assert "against" in script


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
@pytest.mark.parametrize(
    ("words", "found"), [("expl", {"explain", "explore"}), ("audit --aga", {"--against"})]
)
def test_bash_completes(words, found, capsys):
    main(["completion", "bash"])
    script = capsys.readouterr().out
    typed = ["auditkit", *words.split()]
    ask = f"COMP_WORDS=({' '.join(typed)}); COMP_CWORD={len(typed) - 1}; _auditkit; echo ${{COMPREPLY[@]}}"
    done = subprocess.run(["bash", "-c", f"{script}\n{ask}"], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == found


def without(monkeypatch, *modules: str) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda module: None if module in modules else object())


def test_what_needs_an_extra_names_it(monkeypatch, tmp_path, capsys):
    without(monkeypatch, "papermill", "plotly", "great_expectations")
    path = tmp_path / "people.csv"
    path.write_text("id,email\n1,ana@example.org\n")
    assert main(["report", str(path), "-o", str(tmp_path / "reports")]) == 2
    assert "papermill, plotly: pip install 'privacy-auditkit[report]'" in capsys.readouterr().err
    for call in (
        lambda: notebooks.run("explore", {"source": str(path)}, tmp_path / "out.ipynb"),
        lambda: charts.personal_data(auditkit.profile(path)),
        lambda: charts.use_offline_renderer(),
    ):
        with pytest.raises(extras.NotInstalledError, match="report"):
            call()
    with pytest.raises(extras.NotInstalledError, match="needs great_expectations: pip install"):
        expectations.run([], str(path))
