"""Labels under the project's key can be compared, and nobody can guess the values behind them."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from auditkit import project_key

SECRET = "a key of the tests, long enough"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("AUDITKIT_KEY", raising=False)
    return tmp_path


def test_a_label_depends_on_kind_value_and_key(monkeypatch):
    monkeypatch.setenv("AUDITKIT_KEY", SECRET)
    label = project_key.label("tenant", "acme")
    assert label == project_key.label("tenant", "acme") and label.startswith("T-") and len(label) == 14
    assert len({label, project_key.label("tenant", "acme2"), project_key.label("team", "acme")}) == 3
    assert project_key.label("tenant", 17) == project_key.label("tenant", "17")
    monkeypatch.setenv("AUDITKIT_KEY", SECRET + "!")
    assert project_key.label("tenant", "acme") != label


def test_a_key_shows_its_id_and_never_itself(monkeypatch):
    monkeypatch.setenv("AUDITKIT_KEY", SECRET)
    key = project_key.key()
    assert "tests" not in repr(key) and len(key.id) == 8 and key.id == project_key.key().id
    assert project_key.Key(b"another").id != key.id


def test_a_key_is_made_once_and_only_its_owner_can_read_it(home):
    first = project_key.key()
    file = project_key.place()
    assert file.is_relative_to(home) and stat.S_IMODE(file.stat().st_mode) == 0o600
    assert project_key.key() == first and len(file.read_text().strip()) == 64
    assert [p.name for p in file.parent.iterdir()] == ["key"], "no draft is left"


def test_processes_that_make_a_key_at_once_use_the_same_one(home):
    code = "from auditkit import project_key; print(project_key.key().id)"
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(6)
    ]
    assert len({process.communicate()[0] for process in running}) == 1
    assert [process.returncode for process in running] == [0] * 6


def test_the_environment_variable_goes_before_the_file(home, monkeypatch):
    kept = project_key.key()
    monkeypatch.setenv("AUDITKIT_KEY", SECRET)
    assert project_key.key() != kept


def test_a_key_that_is_short_or_that_others_can_read_is_refused(home, monkeypatch):
    monkeypatch.setenv("AUDITKIT_KEY", "secret")
    with pytest.raises(ValueError, match="16 characters") as error:
        project_key.key()
    assert "'secret'" not in str(error.value)
    monkeypatch.delenv("AUDITKIT_KEY")
    project_key.key()
    project_key.place().chmod(0o644)
    with pytest.raises(ValueError, match="chmod 600"):
        project_key.key()
    project_key.place().chmod(0o600)
    project_key.place().write_text("")
    with pytest.raises(ValueError, match="too short"):
        project_key.key()


@pytest.mark.parametrize(
    "weak", ["a" * 64, "password" * 3, "0123456789abcdef0123456789abcdef", "9876543210987654"]
)
def test_a_key_that_could_be_guessed_is_refused_wherever_it_is_kept(weak, home, monkeypatch):
    monkeypatch.setenv("AUDITKIT_KEY", weak)
    with pytest.raises(ValueError, match="could be guessed") as error:
        project_key.key()
    assert weak not in str(error.value)
    monkeypatch.delenv("AUDITKIT_KEY")
    project_key.key()
    project_key.place().write_text(weak)
    with pytest.raises(ValueError, match="could be guessed"):
        project_key.key()


def test_white_space_around_a_key_is_no_part_of_it(monkeypatch):
    """A key from a file ends with a line break where a key from a form does not."""
    ids = set()
    for key in (SECRET, f"{SECRET}\n", f" {SECRET}\r\n"):
        monkeypatch.setenv("AUDITKIT_KEY", key)
        ids.add(project_key.key().id)
    assert len(ids) == 1


def test_the_id_of_a_key_is_no_quick_test_of_a_guess():
    project_key._slow_id.cache_clear()
    begun = time.perf_counter()
    for guess in range(3):
        _ = project_key.Key(f"guess {guess}".encode()).id
    assert time.perf_counter() - begun > 3 * 0.01, "an HMAC takes a microsecond"


def test_an_error_names_no_path_where_no_key_can_be_kept(home):
    project_key.place().parent.parent.mkdir(parents=True, exist_ok=True)
    project_key.place().parent.touch()
    with pytest.raises(OSError) as error:
        project_key.key()
    assert os.fspath(home) not in str(error.value.strerror)
