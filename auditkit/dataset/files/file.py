"""A file that becomes one table, or several."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from auditkit.dataset.files.folders import shown_file
from auditkit.naming.names import shown_table

if TYPE_CHECKING:
    from auditkit.dataset.engine import Engine


@dataclass(frozen=True)
class File:
    """A file that becomes a table.

    Attributes:
        path: where it is.
        name: the real name of its table, where it is one table.
        prefix: what stands before the names of its tables, where it holds several.
        parts: the files of a table that is kept as several; `path` is then their folder.
    """

    path: Path
    name: str
    prefix: str = ""
    parts: tuple[Path, ...] = ()

    @property
    def shown(self) -> str:
        """What messages call it."""
        return shown_file(self.path)

    def table(self, engine: Engine) -> str:
        """Return the shown name of its one table."""
        return shown_table(self.name, engine.relations)[0]
