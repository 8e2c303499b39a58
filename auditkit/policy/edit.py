"""Changes of a policy file that leave every other byte as it is: comments, order, quotes, ends of lines.

A change sets the keys of one block. The block is found with the marks of the YAML parser, and only the values
of these keys are written; a key or a block that the file lacks is added behind the last line of its
neighbours. The result is read again, and has to say what was asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from auditkit.errors import UsageError
from auditkit.policy import load
from auditkit.policy.scalar import Value, scalar


@dataclass(frozen=True)
class _Edit:
    """A part of a text, and what stands there instead."""

    start: int
    end: int
    new: str


def with_keys(text: str, path: Sequence[str | int], changes: Mapping[str, Value], file: str = "") -> str:
    r"""Return the text of a policy in which one block has other keys.

    Args:
        text: the YAML.
        path: the keys and indexes that lead to the block. A block that is not there is added; an index behind
            the end of a list adds an item.
        changes: the new values, in the order in which missing keys are added.
        file: the name of the file in errors.

    Raises:
        UsageError: the file is written in a way that cannot be changed like this.

    >>> print(with_keys("name: X  # a name\nreview:\n  next: null  # soon\n", ("review",), {"every": "P1Y"}))
    name: X  # a name
    review:
      next: null  # soon
      every: P1Y
    <BLANKLINE>
    """
    before = load.read(text, file).tree
    wanted = _changed(before, path, changes)
    made = text
    for edit in sorted(_edits(text, path, changes), key=lambda e: e.start)[::-1]:
        made = made[: edit.start] + edit.new + made[edit.end :]
    again = load.read(made, file)
    if again.problems or again.tree != wanted:
        keys = ", ".join(changes)
        where = ".".join(map(str, path))
        raise UsageError(
            f"{file}: auditkit cannot change the block {where} as it is written; write {keys} there yourself"
        )
    return made


def _changed(tree: load.Tree, path: Sequence[str | int], changes: Mapping[str, Value]) -> load.Tree:
    """Return a tree in which a block has other values, as the loader reads them."""
    if not path:
        old = tree if isinstance(tree, dict) else {}
        return {**old, **{key: _as_read(value) for key, value in changes.items()}}
    key, *rest = path
    if isinstance(key, int):
        items = list(tree) if isinstance(tree, list) else []
        inner = items[key] if key < len(items) else None
        return [*items[:key], _changed(inner, rest, changes), *items[key + 1 :]]
    mapping = dict(tree) if isinstance(tree, dict) else {}
    return {**mapping, key: _changed(mapping.get(key), rest, changes)}


def _as_read(value: Value) -> Any:
    tree = load.read(f"k: {scalar(value)}", "").tree
    return tree["k"] if isinstance(tree, dict) else None


def _edits(text: str, path: Sequence[str | int], changes: Mapping[str, Value]) -> list[_Edit]:
    node: yaml.Node | None = yaml.compose(text, yaml.SafeLoader)
    newline = "\r\n" if "\r\n" in text else "\n"
    for depth, key in enumerate(path):
        inner = _child(node, key)
        assert node is not None  # a policy is a mapping, and each step found a block
        if inner is None or _is_null(inner):
            return [_added(text, node, key, inner, _nested(path[depth + 1 :], changes), newline)]
        node = inner
    if not isinstance(node, yaml.MappingNode):
        return []
    present = {key.value: (key, value) for key, value in node.value}
    edits = [
        _replaced(text, *present[key], value, flow=bool(node.flow_style), newline=newline)
        for key, value in changes.items()
        if key in present
    ]
    absent = {key: value for key, value in changes.items() if key not in present}
    return [*edits, _behind(text, node, absent, newline)] if absent else edits


def _nested(path: Sequence[str | int], changes: Mapping[str, Value]) -> Value:
    """Return the changes inside the blocks that lead to them."""
    value: Value = dict(changes)
    for key in reversed(path):
        value = [value] if isinstance(key, int) else {key: value}
    return value


def _child(node: yaml.Node | None, key: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode):
        items: list[yaml.Node] = node.value
        return items[key] if isinstance(key, int) and key < len(items) else None
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == key), None)
    return None


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style is None and node.value in load.NULL


def _replaced(text: str, key: yaml.Node, node: yaml.Node, value: Value, *, flow: bool, newline: str) -> _Edit:
    """Return the edit that gives a key another value; its comment and the lines below it stay."""
    start, end = node.start_mark.index, _end(text, node)
    has_rest = bool(re.match(r"[ \t]*[^\s]", text[end : _line_end(text, end)]))
    new = f" {scalar(value)}" if flow or has_rest else _value(value, key.start_mark.column + 2, newline)
    before = text[:start]
    if new.startswith(" ") and before.endswith((" ", "\t")):
        new = new[1:]
    elif new.startswith(newline):
        start = len(before.rstrip(" \t"))
    return _Edit(start, end, new)


def _added(
    text: str, node: yaml.Node, key: str | int, null: yaml.Node | None, value: Value, newline: str
) -> _Edit:
    """Return the edit that adds a block which is null or not there."""
    if null is not None and isinstance(node, yaml.MappingNode):
        name = next(name for name, inner in node.value if inner is null)
        return _replaced(text, name, null, value, flow=bool(node.flow_style), newline=newline)
    if isinstance(node, yaml.MappingNode):
        return _behind(text, node, {str(key): value}, newline)
    items = node.value
    if getattr(node, "flow_style", False) or not items:
        end = _end(text, items[-1]) if items else node.start_mark.index + 1
        return _Edit(end, end, (", " if items else "") + scalar(value))
    end = _line_end(text, _end(text, items[-1]))
    dash = text.rindex("-", 0, items[-1].start_mark.index)
    indent = dash - (max(text.rfind("\n", 0, dash), text.rfind("\r", 0, dash)) + 1)
    return _Edit(end, end, _value([value], indent, newline))


def _behind(text: str, node: yaml.MappingNode, values: Mapping[str, Value], newline: str) -> _Edit:
    """Return the edit that adds keys behind the last one of a block."""
    pairs = node.value
    if node.flow_style or not pairs:
        end = _end(text, pairs[-1][1]) if pairs else node.start_mark.index + 1
        inner = ", ".join(f"{scalar(k)}: {scalar(v)}" for k, v in values.items())
        return _Edit(end, end, (", " if pairs else "") + inner)
    end = _line_end(text, _end(text, pairs[-1][1]))
    return _Edit(end, end, _value(values, node.start_mark.column, newline))


def _value(value: Value, indent: int, newline: str) -> str:
    """Return a value as it stands behind a colon: on the same line, or on indented lines below it."""
    pad = newline + " " * indent
    match value:
        case Mapping():
            return "".join(f"{pad}{scalar(k)}:{_inner(v, indent + 2, newline)}" for k, v in value.items())
        case str() if "\n" in value and _is_literal(value):
            return " |-" + "".join(f"{pad}{line}" if line else newline for line in value.split("\n"))
        case list() | tuple():
            return "".join(f"{pad}- {_value(v, indent + 2, newline).lstrip()}" for v in value)
        case _:
            return f" {scalar(value)}"


def _inner(value: Value, indent: int, newline: str) -> str:
    """Return a value inside a new block: what is short stays on one line."""
    return f" {scalar(value)}" if isinstance(value, Mapping) else _value(value, indent, newline)


def _is_literal(value: str) -> bool:
    """Return whether a text can stand in a literal block and is read back as it is."""
    lines = value.split("\n")
    plain = all(line.isprintable() and line == line.rstrip() for line in lines)
    return plain and lines[0][:1] not in ("", " ") and bool(lines[-1])


def _end(text: str, node: yaml.Node) -> int:
    """Return where the last character of a node ends, without the comments and empty lines behind it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(last, tuple) else last)
    start, end = node.start_mark.index, node.end_mark.index
    return start + len(text[start:end].rstrip()) if end > start else end


def _line_end(text: str, start: int) -> int:
    found = re.compile(r"\r?\n|\r|\Z").search(text, start)
    return found.start() if found else len(text)
