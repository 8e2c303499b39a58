"""What Windows and macOS do otherwise, as far as another system can simulate it."""

import errno
import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path, PureWindowsPath

import pandas as pd
import pytest

import auditkit
import auditkit.dataset as dataset
from auditkit import finished_file
from auditkit.cli import main, notify
from auditkit.dataset import sources
from auditkit.dataset.files import folders, parts
from auditkit.expectations.suite import file_name
from auditkit.outcome import Cause
from auditkit.policy import Policy
from auditkit.report.folder import slug
from auditkit.report.scrub import without_paths

POLICY = "version: 1\nname: Größe\ntables:\n  people:\n    columns: {email: user.contact.email}\n"

WINDOWS = """
import io, os, shutil, signal, sys, types
import duckdb, fcntl, ibis, pandas, pyarrow.parquet, rich.console, subprocess, tempfile
ibis.duckdb  # what imports by the name of the system is imported before the name changes

def locking(handle, mode, count):
    assert count == 1 and os.lseek(handle, 0, os.SEEK_CUR) > os.fstat(handle).st_size, "behind all content"
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

def hook(event, arguments):
    "Refuse to remove or rename what this process has open, as Windows does."
    if event in ("os.remove", "os.rename"):
        wanted = os.path.realpath(arguments[0]) if isinstance(arguments[0], str) else None
        for handle in os.listdir("/proc/self/fd"):
            try:
                is_open = os.readlink(f"/proc/self/fd/{handle}") == wanted
            except OSError:
                continue
            if is_open:
                raise PermissionError(13, "a process has it open", wanted)

sys.modules["msvcrt"] = types.SimpleNamespace(locking=locking, LK_NBLCK=2)
sys.modules["fcntl"] = None
for name in ("SIGHUP", "SIGKILL", "SIGQUIT", "SIGALRM", "SIGUSR1", "pthread_sigmask"):
    delattr(signal, name)
for name in ("fork", "getuid", "geteuid", "getgid", "pread", "pwrite", "set_blocking", "killpg", "getpgid"):
    delattr(os, name)
for name in ("O_NOFOLLOW", "O_CLOEXEC", "O_NONBLOCK"):
    delattr(os, name)
sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding="cp1252")
sys.platform = "win32"
shutil._use_fd_functions = False
sys.addaudithook(hook)

import pathlib
from auditkit.cli import main
from auditkit.running import lock, private

code = main(sys.argv[1:])
assert private.folder().is_dir()
with lock.held(pathlib.Path("runs")):
    try:
        with lock.held(pathlib.Path("runs")):
            raise AssertionError("the lock was taken twice")
    except lock.RunLocked as error:
        assert f"process {os.getpid()}" in str(error), error
sys.exit(code)
"""


@pytest.fixture
def place(tmp_path):
    """Return a folder with a file in a Western encoding, and one for temporary files."""
    (tmp_path / "temporary").mkdir()
    rows = "".join(f"{n};Zürich {n};user{n}@example.org\r\n" for n in range(9))
    (tmp_path / "people.csv").write_bytes(f"id;größe;email\r\n{rows}".encode("cp1252"))
    (tmp_path / "privacy.yaml").write_text(POLICY, encoding="utf-16")
    return tmp_path


def test_an_audit_where_python_has_what_it_has_on_windows(place):
    command = [sys.executable, "-c", WINDOWS, "audit", "people.csv", "-p", "privacy.yaml", "--format", "json"]
    environment = {**os.environ, "TMPDIR": str(place / "temporary"), "HOME": str(place)}
    path = f"{Path(auditkit.__file__).parents[1]}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    environment |= {"PYTHONPATH": path, "USERNAME": "ana", "AUDITKIT_LOG": "log/audit.jsonl"}
    environment.pop("PYTHONIOENCODING", None)
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout.decode("utf-8"))["coverage"]["findings"] and "größe" in done.stdout.decode()
    assert b"Traceback" not in done.stderr
    assert not list((place / "temporary").iterdir()), "nothing is left, though open files cannot be removed"
    line = (place / "log" / "audit.jsonl").read_bytes()
    assert line.endswith(b"\n") and not line.endswith(b"\r\n") and json.loads(line)["exit_code"] == 0


