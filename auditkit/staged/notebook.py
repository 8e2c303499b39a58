"""The outputs of a notebook as tables: what a saved notebook shows is data, too."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditkit.dataset.errors import SourceError
from auditkit.naming.names import shown_source

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Outputs:
    """What the outputs of a notebook hold.

    Attributes:
        frames: their tables and texts, by the cell; a text is a table with its lines.
        images: how many images there are.
    """

    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    images: int = 0


def outputs(path: Path) -> Outputs:
    """Return what the outputs of a notebook hold.

    Raises:
        SourceError: it is no notebook.
    """
    try:
        book = json.loads(path.read_text(encoding="utf-8"))
        cells = [cell.get("outputs", []) for cell in book["cells"]]
        state = book.get("metadata", {}).get("widgets", {})
    except OSError as error:
        raise SourceError(
            f"could not read {shown_source(path.name)}: {error.strerror}", code="unseen"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        reason = f"{shown_source(path.name)} is no notebook of version 4"
        raise SourceError(reason, code="unseen") from None
    frames: dict[str, pd.DataFrame] = {}
    images = 0
    for number, found in enumerate(cells, 1):
        for output in found:
            images += sum(kind.startswith("image/") for kind in output.get("data", {}))
        frames |= _frames(f"cell {number}", [part for output in found for part in _parts(output)])
    return Outputs(frames | _frames("widgets", [state]), images)


def _parts(output: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the texts and the JSON of an output. The text that repeats a table is left out."""
    data = output.get("data", {})
    yield from (output[key] for key in ("text", "ename", "evalue", "traceback") if key in output)
    for kind, content in data.items():
        repeated = kind == "text/plain" and "text/html" in data
        if not repeated and not kind.startswith("image/"):
            yield Page("".join(content)) if kind == "text/html" else content


def _frames(place: str, parts: list[Any]) -> dict[str, pd.DataFrame]:
    """Return the tables and the texts of a cell."""
    import pandas as pd

    lines: list[str] = []
    columns: list[tuple[str, list[str]]] = []
    tables: list[pd.DataFrame] = []
    for part in parts:
        if isinstance(part, Page):
            tables += [_table(rows) for rows in part.tables]
            lines += part.lines
        else:
            lines += _read(part, "output", columns)
    found = {f"{place}, table {n}": table for n, table in enumerate(tables, 1)}
    for n, (name, values) in enumerate(columns, 1):
        found[f"{place}, list {n}"] = pd.DataFrame({name: values})
    lines = [line for line in lines if line.strip()]
    return {**found, **({place: pd.DataFrame({"output": lines})} if lines else {})}


def _read(value: Any, name: str, columns: list[tuple[str, list[str]]]) -> Iterator[str]:
    """Yield the lines of the texts in JSON, and add its lists of cells to the columns."""
    match value:
        case str():
            yield from value.splitlines()
        case list() if name == "output" and all(isinstance(item, str) for item in value):
            yield from "".join(value).splitlines()  # a text of a notebook is a list of lines
        case list() if value and not any(isinstance(item, list | dict) for item in value):
            columns.append((name, [str(item) for item in value if item is not None]))
        case list():
            for item in value:
                yield from _read(item, name, columns)
        case dict():
            for key, inner in value.items():
                yield from _read(inner, str(key), columns)
        case int() | float():
            yield str(value)


def _table(rows: list[list[str]]) -> pd.DataFrame:
    """Return a table of HTML; its first row names the columns."""
    import pandas as pd

    head, *body = rows
    width = max(map(len, rows))
    names = [cell or f"column {n}" for n, cell in enumerate([*head, *[""] * (width - len(head))], 1)]
    return pd.DataFrame([[*row, *[None] * (width - len(row))] for row in body], columns=names, dtype="str")


class Page(HTMLParser):
    """The tables of a page, and its other texts.

    >>> page = Page("<p>Hi</p><table><tr><th>id<td>mail<tr><td>1<td>a@b.example</table>")
    >>> page.tables, page.lines
    ([[['id', 'mail'], ['1', 'a@b.example']]], ['Hi'])
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.lines: list[str] = []
        self._hidden = ""
        self._depth = 0
        self.feed(text)
        self.close()
        self.tables = [kept for table in self.tables if (kept := [row for row in table if row])]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row or a cell."""
        match tag:
            case "style":
                self._hidden = tag
            case "table":
                self._depth += 1
                self.tables.append([])
            case "tr" if self._depth:
                self.tables[-1].append([])
            case "td" | "th" if self._depth and self.tables[-1]:
                self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """End a table."""
        if tag == self._hidden:
            self._hidden = ""
        if tag == "table":
            self._depth = max(0, self._depth - 1)

    def handle_data(self, data: str) -> None:
        """Add a text to its cell, or to the lines."""
        if self._hidden or not data.strip():
            return
        if self._depth and self.tables[-1] and self.tables[-1][-1]:
            self.tables[-1][-1][-1] += data.strip()
        else:
            self.lines += data.splitlines()
