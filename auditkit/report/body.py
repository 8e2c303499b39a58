"""The body of the report in the order and the words of one view: chapters with their fields."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from auditkit.policy.assessment import HumanField, fields
from auditkit.report.asked import Asked, State
from auditkit.report.blocks import Block
from auditkit.report.evidence import Statement
from auditkit.report.say import say

REPORT = "report"
VIEWS = ("edpb", "ico", "cnil")
"""The authorities whose order and words the report can follow."""


class Known(StrEnum):
    """How a field of a template is answered."""

    STATED = "stated"
    MEASURED = "measured"
    BOTH = "stated and measured"
    PARTLY = "partly stated"
    MISSING = "missing"


@dataclass(frozen=True)
class Entry:
    """One field of a view with what answers it."""

    number: str
    title: str
    asked: tuple[Asked, ...]
    blocks: tuple[Block, ...]

    @property
    def known(self) -> Known:
        """How it is answered."""
        relevant = [a for a in self.asked if a.state is not State.NOT_ASKED]
        stated = [a for a in relevant if a.state is State.STATED]
        measured = any(b.is_measured for b in self.blocks)
        if stated and measured:
            return Known.BOTH
        if stated:
            return Known.STATED if len(stated) == len(relevant) else Known.PARTLY
        return Known.MEASURED if measured else Known.MISSING

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What people stated here, or why that does not hold; without what a table below shows whole."""
        shown = tuple(name for b in self.blocks if b.grids for name in b.shows)
        return tuple(
            a.statement for a in self.asked
            if a.statement.is_shown
            and not (a.state is State.STATED and shown and a.field.id.startswith(shown))
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON types."""
        shown = (*self.statements, *(s for b in self.blocks for s in b.statements))
        return {
            "number": self.number,
            "title": self.title,
            "statements": [s.to_dict() for s in shown],
            "tables": [g.to_dict() for b in self.blocks for g in b.grids],
            "missing": [a.words for a in self.missing],
        }

    @property
    def missing(self) -> tuple[Asked, ...]:
        """What a person still has to state here."""
        return tuple(a for a in self.asked if a.state not in {State.STATED, State.NOT_ASKED})


@dataclass(frozen=True)
class Chapter:
    """A chapter of a view."""

    number: str
    title: str
    entries: tuple[Entry, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON types."""
        entries = [entry.to_dict() for entry in self.entries]
        return {"number": self.number, "title": self.title, "entries": entries}

    @property
    def anchor(self) -> str:
        """Its name in a link."""
        return "chapter-" + self.number.replace(".", "-")


@cache
def layout(view: str) -> tuple[Mapping[str, Any], ...]:
    """Return the chapters of a view, as `views/<view>.toml` lists them."""
    text = files("auditkit.report").joinpath("views", f"{view}.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["chapter"])


def chapters(view: str, answers: Mapping[str, Asked], make: Callable[[str], Block]) -> tuple[Chapter, ...]:
    """Return the body of the report in the order of a view; `make` returns a block by its name."""
    return tuple(
        Chapter(
            chapter["number"],
            say(f"view.{view}.{chapter['number']}"),
            tuple(_entry(view, entry, answers, make) for entry in chapter["entry"]),
        )
        for chapter in layout(view)
    )


def _entry(
    view: str, entry: Mapping[str, Any], answers: Mapping[str, Asked], make: Callable[[str], Block]
) -> Entry:
    number = entry.get("number", "")
    title = entry.get("title", number)
    return Entry(
        number,
        say(f"view.{view}.{title}") if title else "",
        tuple(answers[name] for name in fields_of(view, entry)),
        tuple(make(name) for name in entry.get("blocks", ()) if not _is_stated(name, answers)),
    )


def _is_stated(block: str, answers: Mapping[str, Asked]) -> bool:
    """Return whether a part of a risk is stated: then the statement says all that the block would."""
    stated = answers.get(f"risk.{block}")
    return stated is not None and stated.state is State.STATED


def fields_of(view: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what people state for an entry of a view: what it names, else what the list gives its number.

    >>> fields_of("edpb", {"number": "3.3"})
    ('proportionality',)
    """
    if view == REPORT or "fields" in entry:
        return tuple(entry.get("fields", ()))
    return tuple(name for name, field in fields().items() if entry["number"] in numbers(field, view))


def numbers(field: HumanField, view: str) -> tuple[str, ...]:
    """Return the numbers of a field in the template of an authority.

    >>> numbers(fields()["necessity"], "edpb")
    ('3.2',)
    """
    return tuple(n.strip() for n in getattr(field, view).split(",") if n.strip())