def test_paths_of_windows_are_paths():
    path = PureWindowsPath(r"C:\Users\Ana\Exports\People.csv")
    assert folders.stem(path) == "People" and folders.shown_file(path) == "People.csv"
    assert sources.several(str(path)) is None and sources.address(str(path)) == str(path)
    assert sources.several(rf"crm={path}") == {"crm": str(path)}
    lake = PureWindowsPath(r"D:\lake\people")
    assert parts.partition(lake / "year=2024" / "part-0.csv", lake) == {"year": "2024"}
    for text in (
        rf"wrote {path}",
        r"wrote C:\\Users\\Ana\\People.csv",
        r"wrote \\server\share$\Ana Exports\People.csv",
        "wrote /Users/ana/People.csv",
    ):
        assert without_paths(text) == "wrote People.csv"


def test_no_name_of_a_file_differs_by_case_alone_or_is_a_device():
    assert slug("AUX") != "aux" and slug("Com1") != "com1"
    assert file_name("Users").casefold() != file_name("users").casefold()
    names = folders.table_names([Path("a/Users.csv"), Path("b/users.csv")])
    assert names == ["a/Users.csv", "b/users.csv"]


def test_a_letter_and_its_accent_are_one_character_in_names(tmp_path):
    folder = tmp_path / "exports"
    folder.mkdir()
    apart = unicodedata.normalize("NFD", "größe")
    (folder / f"{apart}.csv").write_text(f"id,{apart}\n1,2\n", encoding="utf-8")
    with dataset.open(folder) as opened:
        assert list(opened.tables) == ["größe"] and opened.tables["größe"].columns == ("id", "größe")


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "desktop.ini", "~$people.xlsx", "._people.csv"])
def test_what_a_system_leaves_in_a_folder_is_no_table_and_no_gap(tmp_path, name):
    (tmp_path / "colours.csv").write_text("id,colour\n1,blue\n")
    heads = {".DS_Store": b"\0\0\0\1Bud1", "Thumbs.db": b"\xd0\xcf\x11\xe0", "._people.csv": b"\0\5\x16\7"}
    (tmp_path / name).write_bytes(heads.get(name, b"ana") + bytes(4000 if name in heads else 160))
    with dataset.open(tmp_path) as opened:
        assert list(opened.tables) == ["colours"]
        assert opened.relations[name].missing.cause is Cause.NOT_APPLICABLE


def test_data_under_such_a_name_is_not_passed_over(tmp_path):
    (tmp_path / "~$people.csv").write_text("id,email\n" + "1,ana@example.org\n" * 99)
    assert len(auditkit.profile(tmp_path).columns) == 2


def test_a_policy_that_powershell_has_written_is_read(place):
    assert Policy.load(place / "privacy.yaml").name == "Größe"


def test_a_signature_keeps_the_encoding_and_the_ends_of_lines(place, capsys):
    policy = place / "privacy.yaml"
    policy.write_bytes(POLICY.replace("\n", "\r\n").encode("utf-16"))
    signed = ["attest", str(policy), "tables.people", "--by", "Ana Roe", "--role", "controller", "--yes"]
    assert main(signed) == 0, capsys.readouterr().err
    text = policy.read_bytes().decode("utf-16")
    assert "Ana Roe" in text and text.count("\n") == text.count("\r\n")


def test_a_command_of_windows_is_split_at_its_spaces(monkeypatch):
    monkeypatch.setattr(os, "name", "nt")
    words = notify._split(r'"C:\Program Files\notify.exe" --to team -f C:\log\new.txt')
    assert words == [r"C:\Program Files\notify.exe", "--to", "team", "-f", r"C:\log\new.txt"]


def test_a_file_gets_its_name_where_the_disk_has_no_second_names(monkeypatch, tmp_path):
    def refuse(*_):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    pd.DataFrame({"email": ["ana@example.org"]}).to_csv(tmp_path / "people.csv", index=False)
    page = tmp_path / "page.html"
    assert main(["profile", str(tmp_path / "people.csv"), "-o", str(page)]) == 0
    first = page.read_text(encoding="utf-8")
    assert main(["profile", str(tmp_path / "people.csv"), "-o", str(page)]) == 2, "nothing is overwritten"
    assert page.read_text(encoding="utf-8") == first
    (draft := tmp_path / "draft").touch()
    with pytest.raises(FileExistsError):
        finished_file.placed(draft, page)
