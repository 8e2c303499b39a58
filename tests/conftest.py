"""Fixtures of all tests: no network, and the same tables on every engine."""

from __future__ import annotations

import gc
import importlib.util
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from auditkit.audit.audit import Audit
from auditkit.policy import Policy
from tests import servers
from tests.engines import Tables, load_duckdb, load_frames, load_mariadb, load_postgres, load_sqlite
from tests.shown import Shown

HERE = Path(__file__).parent
OWN_FOLDERS = "XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME IPYTHONDIR JUPYTER_CONFIG_DIR".split()

settings.register_profile(
    "quick",
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=600)
settings.load_profile(os.environ.get("AUDITKIT_EXAMPLES", "quick"))

# A shell that runs the tests in the background ignores Ctrl-C, and what the tests start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

if "XDG_RUNTIME_DIR" not in os.environ:  # a library of the PostgreSQL server warns where it is missing
    runtime = Path(tempfile.gettempdir(), f"runtime-{os.getuid()}")
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)

_spec = importlib.util.spec_from_file_location("offline", HERE / "offline" / "sitecustomize.py")
assert _spec is not None and _spec.loader is not None
if "offline" not in sys.modules:  # an audit hook cannot be removed, so it is set once
    sys.modules["offline"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["offline"])
os.environ["PYTHONPATH"] = os.pathsep.join(
    [str(HERE / "offline"), *filter(None, [os.environ.get("PYTHONPATH")])]
)


def pytest_collection_finish() -> None:
    """Collect garbage as seldom as the command line does: what the tests import stays until the end."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(autouse=True, scope="session")
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the project key and the settings of Jupyter out of the user's folders."""
    home = tmp_path_factory.getbasetemp() / "home"
    with pytest.MonkeyPatch.context() as patch:
        for name in OWN_FOLDERS:
            patch.setenv(name, str(home / name.lower()))
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Return the URL of a PostgreSQL server of this test run alone."""
    with servers.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[str]:
    """Return the path of the socket of a MariaDB server of this test run alone; root needs no password."""
    if servers.MARIADB is None or servers.MARIADB_INSTALL is None:
        pytest.skip("no MariaDB server is installed: apt-get install mariadb-server")
    with servers.mariadb() as socket:
        yield socket


LOADERS = {"frames": load_frames, "sqlite": load_sqlite, "duckdb": load_duckdb}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    """Check, when a story ends, that none of its outcomes shows what a cell holds."""
    seen = Shown()
    init, parse = Audit.__init__, Policy.parse

    def made(audit: Audit, **fields: Any) -> None:
        init(audit, **fields)
        seen.outcomes.extend(audit.outcomes)

    def parsed(text: str, *args: Any, **more: Any) -> Policy:
        seen.name(text)
        return parse(text, *args, **more)

    monkeypatch.setattr(Audit, "__init__", made)
    monkeypatch.setattr(Policy, "parse", parsed)
    yield seen
    assert seen.leaks == []


@pytest.fixture(params=[*LOADERS, "postgres", *(["mariadb"] if servers.MARIADB else [])])
def source(request: pytest.FixtureRequest, tmp_path: Path, shown: Shown) -> Callable[..., Any]:
    """Return a function that puts tables (lists of rows) into an engine, and returns a source to audit.

    Its second argument is a list of constraints such as `table: PRIMARY KEY (id)`; frames have none. A story
    that cannot differ between engines is marked with `tests.engines.on_one_engine`.
    """
    load: Callable[..., Any] = LOADERS.get(request.param, load_postgres)
    place: Any = tmp_path
    if request.param == "postgres":
        place = request.getfixturevalue("postgres_server")
    if request.param == "mariadb":
        load, place = load_mariadb, request.getfixturevalue("mariadb_server")

    def loaded(tables: Tables, keys: Sequence[str] = ()) -> Any:
        shown.plant(tables)
        return load(place, tables, keys)

    return loaded
