"""Regular expressions for Java, where `[` inside a class opens another one, and `&&` is an intersection."""

from __future__ import annotations

from typing import Any

import ibis.expr.operations as ops


def in_java(expr: Any) -> Any:
    """Return a query whose patterns mean in Java what they mean elsewhere."""
    if not expr.op().find(ops.RegexSearch):
        return expr
    return expr.op().replace(_rewritten).to_expr()


def java(pattern: str) -> str:
    r"""Return a pattern for Java.

    >>> print(java("^[[<(][^])]*[])]$|[0-9&&x]"), java(r"\[[\]a]"))
    ^[\[<(][^\])]*[\])]$|[0-9\&\&x] \[[\]a]
    """
    written, first, inside, escaped = "", False, False, False
    for character in pattern:
        if escaped or character == "\\":
            escaped = not escaped
        elif not inside:
            inside = first = character == "["
            written += character
            continue
        elif character == "]" and not first:
            inside = False
        elif character in "[]&":
            character = f"\\{character}"
        first = first and character == "^"
        written += character
    return written


def _rewritten(node: Any, kwargs: Any) -> Any:
    """Return a node of a query with its pattern rewritten, where it has one."""
    node = node.__recreate__(kwargs) if kwargs else node
    if isinstance(node, ops.RegexSearch) and isinstance(node.pattern, ops.Literal):
        return node.copy(pattern=ops.Literal(java(node.pattern.value), node.pattern.dtype))
    return node
