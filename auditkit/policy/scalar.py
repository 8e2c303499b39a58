"""Values as text of YAML, on one line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

Value = str | bool | int | date | Mapping[str, Any] | Sequence[Any] | None
"""What a policy file holds at a key."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_YAML_WORDS = frozenset("null true false yes no on off y n none".split())


def scalar(value: Value) -> str:
    r"""Return a value as YAML reads it back, on one line.

    >>> print(scalar("necessity"), scalar("no"), scalar("a: b"), scalar(True), scalar({"id": "r1"}))
    necessity "no" "a: b" true {id: r1}
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case date() | int():
            return str(value)
        case Mapping():
            return "{" + ", ".join(f"{scalar(k)}: {scalar(v)}" for k, v in value.items()) + "}"
        case str():
            if _PLAIN.fullmatch(value) and value.casefold() not in _YAML_WORDS:
                return value
            escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
        case _:
            return "[" + ", ".join(scalar(item) for item in value) + "]"
