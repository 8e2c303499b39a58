"""What `pip install privacy-auditkit` gives without an extra: here only its dependencies can be imported."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from auditkit.extras import EXTRAS

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MOST_PACKAGES = 45

HIDING = """
import sys

class Hiding:
    def __init__(self, finder):
        self.finder = finder

    def find_spec(self, name, *places):
        return None if name.partition(".")[0] in hidden else self.finder.find_spec(name, *places)

    def __getattr__(self, name):
        return getattr(self.finder, name)

hidden = {!r}
sys.meta_path[:] = map(Hiding, sys.meta_path)
"""
"""What hides every module that the core does not install, the first lines of a program."""


def asked_by(package: str) -> list[Requirement]:
    """Return what a package needs; nothing where it is not installed, as Spark is not."""
    try:
        return list(map(Requirement, metadata.requires(package) or ()))
    except metadata.PackageNotFoundError:
        return []


def needed(requirements: list[str]) -> set[str]:
    """Return the packages that some requirements install, with what those need."""
    waiting, seen = list(map(Requirement, requirements)), set()
    while waiting:
        wanted = waiting.pop()
        for extra in {"", *wanted.extras} - {extra for name, extra in seen if name == wanted.name}:
            seen.add((wanted.name, extra))
            waiting += [
                each
                for each in asked_by(wanted.name)
                if not each.marker or each.marker.evaluate({"extra": extra})
            ]
    return {canonicalize_name(name) for name, _ in seen}


CORE = needed(PROJECT["dependencies"])


@cache
def brought() -> dict[str, set[str]]:
    """Return for each module that is installed the packages that bring it."""
    found = metadata.packages_distributions()
    return {module: set(map(canonicalize_name, packages)) for module, packages in found.items()}


@pytest.fixture(scope="module")
def hiding() -> str:
    hidden = {module for module, packages in brought().items() if not packages & {"privacy-auditkit", *CORE}}
    assert {module for modules in EXTRAS.values() for module in modules if find_spec(module)} <= hidden
    return HIDING.format(hidden - set(sys.stdlib_module_names))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("core")
    rows = [f"{n},person{n}@example.org,197{n}-03-12" for n in range(5)]
    (made / "people.csv").write_text("\n".join(["id,email,birth_date", *rows, ""]))
    with zipfile.ZipFile(made / "book.xlsx", "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
    (made / "recognizers.yaml").write_text("recognizers: []\n")
    (made / "nlp.yaml").write_text("nlp_engine_name: spacy\nmodels: []\n")
    (made / "plain.yaml").write_text("version: 1\nname: X\n")
    for key, file in (("presidio", "recognizers.yaml"), ("model", "nlp.yaml")):
        (made / f"{key}.yaml").write_text(f"version: 1\nname: X\ndetection:\n  {key}: {file}\n")
    return made


def run(program: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_the_core_is_few_packages_and_none_of_an_extra():
    optional = {
        extra: needed(lines) for extra, lines in PROJECT["optional-dependencies"].items() if extra in EXTRAS
    }
    heavy = (
        "presidio-analyzer spacy papermill jupyterlab ipykernel plotly great-expectations onnxruntime".split()
    )
    assert len(CORE) < MOST_PACKAGES
    assert not CORE & set(heavy)
    assert set(heavy) <= set().union(*optional.values())


def test_the_extras_are_those_of_the_project_and_the_page_names_each():
    page = (ROOT / "docs" / "how-to" / "install.md").read_text(encoding="utf-8")
    optional = PROJECT["optional-dependencies"]
    assert set(EXTRAS) == set(optional) - {"all", "dev"}
    assert all(re.search(rf"`{extra}`", page) for extra in EXTRAS)
    (everything,) = optional["all"]
    assert set(Requirement(everything).extras) == set(EXTRAS) - {"spark"}
    for extra, modules in EXTRAS.items():
        listed = {canonicalize_name(Requirement(line).name) for line in optional[extra]}
        assert set().union(*(brought().get(module, set()) for module in modules)) <= listed, extra


def test_the_suites_are_tried_with_the_oldest_great_expectations_that_is_allowed():
    """The newest is in `constraints.txt`, with which all tests run."""
    (suites,) = [
        r for line in PROJECT["optional-dependencies"]["gx"] if (r := Requirement(line)).name != "sqlalchemy"
    ]
    tried = re.findall(
        r"great-expectations==(\S+)", (ROOT / ".github/workflows/tests.yml").read_text("utf-8")
    )
    (oldest,) = [each.version for each in suites.specifier if each.operator == ">="]
    assert tried == [f"{oldest}.0"]


def test_the_core_profiles_explores_audits_and_answers(hiding, folder):
    program = """
import json, auditkit, pandas as pd
from auditkit.cli import main
found = auditkit.profile(pd.read_csv("people.csv"))
audit = auditkit.audit("people.csv", as_of="2026-11-22", checks=["pii-undeclared", "retention-overdue"])
codes = [
    main(command.split())
    for command in ("explore people.csv", "audit people.csv --scanner pii --format html", "checks", "doctor")
]
print()
print(json.dumps({"found": {v.column: v.entity for v in found}, "note": found.note, "codes": codes,
    "failed": [o.reason for o in audit.not_assessed if o.cause == "error"]}))
"""
    answer = json.loads(run(hiding + program, folder).splitlines()[-1])
    assert answer["found"] == {"id": None, "email": "EMAIL_ADDRESS", "birth_date": "DATE_OF_BIRTH"}
    assert answer["note"].endswith("install privacy-auditkit[ner].")
    assert answer["failed"] == []
    assert set(answer["codes"]) <= {0, 1, 3} and answer["codes"][-1] == 0


SENTENCES = {
    "presidio": [
        "from auditkit.detection import analyzer; analyzer()",
        "auditkit.profile('people.csv', policy='presidio.yaml')",
        "auditkit.audit('people.csv', 'model.yaml')",
    ],
    "report": ["from auditkit import charts; charts.personal_data(auditkit.profile('people.csv'))"],
    "gx": ["from auditkit import expectations; expectations.run([], 'people.csv')"],
    "ner": ["from auditkit.detection import names_model; names_model.model()"],
    "postgres": ["auditkit.open('postgresql://reader@localhost/crm')"],
    "mysql": ["auditkit.open('mysql://reader@localhost/crm')"],
    "excel": ["auditkit.open('book.xlsx')"],
    "office": [
        "from auditkit.cli import main; raise SystemExit(main(['register', 'people.csv', '-o', 'out']))"
    ],
}
"""What needs each extra. JupyterLab is a program of its own, and a source of Spark is made by Spark."""


def test_what_needs_an_extra_says_which(hiding, folder):
    calls = [(extra, call) for extra, each in SENTENCES.items() for call in each]
    program = f"""
import contextlib, io, json, auditkit
texts = []
for extra, call in {calls!r}:
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            exec(call)
    except (Exception, SystemExit) as error:
        texts.append((extra, said.getvalue() + str(error)))
    else:
        texts.append((extra, "no error"))
print(json.dumps(texts))
"""
    for extra, text in json.loads(run(hiding + program, folder)):
        assert f"pip install 'privacy-auditkit[{extra}]'" in text, (extra, text)
