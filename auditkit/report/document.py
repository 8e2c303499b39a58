"""A report as it was written: `report.json`, which anybody may have changed, as headings and tables.

So every form that is made of it later says what the report said, whatever this version would say today.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from auditkit.errors import UsageError
from auditkit.record.untrusted import Unfit, checked, read_json
from auditkit.report.evidence import Scalar
from auditkit.report.say import ENGLISH, day_words, say, speaking, spoken

_LANGUAGE = re.compile("[A-Za-z0-9-]{1,35}")
_ANNEXES = (
    ("C", "unassessed", "not_assessed"),
    ("D", "register", "register", "inventory"),
    ("D", "declared", "declared"),
    ("G", "practices", "practices"),
)
"""The other annexes of the page that are in a document: their letters, titles and keys."""
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
    """A table: its caption, its columns, its lines, and what is said where it has no lines."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Scalar, ...], ...]
    empty: str = ""


@dataclass(frozen=True)
class Heading:
    """The heading of a part of a chapter."""

    title: str


@dataclass(frozen=True)
class Points:
    """Sentences under a heading, each a point."""

    title: str
    points: tuple[str, ...]


Block = Sentence | Listing | Heading | Points


@dataclass(frozen=True)
class Chapter:
    """A chapter: its heading, and what is said in it."""

    title: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Piece:
    """A piece of a text, and its language where that is not the report's."""

    text: str
    language: str | None = None


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
        foreign: the passages in other languages, each with the code of its own, the longest first.
    """

    name: str
    source: str
    as_of: date
    status: str
    run: str
    chapters: tuple[Chapter, ...]
    language: str = ENGLISH
    foreign: tuple[tuple[str, str], ...] = ()

    def pieces(self, text: str) -> tuple[Piece, ...]:
        """Return the pieces of a text, each in one language."""
        pieces = [Piece(text)]
        for passage, language in self.foreign:
            if passage in text:
                apart = [
                    part for p in pieces for part in (_apart(p, passage, language) if not p.language else [p])
                ]
                pieces = [part for part in apart if part.text]
        return tuple(pieces)


def _apart(piece: Piece, passage: str, language: str) -> list[Piece]:
    """Return the pieces of a text in which a passage stands as whole words."""
    parts = re.split(rf"(?<!\w)({re.escape(passage)})(?!\w)", piece.text)
    return [Piece(part, language if place % 2 else None) for place, part in enumerate(parts)]


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
    chapters = [Chapter(say("document.summary"), tuple(_front(data)))]
    chapters += [_chapter(chapter) for chapter in data["chapters"]]
    chapters.append(Chapter(f"A {say('annex.findings')}", (_findings(data["findings"]),)))
    chapters += [
        Chapter(f"{letter} {say(f'annex.{title}')}", tuple(_blocks([data[key] for key in keys])))
        for letter, title, *keys in _ANNEXES
    ]
    run = str(data["run"].get("id") or "")
    made = Document(
        data["name"],
        data["source"],
        date.fromisoformat(data["as_of"]),
        data["status"],
        run,
        tuple(chapters),
        spoken(),
        _foreign(data["foreign"]),
    )
    return checked(made)


def _foreign(passages: Mapping[str, Iterable[str]]) -> tuple[tuple[str, str], ...]:
    """Return the lines of the passages in other languages, the longest first."""
    if not all(_LANGUAGE.fullmatch(code) for code in passages):
        raise Unfit("a language in it has no code")
    lines = {line.strip(): code for code, texts in passages.items() for t in texts for line in t.splitlines()}
    return tuple(sorted(((line, code) for line, code in lines.items() if line), key=lambda x: -len(x[0])))


def _front(data: Mapping[str, Any]) -> Iterator[Block]:
    """Yield what the first page says, in its order."""
    page, summary = data["first_page"], data["summary"]
    yield Heading(data["answer"]["text"])
    yield from _blocks([summary["errors"], page["identity"], page["incidents"]])
    yield from _blocks([page["people"], page["risks"], page["required"], page["criteria"]])
    for key in ("changed", "needs"):
        yield Points(say(f"front.title.{key}"), tuple(page[key]))
    yield from _blocks([page["signatures"]])
    yield Points(say("front.title.counts"), (summary["headline"],))


def _chapter(chapter: Mapping[str, Any]) -> Chapter:
    blocks = tuple(block for entry in chapter["entries"] for block in _entry(entry))
    return Chapter(f"{chapter['number']} {chapter['title']}", blocks)


def _entry(entry: Mapping[str, Any]) -> Iterator[Block]:
    if entry["title"]:
        yield Heading(f"{entry['number']} {entry['title']}")
    yield from _blocks([entry["statements"], entry["tables"]])
    if entry["missing"]:
        yield Points(say("document.missing"), tuple(entry["missing"]))


def _blocks(value: Any) -> Iterator[Sentence | Listing]:
    """Yield the sentences and the tables in a part of the report, in their order."""
    match value:
        case {"label": _, "value": _}:
            by, at, note, former = (value.get(key) for key in ("by", "at", "note", "former"))
            yield Sentence(value["label"], value["value"], value.get("class") or "", by, at, note, former)
        case {"caption": _, "rows": _}:
            yield _listing(value["caption"], value["rows"], value.get("empty", ""))
        case Mapping():
            yield from (block for inner in value.values() for block in _blocks(inner))
        case list():
            yield from (block for inner in value for block in _blocks(inner))


def _listing(caption: str, rows: Iterable[Mapping[str, Any]], empty: str) -> Listing:
    lines = [row["value"] for row in rows]
    head = tuple(lines[0]) if lines else ()
    return Listing(caption, head, tuple(tuple(line.get(name) for name in head) for line in lines), empty)


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
