"""What is installed from a wheel finds what it ships."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return an environment in which `auditkit` is what a wheel of this checkout holds."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "-w",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(build, check=True, capture_output=True, text=True)
    (wheel,) = folder.glob("privacy_auditkit-*.whl")
    site = folder / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), os.environ["PYTHONPATH"]])}


def run(environment: dict[str, str], folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "auditkit", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def test_the_command_finds_its_notebooks_and_its_data(installed, tmp_path):
    asked = [sys.executable, "-c", "import auditkit; print(auditkit.__file__)"]
    where = subprocess.run(asked, cwd=tmp_path, env=installed, capture_output=True, text=True, check=True)
    assert "site/auditkit/__init__.py" in where.stdout
    assert "privacy_impact_assessment.ipynb" in run(installed, tmp_path, "notebooks", "mine")
    run(installed, tmp_path, "demo", "demo")
    (tmp_path / "people.csv").write_text(
        "email,plan\nana@example.org,free\nben@example.org,team\neva@example.com,free\n"
    )
    page = run(installed, tmp_path, "report", "people.csv", "-o", "reports").splitlines()[-1]
    assert (tmp_path / page).read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html>")


def test_the_wheel_holds_no_tests_and_no_leftovers(installed):
    site = Path(installed["PYTHONPATH"].split(os.pathsep)[0])
    names = {p.relative_to(site).as_posix() for p in site.rglob("*") if p.is_file()}
    assert not [n for n in names if "__pycache__" in n or n.startswith(("tests/", "demo/"))]
    assert "auditkit/py.typed" in names
