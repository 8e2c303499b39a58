"""Nothing of the data is left on the disk, however a run ends."""

import os
import signal
import subprocess
import sys
import time

import pytest

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
        "with in_order(): opened = dataset.open(sys.argv[1]); print('open', flush=True); [time.sleep(0.05) for _ in range(900)]"
    )
    command = [sys.executable, "-c", script, str(place / "people.csv")]
    run = subprocess.Popen(command, env=environment(place), stdout=subprocess.PIPE, text=True)
    assert run.stdout.readline() == "open\n"
    return run


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_run_that_is_told_to_end_leaves_nothing(place, name):
    with started(place) as run:
        assert left(place)
        run.send_signal(getattr(signal, name))
        run.wait(20)
        assert run.returncode in (128 + getattr(signal, name), -signal.SIGINT)
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


def test_ctrl_c_ends_with_130_at_any_time(place):
    """While it is being loaded, and while it reads."""
    for wait in (0.1, 0.3, 0.5, 0.7, 0.9, 1.0):
        command = [sys.executable, "-m", "auditkit", "profile", str(place / "people.csv")]
        with subprocess.Popen(command, env=environment(place), stderr=subprocess.PIPE, text=True) as run:
            time.sleep(wait)
            run.send_signal(signal.SIGINT)
            _, said = run.communicate(timeout=30)
            early = wait < 0.2  # Python itself was being loaded
            assert run.returncode == 130 or (early and run.returncode == -signal.SIGINT), (wait, said)
            assert early or "Traceback" not in said
    assert not left(place)
