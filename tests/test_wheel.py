"""What is installed from a wheel finds what it ships, and the source archive can test itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NOT_SHIPPED = {".gitattributes"}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return an environment in which `auditkit` is what a wheel of this checkout holds."""
    folder = tmp_path_factory.mktemp("wheel")
    options = "-q --no-deps --no-build-isolation --no-index".split()
    build = [sys.executable, "-m", "pip", "wheel", *options, "-w", str(folder), str(ROOT)]
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
    assert not [n for n in names if "__pycache__" in n or n.startswith(("tests/", "tools/", "demo/"))]
    documents = ("reference/policy.schema.json", "tutorial.md")
    assert {"auditkit/py.typed", *(f"auditkit/_shipped/docs/{name}" for name in documents)} <= names


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that a source archive of this checkout unpacks to."""
    folder = tmp_path_factory.mktemp("sdist")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, text=True)
    (archive,) = folder.glob("privacy_auditkit-*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    (place,) = (p for p in folder.iterdir() if p.is_dir())
    return place


@pytest.mark.skipif(
    not shutil.which("git") or not (ROOT / ".git").exists(), reason="this is not a checkout of git"
)
def test_the_source_archive_holds_every_file_of_the_checkout(unpacked):
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    tracked = {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}
    packed = {p.relative_to(unpacked).as_posix() for p in unpacked.rglob("*") if p.is_file()}
    assert tracked - packed - NOT_SHIPPED == set()


def test_the_tests_of_the_source_archive_find_what_they_read(unpacked):
    """Each test is collected, and those that read files of the project pass."""
    python = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    collected = subprocess.run(
        [*python, "--collect-only"], cwd=unpacked, capture_output=True, text=True, check=False
    )
    assert collected.returncode == 0, collected.stdout[-2000:]
    reading = "tests/test_project_files.py tests/test_readme.py tests/report/test_sample.py".split()
    done = subprocess.run([*python, *reading], cwd=unpacked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
