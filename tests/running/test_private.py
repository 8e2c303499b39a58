"""Nothing of the data is left on the disk, however a run ends."""

import os
import shutil
import signal
import subprocess
import sys

import pytest

from auditkit.dataset.errors import driver_errors
from auditkit.running import private

ROWS = 300_000


@pytest.fixture
def place(tmp_path):
    (tmp_path / "temporary").mkdir()
    rows = "".join(f"{n},Müller,jane.roe{n}@example.org\n" for n in range(ROWS))
    (tmp_path / "people.csv").write_bytes(f"id,näme,email\n{rows}".encode("latin-1"))
    return tmp_path


def environment(place):
    return {**os.environ, "TMPDIR": str(place / "temporary"), "HOME": str(place)}


def left(place):
    return [path for path in (place / "temporary").rglob("*.csv") if path.stat().st_size > 1000]


def started(place):
    """Start a run that has made its private copy and waits."""
    script = (
        "import sys, time; from auditkit import dataset; from auditkit.running.ended import in_order\n"
        "with in_order(): opened = dataset.open(sys.argv[1]); print('open', flush=True);"
        " [time.sleep(0.05) for _ in range(900)]"
    )
    command = [sys.executable, "-c", script, str(place / "people.csv")]
    run = subprocess.Popen(command, env=environment(place), stdout=subprocess.PIPE, text=True)
    assert run.stdout.readline() == "open\n"
    return run


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_run_that_a_signal_ends_leaves_nothing(place, name):
    with started(place) as run:
        assert left(place)
        run.send_signal(getattr(signal, name))
        run.wait(20)
        assert run.returncode == (1 if name == "SIGINT" else 128 + getattr(signal, name))
    assert not list((place / "temporary").iterdir())


def test_the_next_run_removes_what_a_killed_one_left_and_no_other(place):
    with started(place) as dead, started(place) as alive:
        dead.kill()
        dead.wait(20)
        folders = {path.name for path in (place / "temporary").glob("auditkit-*")}
        assert len(folders) == 2
        (place / "temporary" / "auditkit-of-another-program").mkdir()
        (place / "temporary" / "auditkit-link").symlink_to(place)
        (place / "small.csv").write_text("id,colour\n1,blue\n")
        command = [sys.executable, "-m", "auditkit", "profile", str(place / "small.csv")]
        done = subprocess.run(command, env=environment(place), capture_output=True, text=True)
        assert "removed a private folder" in done.stderr and done.returncode == 0
        assert len(left(place)) == 1 and (place / "people.csv").exists()
        kept = {path.name for path in (place / "temporary").glob("auditkit-*")}
        assert {"auditkit-of-another-program", "auditkit-link"} < kept and len(kept) == 3
        again = subprocess.run(command, env=environment(place), capture_output=True, text=True)
        assert "removed" not in again.stderr
        alive.kill()


def test_a_killed_run_leaves_no_half_made_folder_beside_the_others(tmp_path):
    """The next run removes it, and leaves those that are being made, and what is no private folder."""
    script = (
        "import sys, time, pathlib; from auditkit.running import private\n"
        "with private.inside(pathlib.Path(sys.argv[1]), '.run-') as made:"
        " (made / 'executed.ipynb').write_text('{}'); print(made.name, flush=True); time.sleep(60)"
    )
    (tmp_path / ".run-of-somebody").mkdir()
    command = [sys.executable, "-c", script, str(tmp_path)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as dead,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as alive,
    ):
        gone, kept = dead.stdout.readline().strip(), alive.stdout.readline().strip()
        dead.kill()
        dead.wait(20)
        with private.inside(tmp_path, ".run-") as made:
            found = {path.name for path in tmp_path.iterdir()}
        alive.kill()
    assert found == {made.name, kept, ".run-of-somebody"} and gone not in found
    assert not made.exists()


AT = """
import os, signal, sys
point, asked = sys.argv.pop(1), []
def hook(event, arguments):
    if not asked and arguments and str(arguments[0]).endswith(point):
        asked.append(event)
        os.kill(os.getpid(), signal.SIGINT)
from auditkit.__main__ import main
sys.addaudithook(hook)
sys.exit(main())
"""


@pytest.mark.parametrize(
    "point", ["auditkit.cli", "ibis", "duckdb", "people.csv", "auditkit.report.selfscan"]
)
def test_ctrl_c_ends_with_130_at_any_time(place, point):
    """While it is being loaded, and while it reads."""
    command = [sys.executable, "-c", AT, point, "profile", str(place / "people.csv")]
    done = subprocess.run(command, env=environment(place), capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.endswith("auditkit: stopped\n") and "Traceback" not in done.stderr
    assert not list((place / "temporary").iterdir())


def test_what_a_driver_makes_of_ctrl_c_is_still_ctrl_c():
    """DuckDB raises another error than Python does."""
    for raised in (RuntimeError("Query interrupted"), KeyboardInterrupt()):
        with pytest.raises(KeyboardInterrupt), driver_errors("read users"):
            raise raised


def test_a_folder_that_a_cleaner_has_removed_is_made_again(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    private._made.cache_clear()
    first = private.folder()
    shutil.rmtree(first)
    second = private.folder()
    assert second.is_dir() and second != first and private.file(".csv").parent == second == private.folder()
    private._made.cache_clear()
