"""What others put in the place of the lock or of the log is neither followed nor written."""

import os
import socket

import pytest

from auditkit.expectations import suite
from auditkit.report import folder
from auditkit.running import audit_log, lock, own_file

PLANTED = {
    "a link": lambda place, victim: place.symlink_to(victim),
    "a link to nothing": lambda place, victim: place.symlink_to(victim.with_name("new")),
    "a link to a link": lambda place, victim: place.symlink_to(_linked(victim)),
    "a second name": lambda place, victim: place.hardlink_to(victim),
    "a pipe": lambda place, victim: os.mkfifo(place),
    "a folder": lambda place, victim: place.mkdir(),
    "a socket": lambda place, victim: _bound(place),
}


def _linked(victim):
    link = victim.with_name("link")
    link.unlink(missing_ok=True)
    link.symlink_to(victim)
    return link


def _bound(place):
    with socket.socket(socket.AF_UNIX) as made:
        os.chdir(place.parent)
        made.bind(place.name)


@pytest.fixture
def victim(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (file := tmp_path / "victim").write_text("important")
    return file


@pytest.mark.parametrize("planted", PLANTED)
def test_nothing_is_written_through_what_was_planted(planted, tmp_path, victim):
    for name, attempt in (
        (lock.NAME, lambda place: lock.held(place.parent)),
        ("log.jsonl", lambda place: audit_log.line(place, "auditkit profile")),
    ):
        (place := tmp_path / f"of {name}").mkdir()
        PLANTED[planted](place / name, victim)
        with pytest.raises(OSError), attempt(place / name):
            pytest.fail("it was opened")
        assert victim.read_text() == "important"
        assert not victim.with_name("new").exists()


def test_a_run_goes_into_no_folder_that_is_a_link(tmp_path, victim):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "runs").symlink_to("elsewhere")
    with pytest.raises(own_file.NotOurFile, match="a link to another folder"), lock.held(tmp_path / "runs"):
        pytest.fail("it was opened")
    assert not list((tmp_path / "elsewhere").iterdir())
    with lock.held(tmp_path / "elsewhere" / "inner"):
        pass


def test_a_log_may_be_a_pipe_that_somebody_reads(tmp_path, victim):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    with audit_log.line(tmp_path / "pipe", "auditkit profile"):
        pass
    assert os.read(reader, 9000).endswith(b"}\n")
    os.close(reader)


WRITERS = {
    "a suite": ("sqlite/a.json", lambda root: suite.write([SUITE], root)),
    "the list of what is not compiled": (
        "sqlite.not_compiled.json",
        lambda root: suite.write([SUITE], root),
    ),
    "a note": ("run.stopped.txt", lambda root: folder.leave_note(root / "run", "stopped")),
}
SUITE = suite.Suite("a", "sqlite", ({"type": "x"},), (), {}, None)


@pytest.mark.parametrize("name", WRITERS)
def test_what_stands_in_the_place_of_a_file_is_replaced(name, tmp_path, victim):
    """Also where it stands in the place of the draft that an earlier version wrote first."""
    place, write = WRITERS[name]
    (file := tmp_path / "out" / place).parent.mkdir(parents=True)
    for planted in (file, file.with_name(f".{file.name}.new")):
        planted.symlink_to(victim)
    write(tmp_path / "out")
    assert victim.read_text() == "important"
    assert file.is_file() and not file.is_symlink()


def test_suites_go_into_no_folder_that_is_a_link(tmp_path, victim):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "sqlite").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(own_file.NotOurFile, match="a link to another folder"):
        suite.write([SUITE], tmp_path / "out")
    assert not list((tmp_path / "elsewhere").iterdir())
