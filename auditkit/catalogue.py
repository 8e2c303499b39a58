"""The catalogue of checks: every module of the package `auditkit.scanners` that defines one.

A scanner is a folder of checks on one subject. Nothing is registered by hand; the catalogue walks the
package.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection, Mapping
from functools import cache
from typing import TYPE_CHECKING

from auditkit.check_page import Page, pages
from auditkit.errors import UsageError
from auditkit.vocabulary import did_you_mean

if TYPE_CHECKING:
    from auditkit.check import Check

_PACKAGE = "auditkit.scanners"


@cache
def catalogue() -> Mapping[str, Check]:
    """Return every check by its id.

    >>> catalogue()["retention-overdue"].title
    'Rows kept past their retention period'
    """
    from auditkit.check import Check

    package = importlib.import_module(_PACKAGE)
    names = [m.name for m in pkgutil.walk_packages(package.__path__, f"{_PACKAGE}.") if not m.ispkg]
    modules = [importlib.import_module(name) for name in names]
    checks = [
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Check) and value.function.__module__ == module.__name__
    ]
    return {c.id: c for c in sorted(checks, key=lambda c: c.id)}


def page(id: str) -> Page:
    """Return the page of a check, without an engine.

    Raises:
        UsageError: there is no such check; the message has the nearest one.
    """
    _require_known(id)
    return pages()[id]


def scanners() -> tuple[str, ...]:
    """Return the names of the scanners.

    >>> scanners()
    ('access', 'minimisation', 'pii', 'reidentification', 'retention', 'tenancy')
    """
    package = importlib.import_module(_PACKAGE)
    return tuple(sorted(m.name for m in pkgutil.iter_modules(package.__path__) if m.ispkg))


def chosen(wanted: Collection[str] | None, checks: Collection[str] | None) -> list[Check]:
    """Return the checks of some scanners, or some checks, or all where neither is given.

    Raises:
        UsageError: a name is unknown, and the message has the nearest one; or no check is left, which would
            look as if nothing had been found.
    """
    known = catalogue()
    _check_names("scanners", wanted, "retention")
    _check_names("checks", checks, "retention-overdue")
    for name in wanted or ():
        if name not in scanners():
            raise UsageError(
                f"there is no scanner {name!r}; there are {', '.join(scanners())}."
                f"{did_you_mean(name, scanners())}"
            )
    for name in checks or ():
        _require_known(name)
    picked = [c for c in known.values() if wanted is None or c.scanner in wanted]
    picked = [c for c in picked if c.id in checks] if checks is not None else picked
    if not picked:
        raise UsageError(
            "no check is left to run: none of the given checks belongs to one of the given scanners;"
            " `auditkit checks` lists them"
        )
    return picked


def _require_known(id: str) -> None:
    if id not in pages():
        raise UsageError(
            f"there is no check {id!r}; `auditkit checks` lists them.{did_you_mean(id, pages())}"
        )


def _check_names(argument: str, given: object, example: str) -> None:
    """Refuse what is not a list of names; in a lone text each letter would be taken for a name."""
    if given is None:
        return
    if (
        isinstance(given, str)
        or not isinstance(given, Collection)
        or not all(isinstance(name, str) for name in given)
    ):
        raise UsageError(f"{argument} is a list of names, such as {argument}=[{example!r}]")
