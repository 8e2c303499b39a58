"""Reading the YAML of a policy: the place of every key, and every problem with its line.

Only a safe part of YAML 1.2 is allowed. Aliases are refused, because a few lines of them expand to gigabytes.
Tags and duplicate keys are refused too. A plain word is text and null is null; the class of each block
decides whether `no` is a country, a column or a boolean.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml import events

from auditkit.policy.error import PolicyError, Problem

KeyPath = tuple[str | int, ...]
"""The keys and indexes that lead to a place in the tree."""
Place = tuple[int, int]
"""A line and a column, both from 1."""
Tree = dict[str, Any] | list[Any] | str | None

_DEEPEST = 20
NULL = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True)
class Source:
    """The content of a YAML text, with places.

    Attributes:
        file: the name of the file, as errors show it.
        tree: mappings, lists, text and null.
        places: the line and the column of every key and item.
        problems: what is wrong, as far as the text could still be read.
    """

    file: str
    tree: Tree
    places: Mapping[KeyPath, Place]
    problems: tuple[Problem, ...]


def encoding(data: bytes) -> str:
    r"""Return the encoding of a text file by its first bytes; `>` of Windows PowerShell 5 writes UTF-16.

    >>> encoding(b"version: 1"), encoding("version: 1".encode("utf-16"))
    ('utf-8', 'utf-16')
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"


def decoded(data: bytes, file: str) -> str:
    """Return the text of a file.

    Raises:
        PolicyError: the file is not UTF-8; the message gives the first wrong line.
    """
    try:
        return data.decode(encoding(data))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise PolicyError(
            Problem("this is not UTF-8 text: save the file as UTF-8", (), line, column), file=file
        ) from None


def read(text: str, file: str) -> Source:
    """Return the content of a YAML text. Smaller mistakes are listed in its `problems`.

    Raises:
        PolicyError: the text is not YAML, is empty, or is not a mapping.
    """
    reader = _Reader(file)
    try:
        tree = reader.document(yaml.parse(text, yaml.SafeLoader))
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        place = before.count("\n") + 1, error.position - before.rfind("\n")
        raise PolicyError(Problem("this character is not allowed in YAML", (), *place), file=file) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        raise PolicyError(
            Problem(f"this is not YAML: {error.problem or 'it cannot be read'}", (), *place), file=file
        ) from None
    if not isinstance(tree, dict):
        message = "the file is empty" if tree is None else "a policy is a mapping of keys to values"
        raise PolicyError(
            Problem(f"{message}: write at least `version: 1` and `name: ...`", (), 1, 1), file=file
        )
    return Source(file, tree, reader.places, tuple(reader.problems))


@dataclass
class _Reader:
    """Builds a tree from the events of a YAML document, and records the place of every key and item."""

    file: str
    places: dict[KeyPath, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def document(self, stream: Iterator[yaml.Event]) -> Tree:
        tree: Tree = None
        documents = 0
        for event in stream:
            if isinstance(event, events.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._problem("a policy is one document: remove the second one", (), event)
                    break
                tree = self._node(next(stream), stream, ())
        return tree

    def _node(self, event: yaml.Event, stream: Iterator[yaml.Event], path: KeyPath) -> Tree:
        self.places.setdefault(path, _place(event))
        if len(path) > _DEEPEST:
            raise PolicyError(
                Problem(f"this is nested too deep: use {_DEEPEST} levels at most", path[:3], *_place(event)),
                file=self.file,
            )
        if getattr(event, "tag", None) and not _is_quoted(event):
            self._problem("tags (`!...`) are not allowed: write the value without one", path, event)
        match event:
            case events.ScalarEvent():
                return None if event.style is None and event.value in NULL else event.value
            case events.SequenceStartEvent():
                return [
                    self._node(item, stream, (*path, i))
                    for i, item in enumerate(_until(stream, events.SequenceEndEvent))
                ]
            case events.MappingStartEvent():
                return self._mapping(stream, path)
        self._problem("aliases (`*name`) are not allowed: write the value out", path, event)
        return None

    def _mapping(self, stream: Iterator[yaml.Event], path: KeyPath) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key in _until(stream, events.MappingEndEvent):
            if not isinstance(key, events.ScalarEvent):
                self._problem("a key is a word: quote it if it has brackets or an asterisk", path, key)
                if not isinstance(key, events.AliasEvent):
                    self._node(key, stream, (*path, "?"))
                self._node(next(stream), stream, (*path, "?"))
                continue
            here = (*path, key.value)
            if key.value in mapping:
                first = self.places[here][0]
                self._problem(f"this key is already in line {first}: remove one of the two", here, key)
                self._node(next(stream), stream, (*path, "?"))
                continue
            self.places[here] = _place(key)
            mapping[key.value] = self._node(next(stream), stream, here)
        return mapping

    def _problem(self, message: str, path: KeyPath, event: yaml.Event) -> None:
        self.problems.append(Problem(message, path, *_place(event)))


def _until(stream: Iterator[yaml.Event], end: type[yaml.Event]) -> Iterator[yaml.Event]:
    while not isinstance(event := next(stream), end):
        yield event


def _place(event: yaml.Event) -> Place:
    mark = event.start_mark
    assert mark is not None  # the parser gives every event a mark
    return mark.line + 1, mark.column + 1


def _is_quoted(event: yaml.Event) -> bool:
    """Return whether an event has the tag `!`, which PyYAML gives to a quoted text."""
    return isinstance(event, events.ScalarEvent) and event.tag == "!"


def nearest(places: Mapping[KeyPath, Place], path: Sequence[str | int]) -> tuple[int | None, int | None]:
    """Return the place of what the keys lead to, or of the nearest block around it.

    Keys that are not in the file are skipped: a single rule without brackets has no index there.
    """
    here: KeyPath = ()
    for key in path:
        if (*here, key) in places:
            here = (*here, key)
    return places.get(here, (None, None)) if here or not path else places.get((), (None, None))


def as_written(places: Mapping[KeyPath, Place], path: KeyPath) -> KeyPath:
    """Return the keys as the author wrote them.

    A single rule is written without an index, and a bare category without the key `category`.
    """
    here: KeyPath = ()
    for i, key in enumerate(path):
        if (*here, key) in places or (isinstance(key, str) and i == len(path) - 1):
            here = (*here, key)
    return here
