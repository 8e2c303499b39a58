"""What a run can be exported to, without its source: one module a format.

Every module of this package is a format. Its name is the name of the format, its docstring is its page,
`FILE` names the file, and `render(run)` returns its content as text or bytes. Nothing is registered by hand.
"""

from __future__ import annotations

import importlib
import io
import pkgutil
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import TYPE_CHECKING

from auditkit.errors import UsageError
from auditkit.vocabulary import did_you_mean

if TYPE_CHECKING:
    from auditkit.report.saved import SavedRun
    from auditkit.report.selfscan import Allowed


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
    """Return a run in a format, without personal values, and a sentence for each one that was withheld.

    Raises:
        UsageError: there is no such format, or it needs a package that is not installed.
        PersonalValueError: a value cannot be taken out.
    """
    from auditkit.report import selfscan
    from auditkit.report.folder import allowance

    chosen = export(name)
    try:
        content = chosen.render(run)
    except ModuleNotFoundError as error:
        raise UsageError(
            f"the format {name} needs the package {error.name}: install privacy-auditkit[office]"
        ) from None
    allowed = allowance(None, run.audit)
    if isinstance(content, bytes):
        _check_parts(chosen.file, content, allowed)
        return content, ()
    return selfscan.withheld(chosen.file, content, allowed)


def _check_parts(file: str, content: bytes, allowed: Allowed) -> None:
    """Refuse an office file, which is a ZIP archive of XML, that holds a personal value in a text.

    Raises:
        PersonalValueError: a part holds one.
    """
    from auditkit.report import selfscan

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.namelist():
            if part.endswith(".xml"):
                text = re.sub(r"<[^>]*>", "\n", archive.read(part).decode("utf-8"))
                selfscan.check(f"{file} ({part})", unescape(text), allowed)
