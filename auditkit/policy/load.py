"""Reading a policy's YAML: where each key stands, and every problem with its line.

The YAML is a safe part of YAML 1.2: no aliases (a few lines of them unfold to gigabytes), no tags, no key
twice. A plain word is text, and null is null; whether `no` is a country, a column or a denial is for the
policy's models to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from pydantic import ValidationError
from yaml import events

from auditkit.policy.error import PolicyError, Problem, shown
from auditkit.vocabulary import did_you_mean

Path = tuple[str | int, ...]
Place = tuple[int, int]
Tree = dict[str, Any] | list[Any] | str | None

_DEEPEST = 20
_NULL = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True)
class Source:
    """What a text says, and where: a tree of mappings, lists, text and null, and the line and column of every
    key and item.
    """

    file: str
    tree: Tree
    places: Mapping[Path, Place]
    problems: tuple[Problem, ...]


def decoded(data: bytes, file: str) -> str:
    """Return the text of a file.

    Raises:
        PolicyError: it is not UTF-8; says from which line on.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise PolicyError(
            Problem("this is not UTF-8 text: save the file as UTF-8", (), line, column), file=file
        ) from None


def read(text: str, file: str) -> Source:
    """Return what a YAML text says.

    Raises:
        PolicyError: it is no YAML, is empty, or is no mapping. What else is wrong stands in `problems`.
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
            Problem(f"this is no YAML: {error.problem or 'it cannot be read'}", (), *place), file=file
        ) from None
    if not isinstance(tree, dict):
        message = "the file is empty" if tree is None else "a policy is a mapping of keys to values"
        raise PolicyError(
            Problem(f"{message}; it needs at least `version: 1` and `name: ...`", (), 1, 1), file=file
        )
    return Source(file, tree, reader.places, tuple(reader.problems))


@dataclass
class _Reader:
    """Makes a tree of the events of a YAML document, and notes where everything stands."""

    file: str
    places: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def document(self, stream: Iterator[yaml.Event]) -> Tree:
        tree: Tree = None
        documents = 0
        for event in stream:
            if isinstance(event, events.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._problem("a policy is one document: there is a second one", (), event)
                    break
                tree = self._node(next(stream), stream, ())
        return tree

    def _node(self, event: yaml.Event, stream: Iterator[yaml.Event], path: Path) -> Tree:
        self.places.setdefault(path, _place(event))
        if len(path) > _DEEPEST:
            raise PolicyError(Problem("this is nested too deep", path[:3], *_place(event)), file=self.file)
        if getattr(event, "tag", None) and not _is_quoted(event):
            self._problem("tags (`!...`) are not allowed", path, event)
        match event:
            case events.ScalarEvent():
                return None if event.style is None and event.value in _NULL else event.value
            case events.SequenceStartEvent():
                return [
                    self._node(item, stream, (*path, i))
                    for i, item in enumerate(_until(stream, events.SequenceEndEvent))
                ]
            case events.MappingStartEvent():
                return self._mapping(stream, path)
        self._problem("aliases (`*name`) are not allowed: write it out", path, event)
        return None

    def _mapping(self, stream: Iterator[yaml.Event], path: Path) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key in _until(stream, events.MappingEndEvent):
            if not isinstance(key, events.ScalarEvent):
                self._problem("a key is a word: quote it if it holds brackets or an asterisk", path, key)
                if not isinstance(key, events.AliasEvent):
                    self._node(key, stream, (*path, "?"))
                self._node(next(stream), stream, (*path, "?"))
                continue
            here = (*path, key.value)
            if key.value in mapping:
                self._problem(f"this key stands here twice, first in line {self.places[here][0]}", here, key)
                self._node(next(stream), stream, (*path, "?"))
                continue
            self.places[here] = _place(key)
            mapping[key.value] = self._node(next(stream), stream, here)
        return mapping

    def _problem(self, message: str, path: Path, event: yaml.Event) -> None:
        self.problems.append(Problem(message, path, *_place(event)))


def _until(stream: Iterator[yaml.Event], end: type[yaml.Event]) -> Iterator[yaml.Event]:
    while not isinstance(event := next(stream), end):
        yield event


def _place(event: yaml.Event) -> Place:
    mark = event.start_mark
    assert mark is not None  # only events made by hand have none
    return mark.line + 1, mark.column + 1


def _is_quoted(event: yaml.Event) -> bool:
    """Return whether a scalar has the tag `!`, which PyYAML gives to what is in quotes."""
    return isinstance(event, events.ScalarEvent) and event.tag == "!"


def nearest(places: Mapping[Path, Place], path: Sequence[str | int]) -> tuple[int | None, int | None]:
    """Return the place of what the keys lead to, leaving out those that are not written there, as the index
    of a lone rule is not.
    """
    here: Path = ()
    for key in path:
        if (*here, key) in places:
            here = (*here, key)
    return places.get(here, (None, None)) if here or not path else places.get((), (None, None))


def problems_of(
    error: ValidationError, source: Source, schema: Callable[[], Mapping[str, Any]]
) -> Iterator[Problem]:
    """Yield what pydantic found, in words for the author of a policy, each with its place; the schema tells
    which keys there are.
    """
    for found in error.errors(include_url=False):
        cause = found.get("ctx", {}).get("error")
        inner = (
            cause.under(*found["loc"])
            if isinstance(cause, PolicyError)
            else (Problem(_message(found, schema), found["loc"]),)
        )
        for problem in inner:
            yield Problem(
                problem.message,
                _as_written(source.places, problem.path),
                *nearest(source.places, problem.path),
            )


def _as_written(places: Mapping[Path, Place], path: Path) -> Path:
    """Return the keys as the author knows them: a lone rule, or a bare category, is written without what it
    stands for.
    """
    here: Path = ()
    for i, key in enumerate(path):
        if (*here, key) in places or (isinstance(key, str) and i == len(path) - 1):
            here = (*here, key)
    return here


def _message(found: Mapping[str, Any], schema: Callable[[], Mapping[str, Any]]) -> str:
    context, given = found.get("ctx", {}), found.get("input")
    match found["type"]:
        case "value_error":
            return str(context["error"])
        case "extra_forbidden":
            return _unknown(str(found["loc"][-1]), given, _keys_at(schema(), found["loc"][:-1]))
        case "missing":
            return "this key is required"
        case "literal_error":
            choices = [choice.strip("'") for choice in context["expected"].replace(" or ", ", ").split(", ")]
            return f"expected {context['expected']}.{did_you_mean(str(given), choices)}"
        case "string_type" | "date_type" | "int_type" | "bool_type":
            return f"expected one value, not {_kind(given)}"
        case "tuple_type":
            return f"expected a list, as in [a, b], not {_kind(given)}"
        case "model_type" | "model_attributes_type" | "mapping_type" | "dict_type":
            return f"expected keys with values, not {_kind(given)}"
        case "string_too_short":
            return "this is empty: leave it out, or write null"
        case "string_pattern_mismatch":
            return "expected 8 or more hexadecimal digits of a fingerprint"
        case "int_parsing" | "int_from_float":
            return "expected a whole number"
        case "bool_parsing":
            return "expected true or false"
        case kind if kind.startswith("date"):
            return "expected a day such as 2026-12-31"
        case _:
            return str(found["msg"])


def _unknown(key: str, given: object, known: list[str]) -> str:
    if given is None and " " in key:
        return "unknown key: in {...} a comma begins a new key, so put a text that holds one in double quotes"
    close = did_you_mean(key, known)
    return f"unknown key.{close}" if close else f"unknown key. Expected one of {', '.join(known)}"


def _kind(value: object) -> str:
    match value:
        case Mapping():
            return "keys with values"
        case list() | tuple():
            return "a list"
        case _:
            return f"the text {shown(value)}"


def _keys_at(schema: Mapping[str, Any], path: Path) -> list[str]:
    """Return the keys that a JSON Schema allows at a place."""
    here = _resolved(schema, schema)
    for key in path:
        inner = (
            here.get("properties", {}).get(key)
            or here.get("additionalProperties")
            or here.get("items")
            or here
        )
        here = _resolved(schema, inner if isinstance(inner, Mapping) else here)
    return list(here.get("properties", ()))


def _resolved(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow references, and of several forms take the one that has keys."""
    if "$ref" in part:
        return _resolved(schema, schema["$defs"][part["$ref"].rpartition("/")[2]])
    forms = [_resolved(schema, form) for form in part.get("anyOf", ()) if form.get("type") != "null"]
    return next(
        (f for f in forms if "properties" in f or "items" in f or "additionalProperties" in f),
        forms[0] if forms else part,
    )
