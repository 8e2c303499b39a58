"""The engines: each is a folder here, or comes from a package with the entry point group `auditkit.engines`.

Nothing is registered by hand. A folder names its classes in `ENGINES`; an entry point names one class. Where
two engines claim the same scheme, kind of file or backend, the one that comes with auditkit has it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from auditkit.dataset.dialect import Dialect
from auditkit.dataset.engine import Engine
from auditkit.dataset.identity import backend_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

GROUP = "auditkit.engines"


@dataclass
class Registry:
    """The engines that are installed, and why others could not be loaded, by the names of entry points."""

    engines: list[type[Engine]] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def schemes(self) -> Mapping[str, type[Engine]]:
        """The engine that opens each URL scheme."""
        return self._first(lambda engine: engine.schemes)

    @property
    def url_advice(self) -> Mapping[str, str]:
        """What to give instead of a URL of a scheme that an engine does not open."""
        return {scheme: advice for engine in self.engines for scheme, advice in engine.url_advice.items()}

    @property
    def file_kinds(self) -> Mapping[str, type[Engine]]:
        """The engine that opens each kind of file that is a database."""
        return self._first(lambda engine: engine.file_kinds)

    @property
    def frames(self) -> Mapping[str, type[Engine]]:
        """The engine that reads the DataFrames of each package where they are."""
        return self._first(lambda engine: filter(None, [engine.frames]))

    @property
    def backends(self) -> Mapping[str, type[Engine]]:
        """The engine of each kind of Ibis backend."""
        return self._first(lambda engine: [d.backend_name for d in _own_dialect(engine)])

    def _first(self, keys: Callable[[type[Engine]], Iterable[str]]) -> Mapping[str, type[Engine]]:
        return {key: engine for engine in reversed(self.engines) for key in keys(engine)}


@cache
def registry() -> Registry:
    """Return the engines that are installed."""
    found = Registry()
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        found.engines.extend(importlib.import_module(module.name).ENGINES)
    for entry in sorted(entry_points(group=GROUP), key=lambda e: e.name):
        try:
            engine = entry.load()
        except Exception as error:  # a broken package must not stop the others
            found.faults[entry.name] = type(error).__name__
            continue
        if Engine in getattr(engine, "__mro__", ()):
            found.engines.append(engine)
        else:
            found.faults[entry.name] = "it is not a class that inherits from auditkit.dataset.engine.Engine"
    return found


def dialect_of(expr: ir.Expr) -> Dialect:
    """Return the dialect of the database that an expression is for.

    Raises:
        SourceError: `unseen`, there are several databases.
    """
    return dialect_of_backend(backend_of(expr).name)


@cache
def dialect_of_backend(name: str) -> Dialect:
    """Return the dialect of the Ibis backends of this name; one that nobody knows has only its name."""
    engine = registry().backends.get(name)
    return engine.dialect if engine is not None else Dialect(name)


def _own_dialect(engine: type[Engine]) -> list[Dialect]:
    """Return the dialect that a class has; the dialect of the plain Ibis engine is that of its backend."""
    dialect = getattr(engine, "dialect", None)
    return [dialect] if isinstance(dialect, Dialect) else []
