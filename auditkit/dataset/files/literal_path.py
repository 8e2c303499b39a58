"""Paths as DuckDB reads them: it takes a path for a pattern, so that a file of another name would be read."""

from __future__ import annotations

import re
from pathlib import Path

from auditkit.dataset.errors import SourceError
from auditkit.dataset.files.folders import shown_file
from auditkit.dataset.sql import literal

_PATTERN = re.compile(r"[*?\[]")


def path_literal(path: Path) -> str:
    r"""Return the SQL of a path that means this one file, whatever signs its name and its folders have.

    It is absolute, so that it is no URL and does not begin with `~`.

    Raises:
        SourceError: a name has signs that cannot be written together.

    >>> path_literal(Path("/data/users[1].csv")), path_literal(Path("/data/what*?/it's.csv"))
    ("'/data/users[[]1].csv'", "'/data/what[*][?]/it''s.csv'")
    """
    text = str(path.absolute())
    if not _PATTERN.search(text):
        return literal(text)
    if "\\" in text and path.absolute().anchor == "/":
        raise SourceError(
            f"{shown_file(path)} cannot be read: its path has a backslash and a sign of a pattern (* ? [):"
            " rename it",
            code="unseen",
        )
    return literal(_PATTERN.sub(lambda sign: f"[{sign[0]}]", text))
