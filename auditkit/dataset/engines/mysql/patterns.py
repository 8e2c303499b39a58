"""Regular expressions of MySQL and MariaDB."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir


@ibis.udf.scalar.builtin(name="regexp_substr", signature=(("string", "string"), "string"))  # type: ignore[untyped-decorator]
def _part(text: str, pattern: str) -> None:
    """Return the part of a text that a pattern matches, empty or null where nothing matches."""


def first_match(text: ir.StringValue, pattern: str) -> ir.StringValue:
    """Return the first part of a text that a pattern matches, empty or null where nothing matches."""
    found: ir.StringValue = _part(text, pattern)
    return found
