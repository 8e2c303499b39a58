"""What a run can be exported to, without its source: one module a format.

Every module of this package is a format. Its name is the name of the format, its docstring is its page,
`FILE` names the file, and `render(run)` returns its content as text or bytes. Nothing is registered by hand.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import TYPE_CHECKING

from auditkit.errors import UsageError
from auditkit.report.say import speaking
from auditkit.vocabulary import did_you_mean

if TYPE_CHECKING:
    from auditkit.record import AuditRecord
    from auditkit.report.saved import SavedRun


@dataclass(frozen=True)
class Export:
    """A format.

    Attributes:
        name: how the command line names it.
        file: the name of the file that it makes.
        doc: what it holds and who reads it; the first line says it in short.
        render: makes the content of the file.
    """

    name: str
    file: str
    doc: str
    render: Callable[[SavedRun], str | bytes]

    @property
    def title(self) -> str:
        """What it is, in one line."""
        return self.doc.partition("\n")[0].rstrip(".")


def formats() -> tuple[str, ...]:
    """Return the names of the formats; nothing is imported for it.

    >>> "inventory" in formats()
    True
    """
    return tuple(sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__)))


@cache
def export(name: str) -> Export:
    """Return the format of a name.

    Raises:
        UsageError: there is no such format; the message has the nearest one.

    >>> export("inventory").file
    'inventory.csv'
    """
    if name not in formats():
        near = did_you_mean(name, formats())
        raise UsageError(f"there is no format {name!r}.{near} There are: {', '.join(formats())}")
    module = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
    return Export(name, module.FILE, str(module.__doc__).strip(), module.render)


def made(name: str, run: SavedRun) -> tuple[str | bytes, tuple[str, ...]]:
    """Return a run in a format and in the language of its report, without personal values.

    With it comes a sentence for each value that was withheld.

    Raises:
        UsageError: there is no such format.
        PersonalValueError: a value cannot be taken out.
    """
    chosen = export(name)
    with speaking(run.language):
        content = chosen.render(run)
    return scanned(chosen.file, content, run.audit)


def scanned(file: str, content: str | bytes, *audits: AuditRecord) -> tuple[str | bytes, tuple[str, ...]]:
    """Return a file without personal values, and a sentence for each one that was withheld.

    What the policies of the audits name may be in it. An office file that holds a value is refused.

    Raises:
        PersonalValueError: a value cannot be taken out.
    """
    from auditkit.report import office, selfscan
    from auditkit.report.folder import allowance

    allowed = allowance(None, *audits)
    if isinstance(content, str):
        return selfscan.withheld(file, content, allowed)
    for part, text in office.texts(content).items():
        selfscan.check(f"{file} ({part})", unescape(text), allowed)
    return content, ()
