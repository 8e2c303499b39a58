"""A report as it was written: `report.json`, which anybody may have changed, as headings and tables.

So every form that is made of it later says what the report said, whatever this version would say today.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from auditkit.errors import UsageError
from auditkit.record.untrusted import Unfit, checked, read_json
from auditkit.report.evidence import Scalar
from auditkit.report.say import ENGLISH, day_words, say, speaking, spoken

SCHEMA = "auditkit/report/1"
FILE = "report.json"


@dataclass(frozen=True)
class Sentence:
    """A sentence, and how it is known: its class, by whom, on which day, with what remark."""

    label: str
    value: Scalar
    known: str
    by: str | None = None
    at: str | None = None
    note: str | None = None
    former: str | None = None

    @property
    def source(self) -> str:
        """How it is known, in one line."""
        known, note = say(f"evidence.{self.known.replace(' ', '_')}"), self.note
        if note is None and self.by is not None:
            note = say("document.on", by=self.by, day=day_words(self.at)) if self.at else self.by
        return say("document.known", known=known, note=note) if note else known


@dataclass(frozen=True)
class Listing:
    """A table: its caption, its columns, and its lines."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Scalar, ...], ...]


@dataclass(frozen=True)
class Chapter:
    """A section: its heading, what is said in it, and what a person still has to state."""

    title: str
    blocks: tuple[Sentence | Listing, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """A report.

    Attributes:
        name: the processing.
        source: the audited source.
        as_of: the day of the audit.
        status: how far the assessment is.
        run: the id of the run.
        chapters: what it says, the first page first.
        language: the code of the language it is in.
    """

    name: str
    source: str
    as_of: date
    status: str
    run: str
    chapters: tuple[Chapter, ...]
    language: str = ENGLISH


def load(folder: Path) -> Document:
    """Return the report of a run folder.

    Raises:
        UsageError: there is no report, or it is not as auditkit writes it.
    """
    try:
        data = read_json(folder / FILE)
        with speaking(str(data["language"])):
            return of(data)
    except FileNotFoundError:
        raise UsageError(f"{folder.name} holds no {FILE}: expected the folder of a run") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = f" ({error})" if isinstance(error, Unfit) else ""
        raise UsageError(f"{FILE} of {folder.name} is not a report{why}") from None


def of(data: Mapping[str, Any]) -> Document:
    """Return the report in the JSON of a `report.json`.

    Raises:
        ValueError: something in it has another type.
        KeyError: a key is missing.
    """
    if data["schema"] != SCHEMA:
        raise Unfit(f"expected the schema {SCHEMA}")
    first = [data[key] for key in ("answer", "first_page", "summary") if key in data]
    chapters = [Chapter(say("document.summary"), tuple(_blocks(first)))]
    chapters += [_chapter(section) for section in data["sections"]]
    chapters.append(Chapter(say("document.findings"), (_findings(data["findings"]),)))
    chapters += [
        Chapter(listing.caption, (listing,)) for listing in _blocks([data["not_assessed"], data["practices"]])
        if isinstance(listing, Listing)
    ]  # fmt: skip
    run = str(data["run"].get("id") or "")
    made = Document(
        data["name"],
        data["source"],
        date.fromisoformat(data["as_of"]),
        data["status"],
        run,
        tuple(chapters),
        spoken(),
    )
    return checked(made)


def _chapter(section: Mapping[str, Any]) -> Chapter:
    blocks = (*_blocks(section["statements"]), *_blocks(section["tables"]))
    return Chapter(f"{section['number']} {section['title']}", blocks, tuple(section["missing"]))


def _blocks(value: Any) -> Iterator[Sentence | Listing]:
    """Yield the sentences and the tables in a part of the report, in their order."""
    match value:
        case {"label": _, "value": _}:
            by, at, note, former = (value.get(key) for key in ("by", "at", "note", "former"))
            yield Sentence(value["label"], value["value"], value.get("class") or "", by, at, note, former)
        case {"caption": _, "rows": _}:
            yield _listing(value["caption"], value["rows"])
        case Mapping():
            yield from (block for inner in value.values() for block in _blocks(inner))
        case list():
            yield from (block for inner in value for block in _blocks(inner))


def _listing(caption: str, rows: Iterable[Mapping[str, Any]]) -> Listing:
    lines = [row["value"] for row in rows]
    head = tuple(lines[0]) if lines else ()
    return Listing(caption, head, tuple(tuple(line.get(name) for name in head) for line in lines))


def _findings(faults: Iterable[Mapping[str, Any]]) -> Listing:
    """Return one line for each finding, under the titles of their faults."""
    keys = ("fault", "place", "severity", "confidence", "rows", "of", "fingerprint", "waived")
    head = tuple(say(f"document.head.{key}") for key in keys)
    lines = []
    for fault in faults:
        for found in fault["findings"]:
            place = ".".join(filter(None, [found["table"], "+".join(found["columns"])]))
            waiver = (found["waiver"] or {}).get("until")
            severity = say(f"severity.{found['severity']}")
            counts = (severity, say(f"confidence.{found['confidence']}"), found["rows"], found["of"])
            cells = (fault["title"], place or say("known.source"), *counts, found["fingerprint"])
            lines.append((*cells, day_words(waiver) if waiver else None))
    return Listing(say("document.findings"), head, tuple(lines))
