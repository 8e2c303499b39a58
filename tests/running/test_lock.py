"""Two runs of one policy never overlap, and a dead process blocks nobody. With real processes."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from auditkit.running import lock
from auditkit.running.lock import RunLocked

HOLD = """
import sys, time
from pathlib import Path
from auditkit.running import lock
with lock.held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path):
    """Return another process that holds the lock of a policy's runs."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "reports" / "shop")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    pd.DataFrame({"email": ["ana@example.org"]}).to_csv(tmp_path / "people.csv", index=False)
    (tmp_path / "privacy.yaml").write_text("{version: 1, name: Shop}")
    arguments = ["people.csv", "-p", "privacy.yaml", "-o", "reports"]
    return [sys.executable, "-m", "auditkit", "report", *arguments]


def test_the_second_run_exits_with_2_and_names_the_first(holder, command, tmp_path):
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"process {holder.pid}, since 20" in done.stderr
    assert "Traceback" not in done.stderr
    assert [p.name for p in (tmp_path / "reports" / "shop").iterdir()] == [".lock"], "it left nothing else"


def test_a_dead_process_blocks_nobody(holder, tmp_path):
    with pytest.raises(RunLocked), lock.held(tmp_path / "reports" / "shop"):
        pass
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with lock.held(tmp_path / "reports" / "shop"):
        assert str(os.getpid()) in (tmp_path / "reports" / "shop" / ".lock").read_text()


def test_another_policy_is_not_blocked(holder, tmp_path):
    with lock.held(tmp_path / "reports" / "other"):
        pass


def test_one_process_cannot_hold_the_lock_twice_and_releases_it_after_an_error(tmp_path):
    with pytest.raises(ZeroDivisionError), lock.held(tmp_path):
        with pytest.raises(RunLocked, match=f"process {os.getpid()}"), lock.held(tmp_path):
            pass
        raise ZeroDivisionError
    with lock.held(tmp_path):
        assert stat.S_IMODE((tmp_path / ".lock").stat().st_mode) == 0o600


@pytest.mark.parametrize("left", ["", "nonsense", "{}", '{"pid": "x", "since": 3}', "[" * 500])
def test_a_lock_file_without_a_readable_entry_still_locks(left, tmp_path):
    import fcntl

    with (tmp_path / ".lock").open("w") as file:
        file.write(left)
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(RunLocked, match="just begun"), lock.held(tmp_path):
            pass
