"""Engines are found, asked for what they can do, and added by packages of other people."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import auditkit
from auditkit.dataset import Engine, SourceError, engines
from tools.markdown import blocks

ROOT = Path(auditkit.__file__).parent
PAGE = ROOT.parent / "docs" / "how-to" / "add-an-engine.md"
FOLDERS = {path.parent.name for path in (ROOT / "dataset" / "engines").glob("*/__init__.py")}
POLICY = """
version: 1
name: Shop
tenancy: {root: people, key: person_id}
"""


def files_of_page() -> dict[str, str]:
    """Return the files that the page about engines shows, by name."""
    return {Path(b.file).name: b.text for b in blocks(PAGE.read_text(encoding="utf-8")) if b.file}


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Return a function that installs a package with one engine, until the end of the test."""
    monkeypatch.syspath_prepend(tmp_path)

    def installed(module: str, text: str, engine: str) -> None:
        (tmp_path / f"{module}.py").write_text(text, encoding="utf-8")
        info = tmp_path / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{engines.GROUP}]\nadded = {module}:{engine}\n")
        forget()
        modules.append(module)

    modules: list[str] = []
    yield installed
    for module in modules:
        sys.modules.pop(module, None)
    monkeypatch.undo()
    forget()


def forget() -> None:
    """Forget which engines are installed."""
    engines.registry.cache_clear()
    engines.dialect_of_backend.cache_clear()


@pytest.fixture
def shop(tmp_path, install):
    """Return the URL of the file of the page, which the engine of the page opens."""
    files = files_of_page()
    install("auditkit_toml", files["auditkit_toml.py"], "Toml")
    (tmp_path / "shop.toml").write_text(files["shop.toml"], encoding="utf-8")
    return f"toml://{tmp_path / 'shop.toml'}"


def test_every_folder_is_an_engine():
    found = {engine.__module__.split(".")[3] for engine in engines.registry().engines}
    assert found == FOLDERS
    assert engines.registry().faults == {}


def test_no_scheme_has_two_engines():
    schemes = [scheme for engine in engines.registry().engines for scheme in engine.schemes]
    assert sorted(schemes) == sorted(engines.registry().schemes)


def test_an_engine_of_a_package_is_audited(shop):
    found = {(c.table, c.column): c.entity for c in auditkit.profile(shop).columns}
    assert found["people", "email"] == "EMAIL_ADDRESS"
    audit = auditkit.audit(shop, auditkit.Policy.parse(POLICY), strict=True)
    assert {"pii-undeclared", "retention-undeclared"} <= {f.check for f in audit.findings}
    unseen = {o.check: (str(o.cause), o.reason) for o in audit.not_assessed if o.table is None}
    assert unseen["access-open-host"] == ("not_applicable", "the source is not a database server")


def test_an_engine_of_a_package_reads_what_auditkit_reads(shop):
    with auditkit.open(shop) as dataset:
        assert (dataset.name, dataset.dialect) == ("shop.toml", "sqlite")
        people = dataset.tables["people"]
        assert dataset.fetch(people.aggregate(n=people.id.nunique())) == [{"n": 2}]
        assert list(dataset.stream(people.select("id").order_by("id"))) == [[("1",), ("2",)]]
        (batch,) = dataset.batches("people", columns=["email"], sample=1)
        assert batch.num_rows == 1
        assert {(key.table, key.columns) for key in dataset.keys()} == {
            ("people", ("id",)),
            ("orders", ("id",)),
        }


def test_a_broken_package_does_not_stop_the_others_and_is_named(install, tmp_path):
    install("auditkit_broken", "import no_such_package", "Broken")
    assert {e.name for e in engines.registry().engines} >= {"sqlite", "postgres"}
    with pytest.raises(SourceError, match="The engine added could not be loaded: ModuleNotFoundError"):
        auditkit.open("broken://somewhere")
    (tmp_path / "people.csv").write_text("id,name\n1,x\n")
    with auditkit.open(tmp_path / "people.csv") as dataset:
        assert list(dataset.tables) == ["people"]


def test_what_is_not_an_engine_is_not_loaded(install):
    install("auditkit_other", "class Other:\n    schemes = {'other'}\n", "Other")
    assert "inherits from auditkit.dataset.engine.Engine" in engines.registry().faults["added"]


def test_a_package_cannot_take_a_scheme_of_auditkit(install):
    install(
        "auditkit_thief",
        "from auditkit.dataset import Engine\n\nclass Thief(Engine):\n    name = 'thief'\n"
        "    schemes = frozenset({'postgresql', 'thief'})\n",
        "Thief",
    )
    schemes = engines.registry().schemes
    assert (schemes["postgresql"].name, schemes["thief"].name) == ("postgres", "thief")


@pytest.mark.parametrize(
    ("url", "hint"),
    [("postgre://h/db", "postgres"), ("marriadb://h/db", "mariadb"), ("sqlit:///a", "sqlite")],
)
def test_an_unknown_scheme_gets_the_one_that_was_meant(url, hint):
    with pytest.raises(SourceError, match=f"Did you mean '{hint}'"):
        auditkit.open(url)


ASKS_FOR_A_NAME = re.compile(
    r"isinstance\([^)]*\b(DuckDB|Postgres|SQLite|MySQL|Spark)\b"
    r"|\b(dialect|backend(_of\([^)]*\))?)(\.name)? *(==|!=|\bin\b|\bnot in\b) *[(\"'{]"
    r"|\bDIALECTS\b"
)


def test_nothing_outside_its_folder_asks_an_engine_for_its_name():
    asking = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sorted(ROOT.rglob("*.py"))
        if ROOT / "dataset" / "engines" not in path.parents
        for line in path.read_text(encoding="utf-8").splitlines()
        if ASKS_FOR_A_NAME.search(line)
    ]
    assert asking == []


def test_an_engine_that_says_nothing_has_an_answer_for_everything():
    class Plain(Engine):
        name = "plain"

        def list_relations(self, prefix=""):
            raise NotImplementedError

        def batches(self, name, columns, sample, seed):
            raise NotImplementedError

        def rows(self, expr):
            raise NotImplementedError

        def stream(self, expr):
            raise NotImplementedError

    plain = Plain()
    assert (plain.keys(), plain.foreign_keys(), plain.close()) == ((), (), None)
    assert Plain.path_of("plain://x") is None and Plain.over(object()) is None
    for call in (
        lambda: Plain.open_url("plain://x"),
        lambda: Plain.open_file(Path("x"), "x"),
        lambda: Plain.over_frame(object(), []),
        lambda: plain.add_table("t", None),
        lambda: plain.add_frame("t", None),
        plain.session,
        plain.rights,
        lambda: plain.probed("t", None, "r", "s"),
        lambda: plain.drawn("t", {}, 1),
        lambda: plain.folded("t", [], None, 0, len),
        lambda: plain.hold(None),
    ):
        with pytest.raises(SourceError):
            call()
