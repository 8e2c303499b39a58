"""The public names, and what importing them costs."""

from __future__ import annotations

import inspect
import socket
import subprocess
import sys

import pandas as pd
import pytest

import auditkit
from auditkit.errors import UsageError

HEAVY = (
    "pandas",
    "ibis",
    "duckdb",
    "presidio_analyzer",
    "spacy",
    "papermill",
    "great_expectations",
    "plotly",
    "pyspark",
    "nbconvert",
    "pyarrow",
    "numpy",
    "pydantic",
    "sqlglot",
    "jinja2",
    "rich",
)


def test_importing_the_package_imports_nothing_heavy():
    code = f"import auditkit, sys; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == ""
    )


@pytest.mark.parametrize(
    "command", ["--version", "--help", "explain retention-overdue", "checks", "audit --help"]
)
def test_a_command_that_reads_no_data_imports_no_engine(command):
    code = (
        "import sys\n"
        "from auditkit.cli import main\n"
        "try:\n"
        f"    main({command.split()!r})\n"
        "except SystemExit:\n"
        "    pass\n"
        f"print(*[m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout
    assert done.stderr.strip() == ""


def test_the_names_that_a_reader_sees_are_the_public_ones():
    assert set(dir(auditkit)) == {*auditkit.__all__, "__version__"}


def test_every_public_name_is_there_and_documented():
    for name in auditkit.__all__:
        assert inspect.getdoc(getattr(auditkit, name)), name
    with pytest.raises(AttributeError, match="no_such_name"):
        auditkit.no_such_name  # noqa: B018


def test_arguments_of_another_type_are_refused_in_words(tmp_path):
    rows = pd.DataFrame({"a": [1]})
    for call in (
        lambda: auditkit.audit(rows, sample="x"),
        lambda: auditkit.profile(rows, sample=2.5),
        lambda: auditkit.profile(rows, sample=-1),
        lambda: auditkit.report(rows, None, tmp_path, sample="x"),
        lambda: auditkit.locate(rows, subject=["a@example.org"], limit="x"),
    ):
        with pytest.raises(UsageError, match="is a number of rows a table"):
            call()
    for policy in ({"version": 1}, 7):
        with pytest.raises(UsageError, match=r"Policy\.load\(path\) or Policy\.parse\(text\)"):
            auditkit.audit(rows, policy=policy)
    for arguments, message in (
        ({"checks": "retention-overdue"}, "checks is a list of names"),
        ({"checks": [5]}, "checks is a list of names"),
        ({"scanners": "retention"}, "scanners is a list of names"),
        ({"as_of": 20261122}, "as_of is a date like"),
    ):
        with pytest.raises(UsageError, match=message):
            auditkit.audit(rows, **arguments)
    for subject in (0, [0], [None]):
        with pytest.raises(UsageError, match="each identifier of a data subject is a text"):
            auditkit.locate(rows, subject=subject)
    with pytest.raises(UsageError, match="out is the path of the folder"):
        auditkit.report(rows, None, 5)


def test_the_function_report_stays_what_the_name_means_when_its_package_is_imported():
    code = (
        "import auditkit, auditkit.report.html; from auditkit.report import text;"
        " print(callable(auditkit.report))"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "True"
    )
    from auditkit.report import html

    assert callable(html.render)
    assert callable(auditkit.report)


def test_the_signatures_are_those_that_scripts_are_written_against():
    assert list(inspect.signature(auditkit.open).parameters) == ["source"]
    assert list(inspect.signature(auditkit.profile).parameters) == ["source", "sample", "policy"]
    audited = "source policy scanners checks as_of sample strict budget name"
    assert list(inspect.signature(auditkit.audit).parameters) == audited.split()
    reported = "source policy out as_of sample previous view language budget strict"
    assert list(inspect.signature(auditkit.report).parameters) == reported.split()


def test_the_six_scanners_can_be_imported_by_name():
    from auditkit.scanners import access, minimisation, pii, reidentification, retention, tenancy

    for scanner in (access, minimisation, pii, reidentification, retention, tenancy):
        assert list(inspect.signature(scanner.scan).parameters) == ["source", "policy", "as_of", "sample"]


def test_no_process_of_a_test_looks_a_remote_name_up():
    """The guard of the tests sees names as well as addresses, here and in a child."""
    asked = "import socket; socket.gethostbyname_ex('example.org')"
    with pytest.raises(ConnectionError):
        socket.gethostbyaddr("example.org")
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=False)
    assert (done.returncode, "ConnectionError" in done.stderr) == (1, True)
    for arguments, environment in ((["-I"], None), ([], {"PATH": "/bin"})):
        with pytest.raises(ConnectionError):
            subprocess.run([sys.executable, *arguments, "-c", "1"], env=environment, check=False)
