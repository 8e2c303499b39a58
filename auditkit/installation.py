"""What is installed, and where auditkit keeps what it must remember; nothing is opened or made."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from auditkit import project_key
from auditkit.dataset.engines import registry
from auditkit.extras import EXTRAS, missing
from auditkit.running import audit_log
from auditkit.shipped import folder
from auditkit.version import __version__


@dataclass(frozen=True)
class State:
    """One thing that may be installed or not.

    Attributes:
        name: what it is.
        works: whether it is there.
        text: what a user must know of it.
        is_needed: nothing works without it.
    """

    name: str
    works: bool
    text: str
    is_needed: bool = False


def state() -> tuple[State, ...]:
    """Return what is installed, and where the key and the logs are.

    >>> [one.works for one in state() if one.name == "auditkit"]
    [True]
    """
    return tuple(_states())


def _states() -> Iterator[State]:
    yield State("auditkit", True, f"{__version__} on Python {platform.python_version()}", is_needed=True)
    for package in ("ibis-framework", "duckdb", "pandas", "pyarrow"):
        found = _version(package)
        yield State(package, found is not None, found or f"pip install {package}", is_needed=True)
    for extra in EXTRAS:
        absent = ", ".join(missing(extra))
        remedy = f"not installed: {absent}; pip install 'privacy-auditkit[{extra}]'"
        yield State(extra, not absent, remedy if absent else "installed")
    schemes = ", ".join(f"{scheme}://" for scheme in sorted(registry().schemes))
    yield State("sources", True, f"files, DataFrames, {schemes}")
    for name, fault in registry().faults.items():
        yield State(f"engine {name}", False, f"could not be loaded: {fault}")
    yield _documentation()
    yield _key()
    log = os.environ.get(audit_log.VARIABLE)
    yield State(
        "log", True, f"{audit_log.VARIABLE}={log}" if log else f"none; {audit_log.VARIABLE} names a file"
    )
    yield _room()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _documentation() -> State:
    try:
        return State("documentation", True, f"{folder('docs')}")
    except FileNotFoundError as error:
        return State("documentation", False, str(error))


def _key() -> State:
    """Return where the key of the project is; it is neither read nor made."""
    if os.environ.get(project_key.VARIABLE):
        return State("key", True, f"in the environment variable {project_key.VARIABLE}")
    path = project_key.place()
    where = f"{path}" if path.exists() else f"none yet; it will be made as {path}"
    return State("key", True, where)


def _room() -> State:
    try:
        temporary = tempfile.gettempdir()
        free = shutil.disk_usage(temporary).free / 1e9
    except OSError as error:
        return State(
            "temporary files", False, f"no folder can be used: {type(error).__name__}", is_needed=True
        )
    return State("temporary files", True, f"{temporary}, {free:,.0f} GB free")
